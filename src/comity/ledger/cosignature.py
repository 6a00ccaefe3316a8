r"""Cosignatures: what a witness adds to a checkpoint once it has seen that the ledger only grew.

The form is C2SP tlog-cosignature (v1) with Ed25519: the witness signs `cosignature/v1`, its time in whole seconds
since 1970 UTC, and the checkpoint's text; the line in the note is

    — witness base64(key id || time as 8 bytes, big-endian || signature) \n

A cosignature says: at that time I knew no other history of this ledger. It says nothing of the entries, which a
witness never sees.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from comity.core.ports import Signer
from comity.core.time import Instant
from comity.ledger.checkpoint import SignedCheckpoint, canonical_base64, is_origin
from comity.ledger.errors import BadCheckpoint

_ALGORITHM_COSIGNATURE = b"\x04"
_HEADER = b"cosignature/v1\n"
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
_KEY_BYTES = 32
_BLOB_BYTES = _KEY_ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES
_MARK = "\u2014 "
_MAX_LINE = 512
_MICROSECONDS = 1_000_000


class Cosignature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One witness's line, not checked yet; `at_s` are whole seconds since 1970 UTC."""

    witness: str
    key_id: bytes
    at_s: int
    signature: bytes


def cosigner_key_id(witness: str, public_key: bytes) -> bytes:
    """Return the 4-byte key id of a witness's key: it selects a key, it proves nothing."""
    digest = sha256(witness.encode() + b"\n" + _ALGORITHM_COSIGNATURE + public_key)
    return digest.digest()[:_KEY_ID_BYTES]


def cosign(signed: SignedCheckpoint, witness: str, signer: Signer, at: Instant) -> Cosignature:
    """Sign as `witness` that this checkpoint continues all it saw; ask `witness.admit` first.

    Raises:
        BadCheckpoint: the name cannot stand in a note, the time is before 1970, or the signer is not an Ed25519 one.

    """
    if not is_origin(witness):
        raise BadCheckpoint("the witness's name is not printable ASCII without space and plus")
    at_s = at // _MICROSECONDS
    if at_s < 0 or len(signer.public_key) != _KEY_BYTES:
        raise BadCheckpoint("the witness's time or key cannot stand in a cosignature")
    return Cosignature(
        witness=witness,
        key_id=cosigner_key_id(witness, signer.public_key),
        at_s=at_s,
        signature=signer.sign(_message(signed, at_s)),
    )


def write_cosignature(cosignature: Cosignature) -> str:
    """Return the line as it stands in a note, with its line end."""
    time = cosignature.at_s.to_bytes(_TIME_BYTES, "big")
    blob = b64encode(cosignature.key_id + time + cosignature.signature).decode("ascii")
    return f"{_MARK}{cosignature.witness} {blob}\n"


def read_cosignature(line: str) -> Cosignature:
    """Read one line without checking its signature; whatever this accepts has this one encoding.

    Raises:
        BadCheckpoint: the line differs from the form in any character.

    """
    parts = line.removesuffix("\n").split(" ")
    whole = line.endswith("\n") and len(line) <= _MAX_LINE and line.startswith(_MARK)
    if not whole or len(parts) != len(("mark", "name", "blob")) or not is_origin(parts[1]):
        raise BadCheckpoint("cosignature: not a line of a signed note")
    blob = canonical_base64(parts[2], _BLOB_BYTES, "cosignature")
    time, signature = blob[_KEY_ID_BYTES:-_SIGNATURE_BYTES], blob[-_SIGNATURE_BYTES:]
    return Cosignature(
        witness=parts[1], key_id=blob[:_KEY_ID_BYTES], at_s=int.from_bytes(time, "big"), signature=signature
    )


def holds(cosignature: Cosignature, signed: SignedCheckpoint, public_key: bytes) -> bool:
    """Say whether the witness's trusted key made this cosignature over exactly this checkpoint."""
    if cosignature.key_id != cosigner_key_id(cosignature.witness, public_key):
        return False
    try:
        VerifyKey(public_key).verify(_message(signed, cosignature.at_s), cosignature.signature)
    except (CryptoError, ValueError):
        return False
    return True


def vouchers(
    signed: SignedCheckpoint, cosignatures: Sequence[Cosignature], trusted: Mapping[str, bytes]
) -> frozenset[str]:
    """Return the names of the trusted witnesses (name to public key) that vouch for the checkpoint.

    Each counts once, however often its line stands there; lines of strangers and broken lines count for nothing.
    """
    return frozenset(
        each.witness for each in cosignatures if each.witness in trusted and holds(each, signed, trusted[each.witness])
    )


def _message(signed: SignedCheckpoint, at_s: int) -> bytes:
    return _HEADER + f"time {at_s}\n".encode() + signed.text
