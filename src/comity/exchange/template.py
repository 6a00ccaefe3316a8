"""Writing many statements that differ in little: what they share is written once, the rest put in its place.

The fields of a canonical statement stand in alphabetical order, so that what differs from record to record (id,
instant, payload, predecessor, version) lies between pieces that a whole act shares.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.codec import MAX_DEPTH
from comity.core.codec_profile import MAX_INTEGER, check_profile
from comity.core.time import Instant
from comity.exchange.statement import Statement, statement_bytes

_HEAD: Final = ("agreement", "category", "classification", "clause", "conditions", "delete_by", "expires", "format")
_MIDDLE: Final = ("key", "kind", "node", "operation", "owner")
_TAIL: Final = ("profile", "purpose", "schema", "suite")
_ENCODER: Final = msgspec.json.Encoder(order="sorted")


class Template:
    """Statements that are alike but for id, instant, payload, predecessor and version."""

    __slots__ = ("_head", "_middle", "_model", "_plain", "_tail")

    def __init__(self, model: Statement) -> None:
        self._model = model
        self._head, self._middle, self._tail = (_piece(model, names) for names in (_HEAD, _MIDDLE, _TAIL))
        # What is not, goes the long way: it is looked at whole.
        self._plain = (
            all(map(bytes.isascii, (self._head, self._middle, self._tail)))
            and max(model.schema, model.expires or 0) <= MAX_INTEGER
            and (model.expires or 0) >= -MAX_INTEGER
        )

    def write(
        self, name: str, version: int, issued: Instant, payload: dict[str, object] | None, previous: str | None
    ) -> bytes:
        """Return the canonical bytes of one of these. Raises `BadInput` where the payload has no canonical form."""
        if not (self._plain and name.isascii() and version <= MAX_INTEGER and -MAX_INTEGER <= issued <= MAX_INTEGER):
            return self._at_length(name, version, issued, payload, previous)
        if payload is not None:
            check_profile(payload, MAX_DEPTH - 1)
        encode = _ENCODER.encode
        try:
            content = encode(payload)
        except (UnicodeEncodeError, TypeError, ValueError, OverflowError):
            return self._at_length(name, version, issued, payload, previous)
        return b'{%b,"id":%b,"issued":%d,%b,"payload":%b,"previous":%b,%b,"version":%d}' % (
            self._head,
            encode(name),
            issued,
            self._middle,
            content,
            encode(previous),
            self._tail,
            version,
        )

    def _at_length(
        self, name: str, version: int, issued: Instant, payload: dict[str, object] | None, previous: str | None
    ) -> bytes:
        made = msgspec.structs.replace(
            self._model, id=name, version=version, issued=issued, payload=payload, previous=previous
        )
        return statement_bytes(made)


def _piece(model: Statement, names: tuple[str, ...]) -> bytes:
    return _ENCODER.encode({name: getattr(model, name) for name in names})[1:-1]
