"""Sources that an index is built of: bytes in lines, from a file or from records, in chunks of whole lines."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, TypeAlias, cast

Source: TypeAlias = BinaryIO | Iterable[bytes]
"""An open file, or lines."""
CHUNK: Final = 1 << 24
FIRST_CHUNK: Final = 1 << 18


def chunks(source: Source) -> Iterator[bytes]:
    """Yield the source in pieces that end with a line; the first ones small, since they teach most of what is new."""
    size = FIRST_CHUNK
    if isinstance(source, io.IOBase):
        stream = cast("BinaryIO", source)
        while chunk := stream.read(size):
            if chunk[-1:] != b"\n":
                chunk += stream.readline()
            yield chunk if chunk[-1:] == b"\n" else chunk + b"\n"
            size = min(size * 2, CHUNK)
        return
    gathered = bytearray()
    for line in source:
        gathered += line
        if len(gathered) >= size:
            yield bytes(gathered)
            gathered.clear()
            size = min(size * 2, CHUNK)
    if gathered:
        yield bytes(gathered)
