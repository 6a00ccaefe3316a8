"""The model that the score uses: one file of learnt figures, and its technical file beside it."""

from comity.screening.model.files import default_model, digest_of, read_model, write_model
from comity.screening.model.records import Model

__all__ = ["Model", "default_model", "digest_of", "read_model", "write_model"]
