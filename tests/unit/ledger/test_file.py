from __future__ import annotations

import io
import struct
from collections.abc import Callable
from hashlib import sha256
from zlib import crc32

import pytest

from comity.core.time import Instant
from comity.ledger.errors import BadEntry, Corrupt, TornTail
from comity.ledger.file import GENESIS, MAX_FRAME_LEAVES, AnyFrame, Framer, LeavesFrame, scan
from tests.support.ledgers import NODE, STARTED, flipped, ledger_of

LEDGER = ledger_of(200)
FRAMES = LEDGER.frames()
HEAD_BYTES = 10


def read(data: bytes) -> list[AnyFrame]:
    return list(scan(io.BytesIO(data)))


def handmade(kind: int, payload: bytes, chain: bytes = GENESIS, mark: int = 0xC7) -> bytes:
    """A frame whose checks are right, whatever its content."""
    head = struct.pack(">BBI", mark, kind, len(payload))
    body = head + crc32(chain + head).to_bytes(4, "big") + payload
    return body + sha256(chain + body).digest()


def damage(data: bytes) -> Corrupt | TornTail | None:
    try:
        read(data)
    except (Corrupt, TornTail) as found:
        return found
    return None


def test_a_change_of_any_byte_is_found_in_the_frame_that_holds_it() -> None:
    data = LEDGER.data
    missed = []

    for frame in FRAMES:
        for at in range(frame.offset, frame.end):
            found = damage(flipped(data, at, 1 << at % 8))
            if not isinstance(found, Corrupt) or found.offset != frame.offset:
                missed.append(at)

    assert FRAMES[-1].end == len(data)
    assert missed == []


def test_every_other_value_of_every_byte_of_a_header_is_found() -> None:
    first = FRAMES[0]
    data = LEDGER.data[: first.end]

    found = [damage(flipped(data, at, mask)) for at in range(first.end) for mask in range(1, 256)]

    assert {type(each) for each in found} == {Corrupt}


def test_a_file_cut_anywhere_is_torn_where_the_last_frame_begins_or_is_a_sound_shorter_file() -> None:
    # A cut at a frame's end cannot be told from a file that was never longer: the rows tell (test_verify).
    ends = {frame.end for frame in FRAMES}

    for cut in range(len(LEDGER.data)):
        sound = [frame for frame in FRAMES if frame.end <= cut]
        seen: list[AnyFrame] = []
        torn = None
        try:
            for frame in scan(io.BytesIO(LEDGER.data[:cut])):
                seen.append(frame)  # noqa: PERF402 - extend would lose the frames before the tear
        except TornTail as caught:
            torn = caught.offset

        assert seen == sound
        assert torn == (None if cut in ends else sum(frame.end - frame.offset for frame in sound))


@pytest.mark.parametrize("zeros", [1, 9, 10, 4096, 200_000])
def test_a_tail_of_zeros_that_was_never_written_is_torn(zeros: int) -> None:
    found = damage(LEDGER.data + bytes(zeros))

    assert isinstance(found, TornTail)
    assert found.offset == len(LEDGER.data)


def test_a_frame_whose_rest_was_never_written_is_torn() -> None:
    last = FRAMES[-1]
    written = last.offset + HEAD_BYTES + 5

    found = damage(LEDGER.data[:written] + bytes(last.end - written))

    assert isinstance(found, TornTail)
    assert found.offset == last.offset


def test_zeros_with_something_behind_them_are_corruption() -> None:
    found = damage(LEDGER.data + bytes(100_000) + b"x")

    assert isinstance(found, Corrupt)
    assert found.problems[0].field == f"@{len(LEDGER.data)}"


def test_an_empty_file_is_torn_at_its_beginning() -> None:
    found = damage(b"")

    assert isinstance(found, TornTail)
    assert found.offset == 0


def test_writing_goes_on_where_a_scan_ended() -> None:
    first = FRAMES[:5]
    framer = Framer(first[-1].chain)
    more = framer.leaves(7, [STARTED], [bytes(32)])

    frames = read(LEDGER.data[: first[-1].end] + more)

    assert frames[:5] == first
    assert isinstance(frames[5], LeavesFrame)
    assert (frames[5].first, frames[5].recorded_at, frames[5].hashes) == (7, (STARTED,), (bytes(32),))


def test_a_large_group_is_split_into_frames_of_bounded_size() -> None:
    count = MAX_FRAME_LEAVES + 1
    framer = Framer()
    data = framer.header(NODE, STARTED) + framer.leaves(0, [STARTED] * count, [bytes(32)] * count)

    frames = read(data)

    assert [frame.first for frame in frames if isinstance(frame, LeavesFrame)] == [0, MAX_FRAME_LEAVES]


def test_a_stream_that_answers_in_small_pieces_reads_the_same() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    assert list(scan(Trickle(LEDGER.data))) == FRAMES


@pytest.mark.parametrize(
    "data",
    [
        handmade(1, struct.pack(">Hq", 1, 0)),
        handmade(1, struct.pack(">Hq", 2, 0) + b"node"),
        handmade(1, struct.pack(">Hq", 1, 0) + b"two words"),
        handmade(1, struct.pack(">Hq", 1, 0) + b"\xff"),
        handmade(2, struct.pack(">Qq", 0, 0) + bytes(32)),
        handmade(1, struct.pack(">Hq", 1, 0) + b"node", mark=0xC8),
        handmade(9, b"payload"),
        b"PK",
    ],
)
def test_a_file_that_begins_with_something_else_is_corrupt_at_its_beginning(data: bytes) -> None:
    found = damage(data)

    assert isinstance(found, Corrupt)
    assert found.offset == 0


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (1, struct.pack(">Hq", 1, 0) + b"node"),
        (2, b""),
        (2, bytes(8)),
        (2, bytes(8 + 41)),
        (9, b"x"),
        (3, bytes(1 << 18)),
    ],
)
def test_a_well_chained_frame_of_impossible_content_is_corrupt(kind: int, payload: bytes) -> None:
    first = FRAMES[0]

    found = damage(LEDGER.data[: first.end] + handmade(kind, payload, first.chain))

    assert isinstance(found, Corrupt)
    assert found.offset == first.end


def test_what_cannot_stand_in_the_file_is_not_framed() -> None:
    framer = Framer()
    framer.header(NODE, STARTED)
    chain = framer.chain

    attempts: tuple[Callable[[], bytes], ...] = (
        lambda: Framer().header("two words", STARTED),
        lambda: Framer().header(NODE, Instant(1 << 63)),
        lambda: framer.header(NODE, STARTED),
        lambda: framer.leaves(0, [STARTED], []),
        lambda: framer.leaves(0, [STARTED], [b"short"]),
        lambda: framer.leaves(-1, [STARTED], [bytes(32)]),
        lambda: framer.leaves(0, [Instant(1 << 63)], [bytes(32)]),
        lambda: framer.checkpoint(b""),
    )
    for attempt in attempts:
        with pytest.raises(BadEntry):
            attempt()

    assert framer.chain == chain
    assert framer.leaves(0, [], []) == b""
