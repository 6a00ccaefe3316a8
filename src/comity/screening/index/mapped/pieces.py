"""The pieces of names that a build has met, and which name parts each means."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from comity.core.errors import BadInput
from comity.screening.index.mapped.expand import hash_of
from comity.screening.index.mapped.layout import Array
from comity.screening.index.mapped.lines import PieceTable, put_pieces
from comity.screening.index.mapped.shapes import TOKEN_MASK
from comity.screening.index.mapped.tokens import tokens_of_piece
from comity.screening.names.plain import plainness


class Pieces:
    """Grows as pieces are learnt. `names` are the name parts in order of first coming; part `i` is number `i + 1`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._count = 0
        self._used = 0
        self._meant = 0
        self.table = PieceTable(
            table=np.zeros(1 << 12, np.uint32),
            hashes=np.zeros(1 << 10, np.int64),
            heap=np.zeros(1 << 14, np.uint8),
            starts=np.zeros(1 << 10, np.int64),
            first=np.zeros(1 << 10, np.int64),
            tokens=np.zeros(1 << 12, np.uint32),
            plain=np.zeros(1 << 10, np.uint8),
        )

    @property
    def size(self) -> int:
        """How many name parts are known."""
        return len(self.names)

    def learn(self, pieces: Iterable[bytes]) -> None:
        """Take pieces in, none of which is known. Raises `BadInput` where one is not UTF-8."""
        before = self._count
        for piece in sorted(pieces):
            try:
                meant = tokens_of_piece(piece.decode())
            except UnicodeDecodeError as error:
                raise BadInput("screening.bad-text", "The source is not UTF-8.", field="names") from error
            self._append(piece, [self._number(token) for token in meant])
        if self._count * 2 > len(self.table.table):
            self.table = self.table._replace(table=np.zeros(len(self.table.table) * 8, np.uint32))
            before = 0
        put_pieces(self.table, before, self._count)

    def _number(self, token: str) -> int:
        number = self._numbers.get(token)
        if number is None:
            number = len(self.names) + 1
            if number > TOKEN_MASK:
                raise BadInput("screening.too-many-names", "The source has too many different name parts.")
            self._numbers[token] = number
            self.names.append(token)
        return number

    def _append(self, piece: bytes, meant: list[int]) -> None:
        table = self.table
        self.table = table = PieceTable(
            table=table.table,
            hashes=_room(table.hashes, self._count + 1),
            heap=_room(table.heap, self._used + len(piece)),
            starts=_room(table.starts, self._count + 2),
            first=_room(table.first, self._count + 2),
            tokens=_room(table.tokens, self._meant + len(meant)),
            plain=_room(table.plain, self._count + 1),
        )
        text = np.frombuffer(piece, np.uint8)
        table.plain[self._count] = plainness(piece.decode())
        table.hashes[self._count] = hash_of(text, 0, len(text))
        table.heap[self._used : self._used + len(piece)] = text
        table.tokens[self._meant : self._meant + len(meant)] = meant
        self._used += len(piece)
        self._meant += len(meant)
        self._count += 1
        table.starts[self._count] = self._used
        table.first[self._count] = self._meant


def _room(array: Array, size: int) -> Array:
    """Return the array, or one twice as long that begins with it, where `size` does not fit."""
    if size <= len(array):
        return array
    return np.concatenate((array, np.zeros(max(len(array), size), array.dtype)))
