"""What a matched record says of the fields of its evidence: shown beside them, never kept."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordRef
from comity.core.personal import Personal


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says of one field of the evidence; `more` counts further values that are not told."""

    field: str
    values: Annotated[tuple[str, ...], Personal]
    more: int = 0


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a match's weight with what it was made of, as far as law opens that field of the record."""

    code: str
    weight_mbit: int
    inputs: Annotated[tuple[str, ...], Personal] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the record behind a match says, field by field; gone with the record.

    `traced` are the lines of the weight, in the order of the sum; none where it was weighed by another model.
    """

    alert: RecordRef
    owner: Owner
    facts: tuple[Fact, ...]
    traced: tuple[Traced, ...] = ()
