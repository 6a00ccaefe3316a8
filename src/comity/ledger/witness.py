"""Witnessing: check that a ledger only grew, before vouching for its newest checkpoint.

The steps are those of C2SP tlog-witness (`add-checkpoint`): the ledger names the size it believes the witness saw
last, shows its newest checkpoint, and proves that the one begins with the other. A witness remembers one checkpoint
per ledger. It vouches only for what continues it, so a ledger that shows different histories to different readers
finds no witness for the second, and the two signed notes are the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

import msgspec

from comity.ledger.checkpoint import SignedCheckpoint, open_checkpoint, parse_checkpoint
from comity.ledger.errors import OldView, SplitView, Unproved
from comity.ledger.merkle import EMPTY_ROOT
from comity.ledger.proofs import verify_consistency


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger asks a witness to vouch for: its newest `note`, proved to continue the tree of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


def admit(
    growth: Growth, seen: bytes | None, origin: str, public_key: bytes, second_key: bytes | None = None
) -> SignedCheckpoint:
    """Return the checkpoint if it continues what was seen of this ledger; the witness then remembers its note.

    `seen` is the note remembered for `origin`, None at the first meeting; it was checked then, by the key of then.
    `public_key` is the ledger's trusted key of now, `second_key` its other half where it is a pair.

    Raises:
        BadCheckpoint: the note's form, origin or signature is wrong.
        OldView: the growth does not start at the size seen last, or the note is older than that.
        Unproved: the proof does not hold.
        SplitView: the same size with another root, signed by the same node.

    """
    shown = open_checkpoint(growth.note, origin, public_key, second_key)
    signed = parse_checkpoint(growth.note)
    if seen is None:
        _require_start(growth)
        return signed
    before = parse_checkpoint(seen).checkpoint
    if shown.size == before.size and not compare_digest(shown.root, before.root):
        raise SplitView(seen, growth.note)
    if growth.old != before.size or shown.size < before.size:
        raise OldView(before.size)
    if not _continues(before.size, shown.size, growth.proof, (before.root, shown.root)):
        raise Unproved
    return signed


def _require_start(growth: Growth) -> None:
    """At the first meeting there is nothing to be consistent with, so a proof has no place."""
    if growth.old != 0:
        raise OldView(0)
    if growth.proof:
        raise Unproved


def _continues(old: int, new: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> bool:
    if old == 0:
        return not proof and compare_digest(roots[0], EMPTY_ROOT)
    return verify_consistency(old, new, proof, *roots)
