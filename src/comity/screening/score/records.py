"""Who is compared, and what a comparison says: every feature with inputs and weight, and their sum."""

from __future__ import annotations

from math import exp2
from typing import Annotated

import msgspec

from comity.core.personal import Personal
from comity.screening.names.records import Name
from comity.screening.score.dates import BirthDate


class Prepared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person made ready to be compared with many. Nothing is kept but what was given, taken apart."""

    names: tuple[Name, ...]
    dates: tuple[BirthDate, ...] = ()
    countries: frozenset[str] = frozenset()
    sex: str = ""
    papers: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the sum: what was compared (`inputs`), how it stands, what that weighs in thousandths of a bit."""

    code: str
    inputs: Annotated[tuple[str, ...], Personal]
    weight_mbit: int


class Scored(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The evidence that two statements are about one person. `evidence_mbit` is the sum of the features' weights."""

    evidence_mbit: int
    features: tuple[Feature, ...]

    def probability(self, prior_mbit: int) -> float:
        """Return the probability of one person under prior odds in thousandths of a bit."""
        exponent = max(-1000.0, min(1000.0, -(self.evidence_mbit + prior_mbit) / 1000))
        return 1.0 / (1.0 + exp2(exponent))
