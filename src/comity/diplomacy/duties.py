"""Notices of termination that run, shown in the register of deadlines: until when a treaty still binds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from comity.agreements.clocks.records import Silence
from comity.agreements.life.records import Turn
from comity.agreements.records import Agreement
from comity.core.ids import RecordId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.deadlines.duties import Place, place_of
from comity.deadlines.records import Deadline, ListDeadlines, Standing, State
from comity.deadlines.rules import standing_of
from comity.diplomacy import store
from comity.diplomacy.records import Event
from comity.diplomacy.turns import AMENDED

_ENDS: Final = frozenset({Turn.END, Turn.LEAVE})


class TerminationDuties:
    """Agreements whose end was notified and has not come yet."""

    @property
    def case_kind(self) -> str:
        """Name the kind of case."""
        return "agreement"

    def page(self, work: Work, asked: ListDeadlines, after: Place | None) -> tuple[Deadline, ...]:
        """Return a page of notices that run."""
        found = [
            each
            for each in _running(work)
            if (asked.standing is None or standing_of(each, work.at) is asked.standing)
            and asked.actor in {None, each.actor}
            and asked.case in {None, each.case}
            and (after is None or place_of(each) > after)
        ]
        return tuple(sorted(found, key=place_of)[: asked.limit])

    def counts(self, work: Work) -> Iterable[tuple[str, Standing, int]]:
        """Count the notices that run, by the party that gave them."""
        counted = Counter((each.actor, standing_of(each, work.at)) for each in _running(work))
        return [(actor, standing, many) for (actor, standing), many in sorted(counted.items())]

    def oldest_breach(self, work: Work) -> Instant | None:
        """Return None: an end that has come is no breach."""
        del work
        return None


TERMINATIONS: Final = TerminationDuties()


def _running(work: Work) -> Iterator[Deadline]:
    for stored in store.with_events(work):
        for event in stored.events:
            if event.turn in _ENDS and event.reason != AMENDED and event.since > work.at:
                yield _deadline(work, stored.agreement, event)


def _deadline(work: Work, agreement: Agreement, event: Event) -> Deadline:
    terms = agreement.termination_terms
    return Deadline(
        id=RecordId(event.agreement[:26].upper()),
        owner=work.who.owner,
        version=agreement.version,
        actor=event.by or work.who.owner.party,
        case_kind=TERMINATIONS.case_kind,
        case=event.agreement,
        rule=f"{agreement.id}.termination",
        source=terms.notice.source if terms is not None else agreement.termination.source,
        began=min(event.recorded_at, event.since),
        due_at=event.since,
        due_on=None,
        at_once=False,
        expiry="none",
        silence=Silence.END,
        state=State.OPEN,
    )
