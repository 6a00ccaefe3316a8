"""Length-prefixed parts of a byte string, read strictly: nothing missing, nothing left over."""

from __future__ import annotations

from comity.core.errors import BadInput
from comity.core.said import Said, say


class Parts:
    """Reads one byte string part by part; every fault is `BadInput` `exchange.layout` with its offset."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def at(self) -> int:
        """The offset of what comes next."""
        return self._at

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        end = self._at + count
        if end > len(self._data):
            raise self._fault("The message ends inside a part.")
        part = self._data[self._at : end]
        self._at = end
        return part

    def number(self, width: int) -> int:
        """Return the next `width` bytes as an unsigned big-endian number."""
        return int.from_bytes(self.take(width), "big")

    def part(self, width: int, limit: int) -> bytes:
        """Return the next part after its length in `width` bytes, at most `limit` bytes long."""
        length = self.number(width)
        if length > limit:
            raise self._fault(say("The message holds a part of more than %(most)s bytes.", most=limit))
        return self.take(length)

    def end(self) -> None:
        """Insist that everything was read."""
        if self._at != len(self._data):
            raise self._fault("The message goes on after its end.")

    def _fault(self, what: str | Said) -> BadInput:
        return BadInput("exchange.layout", what, field=f"@{self._at}")


def prefixed(part: bytes, width: int) -> bytes:
    """Return the part after its length in `width` bytes, big-endian."""
    return len(part).to_bytes(width, "big") + part
