"""Witnesses of the ledger: who vouches for this one, whom this node vouches for, and contradictions."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.time import Instant

MOST_WITNESSES = 3
NodeName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class AppointWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask a trusted node to witness this node's ledger; three at most."""

    node: NodeName


class DismissWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show a witness no more checkpoints."""

    node: NodeName


class ListWitnesses(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Show who vouches for which ledger."""


class WitnessView(msgspec.Struct, frozen=True, kw_only=True):
    """A witness of this ledger: up to how many entries it vouched, when, and why not further.

    `note` is the checkpoint it vouched for and `line` its cosignature (C2SP tlog-cosignature): put together they are
    what anybody can check with the two public keys.
    """

    node: str
    party: str | None
    size: int
    cosigned_at: Instant | None
    trouble: str | None
    note: str | None
    line: str | None


class WitnessedView(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger of another node that this node vouches for: how far, and since when."""

    node: str
    party: str | None
    size: int
    seen_at: Instant


class ContradictionView(msgspec.Struct, frozen=True, kw_only=True):
    """Two checkpoints of one ledger that cannot both be true (`ledger.split-view`), or that were not proved to fit."""

    node: str
    code: str
    seen: str
    shown: str
    recorded_at: Instant


class Witnesses(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    witnesses: tuple[WitnessView, ...]
    witnessed: tuple[WitnessedView, ...]
    contradictions: tuple[ContradictionView, ...]
