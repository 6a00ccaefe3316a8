"""What travels between a ledger and its witness; the notes themselves are signed."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from comity.exchange.statement import HexDigest
from comity.ledger.checkpoint import MAX_NOTE_BYTES

TOPIC: Final = "witness"


class GrowthLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Vouch for `note`: it continues the checkpoint of `old` entries, and here is the proof (RFC 9162 2.1.4)."""

    format: Literal["comity-growth/1"] = "comity-growth/1"
    old: Annotated[int, msgspec.Meta(ge=0)]
    proof: Annotated[tuple[HexDigest, ...], msgspec.Meta(max_length=128)]
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE_BYTES)]


class Vouched(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The witness's cosignature line; or, without one, the size that it saw last, to begin the proof from."""

    format: Literal["comity-vouched/1"] = "comity-vouched/1"
    line: Annotated[str, msgspec.Meta(max_length=512)] | None
    size: Annotated[int, msgspec.Meta(ge=0)]
