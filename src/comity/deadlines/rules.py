"""When a deadline is due and how it stands: decided from rules of law, instants come in as arguments."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.agreements.clocks import Clock, Silence, State, Term, due_of, last_instant, party_work_week, state_of
from comity.agreements.law.compile import rule_version
from comity.agreements.law.records import Binds, Rule
from comity.agreements.terms import Answer, DueRule
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.time import DAY_US, CivilDate, Instant, date_of, end_of_day, parse_date, parse_instant, start_of_day
from comity.deadlines.records import Cancelled, Deadline, Standing
from comity.deadlines.records import State as Kept

_RUNNING: Final = ".running"
_PASSED: Final = ".passed"
_BY_CODE: Final = {
    "REVIEW_EXPIRED": Silence.REVIEW,
    "MAX_RETENTION_REACHED": Silence.CEILING,
    "NO_REPLY_15_DAYS": Silence.DELETION,
    "NO_OBJECTION_BY_SILENCE": Silence.NO_OBJECTION,
    "TWO_MONTHS_NO_AGREEMENT": Silence.DISPUTE,
    "CONSENT_NOT_OBTAINED": Silence.STOP,
    "ERROR_NOTICE_DUE": Silence.NOTICE,
    "WITHIN_DEADLINE": Silence.BREACH,
}
_BY_ANSWER: Final = {
    Answer.OVERDUE: Silence.BREACH,
    Answer.PRIORITISE: Silence.BREACH,
    Answer.DELETE: Silence.DELETION,
    Answer.DISPUTE: Silence.DISPUTE,
    Answer.NOTIFY: Silence.NOTICE,
    Answer.DENY: Silence.LAPSE,
}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that sets a limit, the word of the answer once the time is over, and what silence means then."""

    rule: Rule
    due: DueRule
    expiry: str
    silence: Silence


def find_limit(law: tuple[Rule, ...], name: str) -> Found:
    """Return the rule of that id that sets a limit; a pair of rules (`.running`, `.passed`) goes by its common name.

    Raises NotFound `deadline.unknown-rule`, BadInput `deadline.no-limit` for a rule without a time limit or with one
    that a fact of its case would have to state.
    """
    stem = name.removesuffix(_RUNNING).removesuffix(_PASSED)
    by_id = {rule.id: rule for rule in law}
    rule = by_id.get(f"{stem}{_RUNNING}") or by_id.get(name)
    if rule is None:
        raise NotFound("deadline.unknown-rule", "There is no rule of law of that name.", field="$.rule")
    due = rule.due
    if due is None or (due.limit is not None and not due.limit.startswith("P")):
        raise BadInput("deadline.no-limit", "This rule sets no time limit of its own.", field="$.rule")
    passed = by_id.get(f"{stem}{_PASSED}")
    over = passed or rule
    return Found(rule=rule, due=due, expiry=over.says.value, silence=due.silence or _silence_of(over))


def _silence_of(over: Rule) -> Silence:
    """Say what the law makes of it that nothing came, by what its rule says once the time is over."""
    if over.due is not None and over.due.silence is not None:
        return over.due.silence
    return _BY_CODE.get(over.code) or _BY_ANSWER.get(over.says, Silence.END)


def check_binding(rule: Rule, actor: str, began: Instant, union: frozenset[str]) -> None:
    """Raise Refused unless the rule bound that party on the day: `deadline.not-law-then`, `deadline.not-bound`."""
    day = date_of(began)
    start, end = rule.applies.start, rule.applies.end
    if (start is not None and day < start) or (end is not None and day > end):
        raise Refused("deadline.not-law-then", "This rule was not law on that day.", field="$.began")
    parties = rule.binds.parties if isinstance(rule.binds, Binds) else union if rule.binds == "union" else None
    if parties is not None and actor not in parties:
        raise Refused("deadline.not-bound", "This rule does not bind that party.", field="$.actor")


def read_beginning(text: str, due: DueRule, field: str = "$.began") -> Instant | CivilDate:
    """Read when a deadline began: an instant, or a day; hours count from an instant alone.

    Raises BadInput `deadline.needs-instant`, or as `parse_instant` and `parse_date` do.
    """
    if "T" in text:
        return parse_instant(text, field=field)
    if due.clock in {Clock.HOURS, Clock.AT_ONCE}:
        raise BadInput("deadline.needs-instant", "Hours count from an instant, not from a day.", field=field)
    return parse_date(text, field=field)


def due_times(due: DueRule, began: Instant | CivilDate, actor: str) -> tuple[Instant | None, CivilDate | None]:
    """Return the instant, or the day, on which it is due; neither where it is due at once."""
    found = due_of(Term(clock=due.clock, limit=due.limit, before=due.before), began, party_work_week(actor))
    if found is None:
        return None, None
    return (None, found) if isinstance(found, str) else (found, None)


def beginning(began: Instant | CivilDate) -> Instant:
    """Return the instant at which it began: a day begins at 00:00 UTC."""
    return start_of_day(began) if isinstance(began, str) else began


def version_of(rule: Rule) -> str:
    """Name the rule with what it said."""
    return rule_version(rule)


def last_of(deadline: Deadline) -> Instant:
    """Return the last instant that is in time; of what is due at once, the instant at which it began."""
    if deadline.due_on is not None:
        return end_of_day(deadline.due_on)
    return deadline.began if deadline.due_at is None else deadline.due_at


def standing_of(deadline: Deadline, at: Instant) -> Standing:
    """Say how a deadline stands at `at`."""
    if deadline.state is Kept.CANCELLED:
        return Standing.CANCELLED
    if deadline.at_once:
        return Standing.DUE if deadline.state is Kept.OPEN else Standing.MET
    due = deadline.due_on if deadline.due_on is not None else deadline.due_at
    match state_of(due, at, deadline.done):
        case State.MET:
            return Standing.MET
        case State.LATE:
            return Standing.MET_LATE
        case State.OVER:
            return Standing.BREACHED
        case _:
            last = last_instant(due) if due is not None else at
            return Standing.DUE if last - at < DAY_US else Standing.RUNNING


def met(deadline: Deadline, version: int, done: Instant, now: Instant) -> Deadline:
    """Return the deadline as done; raises `BadInput` `deadline.done-when` for an act before it began or to come."""
    _check_open(deadline, version)
    if not deadline.began <= done <= now:
        raise BadInput("deadline.done-when", "It was done after it began, and not in the future.", field="$.done")
    return msgspec.structs.replace(deadline, version=deadline.version + 1, state=Kept.MET, done=done)


def cancelled(deadline: Deadline, version: int, reason: Cancelled) -> Deadline:
    """Return the deadline taken off the register."""
    _check_open(deadline, version)
    return msgspec.structs.replace(deadline, version=deadline.version + 1, state=Kept.CANCELLED, cancelled=reason)


def _check_open(deadline: Deadline, version: int) -> None:
    if deadline.version != version:
        raise Conflict("deadline.changed-since", "The deadline has a newer version.", field="$.version")
    if deadline.state is not Kept.OPEN:
        raise Conflict("deadline.not-open", "Nothing is left to do about this deadline.", field="$.id")
