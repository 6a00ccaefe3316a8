"""What travels about keys: deeds, which the root signed, and the holder's signed acknowledgement."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from comity.agreements.keys import MOST_DEEDS, Deed
from comity.core.time import Instant
from comity.exchange.statement import HexDigest

TOPIC: Final = "keys"
MAX_BYTES: Final = 4 << 20
AT_ONCE: Final = 64
"""So many deeds go in one letter: even pairs of the hybrid suite stay far below the length of a message."""


class DeedsLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Deeds of the sender in order, from the first that the receiver is not known to have."""

    format: Literal["comity-key-deeds/1"] = "comity-key-deeds/1"
    deeds: Annotated[tuple[Deed, ...], msgspec.Meta(min_length=1, max_length=AT_ONCE)]


class DeedsTaken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many deeds of `node` its peer `holder` has, and the digest of the last; signed by the holder."""

    format: Literal["comity-key-deeds-taken/1"] = "comity-key-deeds-taken/1"
    node: str
    holder: str
    number: Annotated[int, msgspec.Meta(ge=0, le=MOST_DEEDS)]
    digest: HexDigest | None
    at: Instant
    key: str
    suite: str
