from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from nacl.signing import VerifyKey

from comity.ledger.checkpoint import Checkpoint, key_id, open_checkpoint, parse_checkpoint, sign_checkpoint
from comity.ledger.errors import BadCheckpoint
from comity.ledger.merkle import EMPTY_ROOT
from tests.support.ledgers import NODE, SeedSigner, flipped

SIGNER = SeedSigner()
STATED = Checkpoint(origin=NODE, size=42, root=EMPTY_ROOT)
NOTE = sign_checkpoint(STATED, SIGNER)


def test_a_checkpoint_reads_back_under_its_key() -> None:
    assert open_checkpoint(NOTE, NODE, SIGNER.public_key) == STATED


def test_the_note_has_the_published_form() -> None:
    text, signed = NOTE.decode().split("\n\n")

    mark, name, blob = signed.rstrip("\n").split(" ")
    raw = b64decode(blob)

    assert text == f"{NODE}\n42\n{b64encode(EMPTY_ROOT).decode()}"
    assert (mark, name) == ("\u2014", NODE)
    assert raw[:4] == key_id(NODE, SIGNER.public_key)
    VerifyKey(SIGNER.public_key).verify(text.encode() + b"\n", raw[4:])


@pytest.mark.parametrize(
    ("name", "published", "typed_key"),
    [
        # The example of C2SP signed-note, section "Verifier keys".
        ("example.com/foo", "530d903a", "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        # The example of the Go package golang.org/x/mod/sumdb/note.
        ("PeterNeumann", "c74f20a3", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
    ],
)
def test_key_ids_are_those_of_published_keys(name: str, published: str, typed_key: str) -> None:
    kind, public_key = b64decode(typed_key)[:1], b64decode(typed_key)[1:]

    assert kind == b"\x01"
    assert key_id(name, public_key).hex() == published


@pytest.mark.parametrize("mask", [1, 0x20, 0x80, 0xFF])
def test_a_change_of_any_byte_is_refused(mask: int) -> None:
    accepted = []

    for at in range(len(NOTE)):
        try:
            open_checkpoint(flipped(NOTE, at, mask), NODE, SIGNER.public_key)
        except BadCheckpoint:
            continue
        accepted.append(at)

    assert accepted == []


@pytest.mark.parametrize(
    "note",
    [
        b"",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"x",
        NOTE + NOTE.split(b"\n\n")[1],
        NOTE.replace(b"\n42\n", b"\n042\n"),
        NOTE.replace(b"\n42\n", b"\n+42\n"),
        NOTE.replace(b"\n42\n", b"\n\n"),
        NOTE.replace(b"\n42\n", "\n\u0664\u0662\n".encode()),
        NOTE.replace(b"\n42\n", b"\n9223372036854775808\n"),
        NOTE.replace(b"\n42\n", b"\n42\nextension\n"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"=\n\n", b"\n\n"),
        b"x" * 2000,
    ],
)
def test_what_is_not_exactly_the_form_is_refused(note: bytes) -> None:
    with pytest.raises(BadCheckpoint):
        parse_checkpoint(note)


def test_another_key_or_another_ledger_is_refused() -> None:
    with pytest.raises(BadCheckpoint, match="another key"):
        open_checkpoint(NOTE, NODE, SeedSigner("other").public_key)
    with pytest.raises(BadCheckpoint, match="another ledger"):
        open_checkpoint(NOTE, "deu.exercise.example", SIGNER.public_key)
    with pytest.raises(BadCheckpoint, match="trusted key"):
        open_checkpoint(NOTE, NODE, b"short")


@pytest.mark.parametrize(
    "stated",
    [
        Checkpoint(origin="", size=0, root=EMPTY_ROOT),
        Checkpoint(origin="two words", size=0, root=EMPTY_ROOT),
        Checkpoint(origin="a+b", size=0, root=EMPTY_ROOT),
        Checkpoint(origin="line\nbreak", size=0, root=EMPTY_ROOT),
        Checkpoint(origin=NODE, size=-1, root=EMPTY_ROOT),
        Checkpoint(origin=NODE, size=1, root=b"short"),
    ],
)
def test_what_cannot_stand_in_a_note_is_not_signed(stated: Checkpoint) -> None:
    with pytest.raises(BadCheckpoint):
        sign_checkpoint(stated, SIGNER)
