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


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the record behind a match says, field by field; gone with the record."""

    alert: RecordRef
    owner: Owner
    facts: tuple[Fact, ...]
