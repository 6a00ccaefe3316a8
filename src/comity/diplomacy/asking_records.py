"""Asking an agreement why one may or may not, on any day, and what is exchanged under it now."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.agreements.sourced import Kebab, PartyCode
from comity.core.decision import DueTime, Reason
from comity.core.ids import AgreementId
from comity.core.time import CivilDate, Instant
from comity.diplomacy.records import AgreementState, Hash

Asked = Annotated[str, Meta(min_length=1, max_length=64)]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One circumstance as text: `yes` or `no`, a number, a day, or words joined by commas."""

    name: Asked
    value: Annotated[str, Meta(max_length=200)] = ""


class AskWhy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """May `party` (the own one unless named) do this towards `other`, on `day` (today unless named), and why?

    Nothing about a person goes in: it is a question about law. `facts` whose value is empty are not stated. Of an
    agreement inside one party it is asked whether `authority` may see what `other_authority` holds.
    """

    agreement: Hash
    operation: Asked
    category: Asked
    purpose: Asked
    other: PartyCode
    party: PartyCode | None = None
    authority: Kebab | None = None
    other_authority: Kebab | None = None
    role: Asked | None = None
    day: CivilDate | None = None
    fields: Annotated[tuple[Asked, ...], Meta(max_length=100)] = ()
    facts: Annotated[tuple[Told, ...], Meta(max_length=100)] = ()


class Circumstance(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the clauses on this act ask about, and of which kind it is."""

    name: str
    kind: str


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, true for its day: what governed then, all reasons with article, duties, and what could be stated.

    `agreement` is the version that governed on that day, None where none did.
    """

    outcome: str
    effect: str
    reasons: tuple[Reason, ...]
    obligations: tuple[str, ...]
    fields: tuple[str, ...]
    dues: tuple[DueTime, ...]
    rules: tuple[str, ...]
    at: Instant
    known_at: Instant
    agreement: AgreementId | None
    version: int | None
    state: AgreementState
    circumstances: tuple[Circumstance, ...]


class ShowExchanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What runs under an agreement, partner by partner."""

    agreement: Hash


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """The streams with one partner: items decided by it, waiting for it, refused by it, taken from it.

    `put_off` are records that it gets once a suspension is over.
    """

    node: str
    party: str
    taken: int
    waiting: int
    refused: int
    received: int
    put_off: int
    oldest_waiting: Instant | None


class Exchanges(msgspec.Struct, frozen=True, kw_only=True):
    """Running exchanges by partner, in order of party and node."""

    stream: str
    exchanges: tuple[Exchange, ...]
