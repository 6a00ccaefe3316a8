"""What is found out about a node, and what it is judged to mean. No personal data: nodes, codes, counts and times."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Protocol

import msgspec

from comity.core.ports import Work
from comity.core.time import Instant


@unique
class Standing(StrEnum):
    """How a thing stands: as it should, to be looked at soon, or broken now."""

    SOUND = "sound"
    ATTENTION = "attention"
    BROKEN = "broken"


class CertificateFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of this node: which (`peer-link`, `https`), and when it ends; None where it cannot be read."""

    name: str
    ends: Instant | None


class PeerFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One trusted node as it was found.

    `state` is the exchange's word (`trusted`, `frozen`, `distrusted`) with its `reason`. `reached` says whether our
    link to it stands; `trouble` why not, by code. `offset_us` is how far its clock was ahead of ours at the last
    greeting. `waiting` counts what it has not taken yet (`more`: the count stopped there), `oldest` is since when,
    `why` are the codes of what it put off; `refused` and `refusals` the same for what it refused for good.
    """

    node: str
    party: str
    state: str
    reason: str | None
    reached: bool
    trouble: str | None
    offset_us: int | None
    waiting: int
    more: bool
    oldest: Instant | None
    why: tuple[str, ...]
    refused: int
    refusals: tuple[str, ...]
    elsewhere: bool = False
    """Whether another process of this node keeps the link to it."""
    deeds_ahead: int = 0
    """How many deeds about our keys it has not acknowledged; `deeds_trouble` is why, by code."""
    deeds_trouble: str | None = None
    contradicted: bool = False
    """Whether it showed two deeds about its own keys under one number."""


class KeyFinding(msgspec.Struct, frozen=True, kw_only=True):
    """The signing keys of this node: which signs now, whether a root stands behind them, when the last one ends.

    `signs` is None where no key counts; `ends` where the last key has no end.
    """

    signs: str | None
    rooted: bool
    ends: Instant | None


class WitnessFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A witness of this ledger: how many entries it vouched for, how many came since, why it does not go on."""

    node: str
    size: int
    behind: int
    trouble: str | None


class ContradictionFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A node whose ledger this one witnesses, and which contradicted itself; `code` says how."""

    node: str
    code: str


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a running node finds out about itself. Sizes in bytes."""

    now: Instant
    free_bytes: int
    writer_queue: int
    search_log_key: bool
    index_ready: bool
    certificates: tuple[CertificateFinding, ...]
    keys: KeyFinding
    peers: tuple[PeerFinding, ...]
    witnesses: tuple[WitnessFinding, ...] = ()
    contradictions: tuple[ContradictionFinding, ...] = ()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at: of what (a certificate, a peer's party and node), how it stands, what to do.

    `code` and `values` are what `finding` and `remedy` were made from, for whoever shows them in another language.
    """

    standing: Standing
    code: str
    of: str | None
    finding: str
    remedy: str | None
    values: tuple[str, ...]


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All checks, what is broken first; `sound` while nothing is."""

    at: Instant
    sound: bool
    checks: tuple[Check, ...]


class Diagnose(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask how this node stands."""


class Inspector(Protocol):
    """Looks a running node over; changes nothing."""

    def inspect(self, work: Work) -> Findings:
        """Return what is found now."""
        ...
