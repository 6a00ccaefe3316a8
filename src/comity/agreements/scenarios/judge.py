"""The answer of the rules of law to a row of a scenario file.

The rules that fire are joined as the decision point joins them, with the floor under them; where nothing speaks of an
act, the answer is no. A row names its treaty; no agreement between nodes is asked. Where no rule says when something
is due but the row states start, limit and clock, those are reckoned.
"""

from __future__ import annotations

from typing import Final

import msgspec

from comity.agreements.asked import Asked
from comity.agreements.clocks import Clock, Due, State, Term, due_of, party_work_week, state_of
from comity.agreements.clocks.working_days import listed_work_week
from comity.agreements.combine import combine, denial, duty
from comity.agreements.dues import HOLIDAYS
from comity.agreements.floor import floor_fired
from comity.agreements.law.compile import house_rulebook
from comity.agreements.law.scenarios import due_text
from comity.agreements.reasons import Code, reason
from comity.agreements.rulebook import Rulebook
from comity.agreements.scenarios.read import written
from comity.agreements.scenarios.records import Row, Verdict
from comity.agreements.scenarios.translate import lineages_of, question_of, with_start
from comity.agreements.spoken import key_of, moment_of
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, Effect
from comity.core.decision import Decision, DueTime, Question
from comity.core.errors import BadInput
from comity.core.time import CivilDate, Instant

_ACTS: Final = frozenset({Effect.PERMIT, Effect.DENY, Effect.REFER})
_DEFAULT: Final = denial({reason(Code.OUT_OF_SCOPE, "default deny: what no rule allows is forbidden")})
_STATED: Final = "the limit that is stated with the facts"
_KEEPING: Final = frozenset({"review", "keep", "retain"})
_DONE: Final = ("replied", "answered", "sent", "sent_at", "done", "done_at")
_CLOCKS: Final = {"hours": Clock.HOURS, "calendar": Clock.CALENDAR, "working": Clock.WORKING}


def judge(row: Row, book: Rulebook | None = None) -> Verdict:
    """Answer one row by the law of the house, or by the rules given; never raises for what a row says."""
    row = msgspec.structs.replace(row, facts={key_of(name): value for name, value in row.facts.items()})
    question, unread = question_of(row)
    law, lineages = book or house_rulebook(), lineages_of(row)
    asked = Asked(with_start(question, row, _starts(law, question, lineages)), row.at)
    fired = [*floor_fired(asked), *law.firing(asked, lineages)]
    stated = _stated_due(row)
    if not fired:
        return _verdict(row, _DEFAULT, unread) if stated is None else _stated_limit(row, stated)
    acts = any(each.rule.effect in _ACTS for each in fired)
    verdict = _verdict(row, combine(asked, _DEFAULT, fired) if acts else duty(fired), unread)
    if verdict.due or stated is None:
        return verdict
    return msgspec.structs.replace(verdict, due=_text(stated))


def _starts(law: Rulebook, question: Question, lineages: frozenset[str]) -> frozenset[str]:
    """Name the facts from which the limits of the rules on this act count."""
    return frozenset(
        rule.limit.rule.start
        for rule in law.slice(question.operation, question.category)
        if rule.limit is not None
        and (rule.lineage is None or rule.lineage in lineages)
        and (rule.parties is None or question.actor.party in rule.parties)
    )


def _verdict(row: Row, decision: Decision, unread: tuple[str, ...]) -> Verdict:
    sentences = tables().obligations
    return Verdict(
        id=row.id,
        outcome=decision.effect,
        reason_code=decision.codes[0],
        due=_due(decision.dues),
        obligations=tuple(sentences[name].text for name in decision.obligations if name in sentences),
        basis=tuple(dict.fromkeys(each.basis for each in decision.reasons)),
        reasons=tuple(dict.fromkeys(decision.codes)),
        rules=decision.rules,
        unread=unread,
    )


def _due(dues: tuple[DueTime, ...]) -> str:
    """Write the first time limit that has a time; that of the principal reason comes first."""
    return next((due_text(each) for each in dues if not each.at_once), "")


def _stated_limit(row: Row, due: Due) -> Verdict:
    """Answer a row about a limit that no rule knows but the row itself states: whether it has passed, and no more.

    A review that has run out deletes, another duty is overdue.
    """
    dones = (_moment(row.facts.get(name)) for name in _DONE)
    late = state_of(due, row.at, next((each for each in dones if each is not None), None)) in {State.OVER, State.LATE}
    if row.operation in _KEEPING:
        outcome, code = (Answer.DELETE, "REVIEW_EXPIRED") if late else (Answer.KEEP, "WITHIN_REVIEW_PERIOD")
    else:
        outcome, code = (Answer.OVERDUE, "DEADLINE_BREACHED") if late else (Answer.ALLOW, "WITHIN_DEADLINE")
    return Verdict(
        id=row.id,
        outcome=outcome.value,
        reason_code=code,
        due=_text(due),
        obligations=(),
        basis=(_STATED,),
        reasons=(code,),
    )


def _stated_due(row: Row) -> Due | None:
    """Reckon the start, limit and clock that a row states, by the days of the party that acts."""
    clock, limit = _CLOCKS.get(str(row.facts.get("clock"))), row.facts.get("limit")
    begun = _moment(row.facts.get("start"))
    if clock is None or begun is None or not isinstance(limit, str):
        return None
    week, stated = party_work_week(row.party), row.facts.get(HOLIDAYS)
    if isinstance(stated, list):
        week = listed_work_week(frozenset(map(str, stated)), week.weekend)
    try:
        return due_of(Term(clock=clock, limit=limit), begun, week)
    except BadInput:
        return None


def _text(due: Due) -> str:
    return due if isinstance(due, str) else written(due)


def _moment(value: object) -> Instant | CivilDate | None:
    if not isinstance(value, str):
        return None
    try:
        return moment_of(value)
    except BadInput:
        return None
