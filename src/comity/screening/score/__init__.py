"""The score: how much two statements about persons speak for one person, in bits, with every reason."""

from comity.screening.records import Band, Paper, Person
from comity.screening.score.prepare import prepare
from comity.screening.score.records import Feature, Prepared, Scored
from comity.screening.score.rules import Bands, Base, Scorer, bands_of, prior_mbit

__all__ = [
    "Band", "Bands", "Base", "Feature", "Paper", "Person", "Prepared", "Scored", "Scorer", "bands_of", "prepare",
    "prior_mbit",
]  # fmt: skip
