r"""Checkpoints: what a node states about its ledger, signed, in a form any verifier can read.

The form is the C2SP tlog-checkpoint (v1) in a C2SP signed note (v1) with one Ed25519 signature:

    origin \n size \n base64 root \n \n — origin base64(key id || signature) \n

A key of the hybrid suite adds one line of the same form with its ML-DSA-65 signature over the same text (signature
type 0xff, `comity-ml-dsa-65`); whoever trusts the pair insists on both.

This profile is narrower than C2SP, so that one checkpoint has exactly one encoding: no extension
lines, one signature of each kind at most, the key's name is the origin, base64 in canonical form. Cosignatures of
witnesses travel beside a checkpoint, not inside it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha256

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from comity.core import mldsa
from comity.core.ports import SecondSigner, Signer, fixed
from comity.ledger.errors import BadCheckpoint
from comity.ledger.leaf import HASH_BYTES

_ALGORITHM_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_SIGNATURE_MARK = "\u2014 "
_MAX_ORIGIN = 255
_ALGORITHM_ML_DSA = b"\xffcomity-ml-dsa-65"
MAX_NOTE_BYTES = 6144
_LINES = frozenset({6, 7})


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
    second_id: bytes | None = None
    second: bytes | None = None


def key_id(origin: str, public_key: bytes) -> bytes:
    """Return the 4-byte key id of a C2SP note key: it selects a key, it proves nothing."""
    digest = sha256(origin.encode() + b"\n" + _ALGORITHM_ED25519 + public_key)
    return digest.digest()[:_KEY_ID_BYTES]


def second_key_id(origin: str, second_key: bytes) -> bytes:
    """Return the 4-byte key id of the ML-DSA-65 half of a pair."""
    return sha256(origin.encode() + b"\n" + _ALGORITHM_ML_DSA + second_key).digest()[:_KEY_ID_BYTES]


def is_origin(name: str) -> bool:
    """Say whether `name` can stand as origin and key name: printable ASCII, no space, no plus."""
    return 0 < len(name) <= _MAX_ORIGIN and all("!" <= sign <= "~" and sign != "+" for sign in name)


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed note for `checkpoint`; a pair signs twice.

    Raises:
        BadCheckpoint: the origin, size, root or key cannot stand in a note, or the
            signer is not an Ed25519 one.

    """
    _require(is_origin(checkpoint.origin), "the origin is not printable ASCII without space and plus")
    _require(0 <= checkpoint.size < 1 << 63, "the size is out of range")
    _require(len(checkpoint.root) == HASH_BYTES, "the root is not 32 bytes long")
    signer = fixed(signer)
    _require(len(signer.public_key) == _KEY_BYTES, "the signer's key is not 32 bytes long")
    root = b64encode(checkpoint.root).decode("ascii")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()
    signature = signer.sign(text)
    _require(len(signature) == _SIGNATURE_BYTES, "the signer's signature is not 64 bytes long")
    lines = [key_id(checkpoint.origin, signer.public_key) + signature]
    if isinstance(signer, SecondSigner):
        lines.append(second_key_id(checkpoint.origin, signer.second_key) + signer.sign_second(text))
    signed = (f"{_SIGNATURE_MARK}{checkpoint.origin} {b64encode(line).decode('ascii')}\n" for line in lines)
    return text + b"\n" + "".join(signed).encode()


def parse_checkpoint(note: bytes) -> SignedCheckpoint:
    """Read a note without checking its signature; whatever this accepts has this one encoding.

    Raises:
        BadCheckpoint: the note differs from the form in any byte.

    """
    _require(len(note) <= MAX_NOTE_BYTES, f"the note is longer than {MAX_NOTE_BYTES} bytes")
    try:
        lines = note.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise BadCheckpoint("the note is not UTF-8") from None
    _require(len(lines) in _LINES and not lines[-1], "the note does not have exactly five lines, or six by a pair")
    origin, size, root, blank, signed, *more = lines
    _require(is_origin(origin), "line 1: not an origin")
    _require(not blank, "line 4: not blank")
    mark = f"{_SIGNATURE_MARK}{origin} "
    _require(signed.startswith(mark), "line 5: not a signature by the key of the origin")
    blob = canonical_base64(signed.removeprefix(mark), _KEY_ID_BYTES + _SIGNATURE_BYTES, "line 5")
    second = None
    if len(more) > 1:
        _require(more[0].startswith(mark), "line 6: not a signature by the key of the origin")
        second = canonical_base64(more[0].removeprefix(mark), _KEY_ID_BYTES + mldsa.SIGNATURE_BYTES, "line 6")
    checkpoint = Checkpoint(origin=origin, size=_decimal(size), root=canonical_base64(root, HASH_BYTES, "line 3"))
    return SignedCheckpoint(
        checkpoint=checkpoint,
        text=f"{origin}\n{size}\n{root}\n".encode(),
        key_id=blob[:_KEY_ID_BYTES],
        signature=blob[_KEY_ID_BYTES:],
        second_id=None if second is None else second[:_KEY_ID_BYTES],
        second=None if second is None else second[_KEY_ID_BYTES:],
    )


def open_checkpoint(note: bytes, origin: str, public_key: bytes, second_key: bytes | None = None) -> Checkpoint:
    """Return the checkpoint in `note` if the key trusted for `origin` signed it; a pair only with both its halves.

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
    _require((signed.second is None) is (second_key is None), "line 6: not signed by just the halves of the key")
    if signed.second is not None and second_key is not None:
        _require(signed.second_id == second_key_id(origin, second_key), "line 6: signed with another key")
        holds = mldsa.is_signed(second_key, signed.text, signed.second)
        _require(holds, "line 6: the signature does not verify")
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
