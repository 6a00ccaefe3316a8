r"""Checkpoints: what a node states about its ledger, signed, in a form any verifier can read.

The form is the C2SP tlog-checkpoint (v1) in a C2SP signed note (v1) with one Ed25519 signature:

    origin \n size \n base64 root \n \n — origin base64(key id || signature) \n

This profile is narrower than C2SP, so that one checkpoint has exactly one encoding: no extension
lines, one signature, the key's name is the origin, base64 in canonical form. Cosignatures of witnesses
travel beside a checkpoint, not inside it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha256

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from comity.core.ports import Signer
from comity.ledger.errors import BadCheckpoint
from comity.ledger.leaf import HASH_BYTES

_ALGORITHM_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_SIGNATURE_MARK = "\u2014 "
_MAX_ORIGIN = 255
_MAX_NOTE_BYTES = 1024
_LINES = 6


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a node says: my ledger `origin` has `size` leaves and this `root`."""

    origin: str
    size: int
    root: bytes


class SignedCheckpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A parsed note whose signature has not been checked yet: call `open_checkpoint` instead."""

    checkpoint: Checkpoint
    text: bytes
    key_id: bytes
    signature: bytes


def key_id(origin: str, public_key: bytes) -> bytes:
    """Return the 4-byte key id of a C2SP note key: it selects a key, it proves nothing."""
    digest = sha256(origin.encode() + b"\n" + _ALGORITHM_ED25519 + public_key)
    return digest.digest()[:_KEY_ID_BYTES]


def is_origin(name: str) -> bool:
    """Say whether `name` can stand as origin and key name: printable ASCII, no space, no plus."""
    return 0 < len(name) <= _MAX_ORIGIN and all("!" <= sign <= "~" and sign != "+" for sign in name)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note for `checkpoint`.

    Raises:
        BadCheckpoint: the origin, size, root or key cannot stand in a note, or the
            signer is not an Ed25519 one.

    """
    _require(is_origin(checkpoint.origin), "the origin is not printable ASCII without space and plus")
    _require(0 <= checkpoint.size < 1 << 63, "the size is out of range")
    _require(len(checkpoint.root) == HASH_BYTES, "the root is not 32 bytes long")
    _require(len(signer.public_key) == _KEY_BYTES, "the signer's key is not 32 bytes long")
    root = b64encode(checkpoint.root).decode("ascii")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()
    signature = signer.sign(text)
    _require(len(signature) == _SIGNATURE_BYTES, "the signer's signature is not 64 bytes long")
    blob = b64encode(key_id(checkpoint.origin, signer.public_key) + signature).decode("ascii")
    return text + f"\n{_SIGNATURE_MARK}{checkpoint.origin} {blob}\n".encode()


def parse_checkpoint(note: bytes) -> SignedCheckpoint:
    """Read a note without checking its signature; whatever this accepts has this one encoding.

    Raises:
        BadCheckpoint: the note differs from the form in any byte.

    """
    _require(len(note) <= _MAX_NOTE_BYTES, f"the note is longer than {_MAX_NOTE_BYTES} bytes")
    try:
        lines = note.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise BadCheckpoint("the note is not UTF-8") from None
    _require(len(lines) == _LINES and not lines[-1], "the note does not have exactly five lines")
    origin, size, root, blank, signed, _ = lines
    _require(is_origin(origin), "line 1: not an origin")
    _require(not blank, "line 4: not blank")
    mark = f"{_SIGNATURE_MARK}{origin} "
    _require(signed.startswith(mark), "line 5: not a signature by the key of the origin")
    blob = canonical_base64(signed.removeprefix(mark), _KEY_ID_BYTES + _SIGNATURE_BYTES, "line 5")
    checkpoint = Checkpoint(origin=origin, size=_decimal(size), root=canonical_base64(root, HASH_BYTES, "line 3"))
    return SignedCheckpoint(
        checkpoint=checkpoint,
        text=f"{origin}\n{size}\n{root}\n".encode(),
        key_id=blob[:_KEY_ID_BYTES],
        signature=blob[_KEY_ID_BYTES:],
    )


def open_checkpoint(note: bytes, origin: str, public_key: bytes) -> Checkpoint:
    """Return the checkpoint in `note` if the key trusted for `origin` signed it.

    Raises:
        BadCheckpoint: form, origin, key id or signature is wrong.

    """
    signed = parse_checkpoint(note)
    _require(signed.checkpoint.origin == origin, "line 1: another ledger's origin")
    _require(len(public_key) == _KEY_BYTES, "the trusted key is not 32 bytes long")
    _require(signed.key_id == key_id(origin, public_key), "line 5: signed with another key")
    try:
        VerifyKey(public_key).verify(signed.text, signed.signature)
    except CryptoError:
        raise BadCheckpoint("line 5: the signature does not verify") from None
    return signed.checkpoint


def _decimal(text: str) -> int:
    """Read a size: ASCII digits, no sign, no leading zero, below 2^63."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(1 << 63))
    _require(digits and (text == "0" or text[0] != "0"), "line 2: not a size")
    size = int(text)
    _require(size < 1 << 63, "line 2: not a size")
    return size


def canonical_base64(text: str, length: int, line: str) -> bytes:
    """Read canonical base64 of exactly `length` bytes; other spellings of the same bytes are refused.

    Raises:
        BadCheckpoint: with the line as its place.

    """
    try:
        value = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        value = b""
    canonical = len(value) == length and b64encode(value).decode("ascii") == text
    _require(canonical, f"{line}: not canonical base64 of {length} bytes")
    return value


def _require(holds: bool, why: str) -> None:  # noqa: FBT001 - an assertion's condition has no better name
    if not holds:
        raise BadCheckpoint(why)
