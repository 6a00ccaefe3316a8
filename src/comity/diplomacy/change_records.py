"""What people say to change a treaty by a further version: accession, reservations, opt-outs."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from comity.agreements.provisions import Side
from comity.agreements.sourced import Confidence, Kebab, PartyCode, Text, Word
from comity.core.time import DateText
from comity.diplomacy.records import Hash

Words = Annotated[tuple[Word, ...], Meta(max_length=200)]
Clauses = Annotated[tuple[Kebab, ...], Meta(max_length=1000)]


class Stated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of one version, with the text that says so: what every value of it carries as its source."""

    agreement: Hash
    source: Text
    confidence: Confidence = Confidence.FROM_MEMORY


class Accede(Stated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Let a further party join from a day on; `roles` and `authorities` (all, if empty) are those it is bound by.

    `excluded_categories` are those it takes no part in.
    """

    party: PartyCode
    accession: DateText
    roles: Words = ()
    authorities: Clauses = ()
    excluded_categories: Words = ()


class Reserve(Stated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make a reservation of the own party: on `side` of exchanges it is not bound by these clauses (none: by any).

    Unless it says otherwise it holds against the own party too (Vienna Convention on the Law of Treaties Art 21(1)(b)).
    """

    id: Kebab
    side: Side
    mirrored: bool = True
    clauses: Clauses = ()
    categories: Words = ()
    operations: Words = ()
    condition: Annotated[str, Meta(max_length=2000)] | None = None


class WithdrawReservation(Stated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Withdraw a reservation of the own party."""

    id: Kebab


class OptOutOf(Stated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Take no part in a clause from a day on, to the end of `until` where that is stated."""

    clause: Kebab
    since: DateText
    until: DateText | None = None


class OptIn(Stated, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """End an own opt-out of a clause from the next version on."""

    clause: Kebab
