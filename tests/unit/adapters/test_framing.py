"""Messages on a byte stream, without a network."""

from __future__ import annotations

import asyncio

import pytest

from comity.adapters.framing import MAX_PAYLOAD_BYTES, pack, read_message
from comity.core.errors import BadInput, ComityError


def read(*pieces: bytes, end: bool = True) -> list[tuple[int, bytes] | str]:
    """Feed the pieces to a stream and read until it fails; the last entry is the code of the failure."""

    async def run() -> list[tuple[int, bytes] | str]:
        reader = asyncio.StreamReader()
        for piece in pieces:
            reader.feed_data(piece)
        if end:
            reader.feed_eof()
        found: list[tuple[int, bytes] | str] = []
        try:
            while True:
                found.append(await read_message(reader, 0.05))
        except ComityError as error:
            found.append(error.code)
        return found

    return asyncio.run(run())


def test_messages_come_back_whole_however_they_were_cut() -> None:
    stream = pack(3, b"first") + pack(7, b"")

    assert read(*(bytes([byte]) for byte in stream)) == [(3, b"first"), (7, b""), "link.closed"]


def test_the_layout_is_length_then_type_then_payload() -> None:
    assert pack(3, b"ab") == b"\x00\x00\x00\x02\x03ab"


def test_a_length_over_the_cap_is_refused_before_its_payload_is_read() -> None:
    assert read((MAX_PAYLOAD_BYTES + 1).to_bytes(4, "big") + b"\x03") == ["framing.too-large"]
    with pytest.raises(BadInput):
        pack(3, bytes(MAX_PAYLOAD_BYTES + 1))


def test_a_torn_message_is_a_closed_link_and_an_unfinished_one_a_silent_one() -> None:
    torn = pack(3, b"first")[:-1]

    assert read(torn) == ["link.closed"]
    assert read(torn, end=False) == ["link.silent"]
