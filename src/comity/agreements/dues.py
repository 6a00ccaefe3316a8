"""Time limits of rules and clauses, reckoned from the facts of a question."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from typing import Final

from comity.agreements.clocks.due import due_of, last_instant, parse_limit
from comity.agreements.clocks.night import after, zone_named, zone_of_party
from comity.agreements.clocks.records import Clock, Term
from comity.agreements.clocks.working_days import UNION_WEEKEND, WorkWeek, listed_work_week, party_work_week
from comity.agreements.expr.python import Facts
from comity.agreements.expr.records import FactValue
from comity.agreements.terms import DueRule, When, WhoseDays
from comity.core.decision import DueTime
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant, start_of_day

HOLIDAYS: Final = "holidays"
"""Fact that states the public holidays of whoever must act; it stands in place of the table of the party."""
TIME_ZONE: Final = "time_zone"
"""Fact that names the time zone of a place; it stands in place of that of the party."""
_WHOSE: Final = {
    WhoseDays.ACTOR: "actor.party",
    WhoseDays.OWNER: "owner.party",
    WhoseDays.SENDER: "sender",
    WhoseDays.RECEIVER: "receiver",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit ready to reckon; `term` None where the limit is itself a fact."""

    rule: DueRule
    term: Term | None

    @classmethod
    def of(cls, rule: DueRule) -> Limit:
        """Make a limit of a due rule that was found sound."""
        fixed = rule.limit is None or rule.limit.startswith("P")
        return cls(rule, Term(clock=rule.clock, limit=rule.limit, before=rule.before) if fixed else None)


def reckon(limit: Limit, facts: Facts, name: str) -> DueTime | None:
    """Say when it is due, and whether that has passed; None where start, limit or calendar is not known.

    At once has no time: it has passed as soon as anything later than its start is asked about.
    """
    start, term = _start(limit, facts), _term(limit, facts)
    if start is None or term is None or not isinstance(at := facts["at"], int):
        return None
    silence = limit.rule.silence.value if limit.rule.silence else None
    if term.clock is Clock.AT_ONCE:
        begun = start_of_day(CivilDate(start)) if isinstance(start, str) else start
        return DueTime(rule=name, at_once=True, passed=at > begun, silence=silence)
    try:
        due = (
            _by_night(limit, term, start, facts) if limit.rule.not_counted else due_of(term, start, _week(limit, facts))
        )
    except BadInput:  # a limit in a fact that is no period, a party without a known calendar, the year 10000
        return None
    if due is None:
        return None
    passed = _judged(limit, facts, Instant(at)) > last_instant(due)
    if isinstance(due, str):
        return DueTime(rule=name, day=due, passed=passed, silence=silence)
    return DueTime(rule=name, instant=due, passed=passed, silence=silence)


def _by_night(limit: Limit, term: Term, start: Instant | CivilDate, facts: Facts) -> Instant | None:
    """Count hours but for those of the night; raises `BadInput` as `parse_limit` and `zone_named` do."""
    night, zone = limit.rule.not_counted, local_zone(facts, _WHOSE[limit.rule.whose])
    if night is None or zone is None:
        return None
    begun = start_of_day(start) if isinstance(start, str) else start
    return after(begun, parse_limit(term.limit or "", term.clock).elapsed_us, night, zone)


def local_zone(facts: Facts, whose: str) -> zoneinfo.ZoneInfo | None:
    """Return the time zone of a question: the one that it names, or that of a party; None where neither is known.

    Raises `BadInput` `clock.no-such-zone`.
    """
    named, party = facts.get(TIME_ZONE), facts.get(whose)
    if isinstance(named, str):
        return zone_named(named)
    return zone_of_party(party) if isinstance(party, str) else None


def fires_with(limit: Limit, due: DueTime | None) -> bool:
    """Say whether a rule with this limit fires at all, given what was reckoned."""
    when = limit.rule.when
    if when is When.ALWAYS:
        return True
    return due is not None and due.passed is (when is When.PASSED)


def _judged(limit: Limit, facts: Facts, at: Instant) -> Instant:
    """Return the instant that is held against the limit: when it was done, or now while that is not known yet."""
    done = _moment(facts.get(limit.rule.done)) if limit.rule.done else None
    instant = start_of_day(done) if isinstance(done, str) else done
    return at if instant is None or instant > at else instant


def _start(limit: Limit, facts: Facts) -> Instant | CivilDate | None:
    return _moment(facts.get(limit.rule.start))


def _moment(value: FactValue | None) -> Instant | CivilDate | None:
    if isinstance(value, str):
        return CivilDate(value)
    return Instant(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _term(limit: Limit, facts: Facts) -> Term | None:
    if limit.term is not None:
        return limit.term
    stated = facts.get(str(limit.rule.limit))
    rule = limit.rule
    return Term(clock=rule.clock, limit=stated, before=rule.before) if isinstance(stated, str) else None


def _week(limit: Limit, facts: Facts) -> WorkWeek | None:
    if limit.rule.clock is not Clock.WORKING:
        return None
    party, stated = facts.get(_WHOSE[limit.rule.whose]), facts.get(HOLIDAYS)
    week = party_work_week(party) if isinstance(party, str) else None
    if isinstance(stated, tuple):
        return listed_work_week(frozenset(stated), week.weekend if week else UNION_WEEKEND)
    return week
