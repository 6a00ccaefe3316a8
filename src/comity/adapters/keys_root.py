"""The root key of a node or of several of one party, in a file that stays on a machine without network.

`FILE` holds both seeds of a pair, sealed under a passphrase (argon2id, XSalsa20-Poly1305); `FILE.deeds` holds every
deed that it signed, one a line, so that it never signs two of one number.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

import msgspec

from comity.adapters.keys_file import FileSigner, read_secret, write_secret
from comity.adapters.keys_hybrid import HybridSigner
from comity.adapters.passphrase import SealedSecret, open_secret, seal_secret
from comity.agreements.keys import Deed, Key, body_bytes, deed_digest, key_of, mark
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused, Unreachable
from comity.core.ports import Signer

_SEED_BYTES: Final = 32
_MOST_BYTES: Final = 16_384


class SealedRoot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands in the file: the public key in clear, the seeds sealed."""

    schema: Literal["comity-root/1"]
    key: Key
    sealed: SealedSecret


def make_root(path: Path, passphrase: str, *, hybrid: bool) -> Key:
    """Make a new root and write its file.

    Raises `BadInput` `keys.passphrase-short`, `keys.exists`, `Unreachable` `keys.cannot-write`.
    """
    seeds = os.urandom(2 * _SEED_BYTES) if hybrid else os.urandom(_SEED_BYTES)
    key = key_of(_signer(seeds))
    write_secret(path, encode(SealedRoot(schema="comity-root/1", key=key, sealed=seal_secret(seeds, passphrase))))
    return key


def read_root(path: Path) -> SealedRoot:
    """Read a root's file without opening it; raises as `load_key`, `BadInput` where it is no root."""
    return decode_canonical_as(read_secret(path, _MOST_BYTES), SealedRoot)


def open_root(path: Path, passphrase: str) -> Signer:
    """Return the root's hand. Raises `Refused` `keys.wrong-passphrase`, and what `read_root` raises."""
    return _signer(open_secret(read_root(path).sealed, passphrase))


def sign_deed(path: Path, root: Signer, asked: Deed) -> Deed:
    """Sign a request and keep the deed beside the root.

    Raises `Refused` `keys.contradiction` where the root signed another deed of this number for this node, or none
    before it; `BadInput` `keys.signed` for what is signed already.
    """
    if asked.root is not None:
        raise BadInput("keys.signed", "This was signed already.", field="--request")
    log = path.with_name(path.name + ".deeds")
    before = [deed for deed in read_log(log) if deed.node == asked.node]
    same = next((deed for deed in before if deed.number == asked.number), None)
    if same is not None and deed_digest(same) == deed_digest(asked):
        return same
    last = deed_digest(before[-1]) if before else None
    if same is not None or asked.number != len(before) + 1 or asked.previous != last:
        raise Refused(
            "keys.contradiction",
            "The request does not continue what this root signed for the node.",
            field="--request",
            remedy="Install the deeds in FILE.deeds on the node first, then ask again; two of one number freeze it.",
        )
    deed = msgspec.structs.replace(asked, root=mark(root, body_bytes(asked)))
    _append(log, encode(deed) + b"\n")
    return deed


def read_log(path: Path) -> tuple[Deed, ...]:
    """Return every deed that a root signed, in order; none where it signed none yet."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError:
        raise Unreachable("keys.cannot-read", "The deeds beside the root cannot be read.") from None
    return tuple(decode_canonical_as(line, Deed) for line in lines if line)


def _append(path: Path, line: bytes) -> None:
    """Write a deed behind the others, durably: one that leaves the machine unwritten could be contradicted."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise Unreachable(
            "keys.cannot-write", "The deeds beside the root cannot be written.", remedy="Check folder and disk."
        ) from None


def _signer(seeds: bytes) -> Signer:
    first = FileSigner(seeds[:_SEED_BYTES])
    return first if len(seeds) == _SEED_BYTES else HybridSigner(first, seeds[_SEED_BYTES:])
