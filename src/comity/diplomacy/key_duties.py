"""Signing keys that end with none to follow, shown in the register of deadlines: four weeks and one week before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from comity.agreements.clocks.records import Silence
from comity.agreements.keys import Span
from comity.core.ids import Owner, RecordId
from comity.core.ports import Work
from comity.core.time import DAY_US, Instant
from comity.deadlines.duties import Place, place_of
from comity.deadlines.records import Deadline, ListDeadlines, Standing, State
from comity.deadlines.rules import last_of, standing_of
from comity.diplomacy.key_operations import own_keys
from comity.diplomacy.key_records import KEY_CASE
from comity.diplomacy.services import Services

WARNINGS: Final = {"keys.renew-4-weeks": 28, "keys.renew-1-week": 7, "keys.end": 0}
"""How many days before the end of a key its successor must be installed, by rule."""
_SOURCE: Final = "docs/decisions/0035-keys-that-follow-each-other.md"


class KeyDuties:
    """Online keys of this node that no other follows."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""
        return KEY_CASE

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return a page of warnings."""
        found = [
            each
            for each in self._running(work)
            if (asked.standing is None or standing_of(each, work.at) is asked.standing)
            and asked.actor in {None, each.actor}
            and asked.case in {None, each.case}
            and (after is None or place_of(each) > after)
        ]
        return tuple(sorted(found, key=place_of)[: asked.limit])

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count the warnings by party."""
        counted = Counter((each.actor, standing_of(each, work.at)) for each in self._running(work))
        return [(actor, standing, many) for (actor, standing), many in sorted(counted.items())]

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return since when a key should have been followed."""
        ends = [last_of(each) for each in self._running(work) if standing_of(each, work.at) is Standing.BREACHED]
        return min(ends, default=None)

    def _running(self, work: Work) -> Iterator[Deadline]:
        chain = own_keys(work, self._services)
        last = max((each for each in chain.spans if each.compromised_at is None), key=_end, default=None)
        if last is None or last.until is None:
            return
        for number, (rule, days) in enumerate(WARNINGS.items()):
            yield self._deadline(last, number, rule, Instant(last.until - days * DAY_US))

    def _deadline(self, span: Span, number: int, rule: str, due: Instant) -> Deadline:
        return Deadline(
            id=RecordId(f"{span.key.id}{number}".upper().rjust(26, "0")),
            owner=Owner(party=self._services.party, authority=self._services.owner.authority),
            version=1,
            actor=self._services.party,
            case_kind=KEY_CASE,
            case=span.key.id,
            rule=rule,
            source=_SOURCE,
            began=min(span.since, due),
            due_at=due,
            due_on=None,
            at_once=False,
            expiry="none",
            silence=Silence.BREACH,
            state=State.OPEN,
        )


def _end(span: Span) -> Instant:
    return Instant(1 << 62) if span.until is None else span.until
