"""The statement: the owner's version of a record, in the one form that is hashed and signed.

It names no recipient, so that one statement serves every peer that may see the same fields. A tombstone is a statement
without payload. It is signed through the Merkle root of the frame that carries it; an own signature, where an agreement
demands one, travels beside it.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from comity.core.codec import MAX_DEPTH, decode_canonical_as, decode_own_as, encode
from comity.core.codec_profile import MAX_INTEGER, check_profile
from comity.core.errors import BadInput
from comity.core.hashing import Digest, digest
from comity.core.ids import AgreementId, NodeId, Owner
from comity.core.learning import decoder
from comity.core.personal import Personal
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.exchange.records import Profile

MAX_STATEMENT_BYTES: Final = 1 << 20

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Counted = Annotated[int, msgspec.Meta(ge=1)]
HexDigest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}\\Z")]
_Digest = Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
"""A `HexDigest` whose letters `read_statement` looks at: a pattern costs as much as all the rest of reading it."""


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of one record, as its owner states it (wire v1).

    `previous` is the digest of the statement that this one follows on the same projection; None for the first.
    `delete_by` is the last civil day on which any copy may exist, `expires` the instant from which the content may
    not be used. `conditions` are the obligations the agreement lays on the receiver.
    """

    format: Literal["comity-statement/1"] = "comity-statement/1"
    agreement: _Digest
    clause: Word
    owner: Owner
    operation: Word
    category: Word
    purpose: Purpose
    kind: Word
    schema: Counted
    id: Word
    version: Counted
    previous: _Digest | None
    issued: Instant
    expires: Instant | None
    delete_by: CivilDate | None
    classification: Word
    conditions: tuple[Word, ...]
    key: Word
    suite: Word
    profile: Profile
    node: NodeId
    payload: Annotated[dict[str, object] | None, Personal]

    @property
    def tombstone(self) -> bool:
        """Whether this version says that the record is gone."""
        return self.payload is None

    @property
    def agreement_id(self) -> AgreementId:
        """The agreement version under which the owner states it."""
        return AgreementId(self.agreement)


def statement_bytes(statement: Statement) -> bytes:
    """Return the canonical bytes. Raises `BadInput` where the payload has no canonical form."""
    payload = statement.payload
    if payload is not None:
        # The header's own types have one form each, so that only the payload need be walked through.
        check_profile(payload, MAX_DEPTH - 1)
    try:
        raw = _ENCODER.encode(statement)
    except (UnicodeEncodeError, TypeError, ValueError, OverflowError):
        return encode(statement)
    return raw if raw.isascii() else encode(statement)


def write_statement(statement: Statement) -> tuple[bytes, Digest]:
    """Return the canonical bytes and their digest. Raises `BadInput` where the payload has no canonical form."""
    raw = statement_bytes(statement)
    return raw, digest(raw)


def read_own_statement(raw: bytes) -> Statement:
    """Read a statement that this node wrote or checked before."""
    return decode_own_as(raw, Statement)


def read_statement(raw: bytes) -> Statement:
    """Read a statement from its only bytes; raises `BadInput` with place and rule, never with a value."""
    if len(raw) <= MAX_STATEMENT_BYTES and raw.isascii() and raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        try:
            statement = _DECODER.decode(raw)
            if _ENCODER.encode(statement) == raw and _is_in_profile(statement):
                previous = statement.previous
                if _is_hex(statement.agreement) and (previous is None or _is_hex(previous)):
                    return statement
        except (msgspec.DecodeError, UnicodeDecodeError, BadInput):
            pass  # the strict reader names what is wrong and where
    statement = decode_canonical_as(raw, Statement, max_bytes=MAX_STATEMENT_BYTES)
    for name in ("agreement", "previous"):
        if not _is_hex(getattr(statement, name) or ""):
            raise BadInput("codec.pattern", "Text is not written as it must be here.", field=f"$.{name}")
    return statement


def _is_hex(text: str) -> bool:
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False


def _is_in_profile(statement: Statement) -> bool:
    """Say whether what was read and written again to the same bytes is in the profile too."""
    if statement.payload is not None:
        check_profile(statement.payload, MAX_DEPTH - 1)
    return (
        -MAX_INTEGER <= statement.issued <= MAX_INTEGER
        and statement.version <= MAX_INTEGER
        and statement.schema <= MAX_INTEGER
        and (statement.expires is None or -MAX_INTEGER <= statement.expires <= MAX_INTEGER)
    )


# Made while the module is imported: msgspec may look into a type from one thread only.
_DECODER: Final = decoder(Statement)
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
