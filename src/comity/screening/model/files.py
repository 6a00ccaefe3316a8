"""Reading and writing model files."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from comity.core import codec
from comity.core.errors import BadInput
from comity.screening.model.records import SCHEMA, Model

_SHIPPED: Final = "model.json"


@cache
def default_model() -> Model:
    """Return the model that this version of the product ships."""
    return _decode(resources.files("comity.screening.model").joinpath(_SHIPPED).read_bytes(), "$")


def read_model(file: Path) -> Model:
    """Read a model from a file. Raises `BadInput` `model.unreadable`, `model.other-schema`."""
    try:
        return _decode(file.read_bytes(), "--model")
    except OSError as error:
        raise BadInput("model.unreadable", "The model file cannot be read.", field="--model") from error


def write_model(model: Model, file: Path) -> None:
    """Write a model, one figure or table a line, so that versions can be compared."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(model, order="sorted"), indent=1) + b"\n")


def digest_of(model: Model) -> str:
    """Return the SHA-256 of a model's canonical form: what a log names beside the version."""
    return hashlib.sha256(msgspec.json.encode(model, order="sorted")).hexdigest()


def _decode(content: bytes, field: str) -> Model:
    try:
        model = codec.quick(content, Model)
    except msgspec.MsgspecError as error:
        raise BadInput(
            "model.unreadable", "This is no model file.", field=field, remedy="Make one with `comity screening train`."
        ) from error
    if model.schema != SCHEMA:
        raise BadInput("model.other-schema", "The model file is of another schema.", field=field)
    return model
