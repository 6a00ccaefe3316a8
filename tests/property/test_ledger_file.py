from __future__ import annotations

import io
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from comity.core.time import Instant
from comity.ledger.file import CheckpointFrame, Framer, HeaderFrame, LeavesFrame, scan

INSTANTS = st.integers(min_value=-(1 << 63), max_value=(1 << 63) - 1).map(Instant)
NAMES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="+"), min_size=1, max_size=255)
GROUPS = st.lists(INSTANTS, min_size=1, max_size=30)
NOTES = st.binary(min_size=1, max_size=300)


@given(NAMES, INSTANTS, st.lists(st.one_of(GROUPS, NOTES), max_size=8), st.integers(0, 1 << 40))
def test_a_scan_returns_what_was_framed(
    node: str, created: Instant, pieces: list[list[Instant] | bytes], first: int
) -> None:
    framer = Framer()
    data = framer.header(node, created)
    for piece in pieces:
        if isinstance(piece, bytes):
            data += framer.checkpoint(piece)
        else:
            data += framer.leaves(first, piece, [sha256(b"%d" % instant).digest() for instant in piece])

    header, *frames = scan(io.BytesIO(data))

    assert isinstance(header, HeaderFrame)
    assert (header.node, header.created, header.offset) == (node, created, 0)
    assert [frame.note if isinstance(frame, CheckpointFrame) else _instants(frame) for frame in frames] == pieces
    assert [frame.offset for frame in frames] == [frame.end for frame in (header, *frames)][:-1]
    assert (header, *frames)[-1].chain == framer.chain
    assert (header, *frames)[-1].end == len(data)


def _instants(frame: HeaderFrame | LeavesFrame) -> list[Instant]:
    assert isinstance(frame, LeavesFrame)
    assert frame.hashes == tuple(sha256(b"%d" % instant).digest() for instant in frame.recorded_at)
    return list(frame.recorded_at)
