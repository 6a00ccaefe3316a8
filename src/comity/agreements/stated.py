"""What an agreement states for the whole, as clauses: what was searched with, the log, disputes, who may get more.

These provisions decide as clauses do, and so are compiled, proved, compared and explained as clauses. Where a clause of
the agreement itself speaks of the same act on the same data, that clause does, and nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from comity.agreements.clocks.records import Clock, Silence
from comity.agreements.provisions import DisputeStep
from comity.agreements.records import Agreement, Clause
from comity.agreements.sourced import Sourced
from comity.agreements.tables import tables
from comity.agreements.terms import Answer, DueRule, Effect, When
from comity.agreements.vocabulary import Mode, Scope

T = TypeVar("T")

STATED: Final = "stated-"
"""How the names of these clauses begin."""
ANY: Final = ("any",)
_AT_ONCE: Final = "at-once"
_INPUT, _LOG = "search_input", "transfer_log"
_RETAIN, _USE, _RECORD, _DISPUTE, _ONWARD = "retain", "use", "record_transfer", "raise_dispute", "onward"
_OVER: Final = "RETENTION_OVER"
_MATCHING: Final = "matching"
_EXCHANGES: Final = frozenset({Mode.REPLICATE, Mode.MESSAGE, Mode.QUERY, Mode.ANONYMOUS, Mode.BLIND})


def clauses_of(agreement: Agreement) -> tuple[Clause, ...]:
    """Return the clauses of an agreement, and after them those that its provisions for the whole amount to."""
    spoken = {
        (operation, about)
        for clause in agreement.clauses
        for operation in clause.operations.value
        for category in clause.categories.value
        for about in (category, *ANY)  # what is stated of any data gives way to whatever speaks of the act
    }
    stated = (*_search_input(agreement), *_log(agreement), *_onward(agreement), *_disputes(agreement))
    everything = {
        operation
        for clause in agreement.clauses
        if ANY[0] in clause.categories.value
        for operation in clause.operations.value
    }
    added = (each for act, each in stated if act not in spoken and act[0] not in everything)
    return (*agreement.clauses, *added)


_Stated = tuple[tuple[str, str], Clause]


def _search_input(agreement: Agreement) -> Iterator[_Stated]:
    """What was searched with may be kept until it was answered, or for a period, or while it is needed for more."""
    terms = agreement.search_input
    if terms is None:
        return
    stated, needed = terms.delete, terms.unless_needed_for
    more = needed.value if needed is not None else ()
    unless = f" and not any_in(needed_for, {_listed(more)})" if more else ""
    act = (_RETAIN, _INPUT)
    yield act, _clause("search-input-kept", stated, act, ANY)
    if stated.value == _AT_ONCE:
        gone = _ending(stated, act, Effect.DENY, f"comparison_answered{unless}", None, "delete-at-once")
    else:
        due = DueRule(
            clock=Clock.CALENDAR, start="recorded_on", limit=stated.value, when=When.PASSED, silence=Silence.DELETION
        )
        condition = f"known(recorded_on){unless}"
        gone = _ending(stated, act, Effect.RETENTION, condition, due, "delete-at-once")
    yield act, gone
    act = (_USE, _INPUT)
    yield act, _clause("search-input-used", stated, act, (_MATCHING, *(word for word in more if word != _MATCHING)))


def _log(agreement: Agreement) -> Iterator[_Stated]:
    """The log is kept for its period and used for its purposes; what passes is entered in it."""
    terms = agreement.log
    if terms is None:
        return
    kept = agreement.log_retention
    act = (_RETAIN, _LOG)
    yield act, _clause("log-kept", kept, act, ANY)
    at_once = terms.deleted_at_once_after is not None and terms.deleted_at_once_after.value
    due = DueRule(
        clock=Clock.CALENDAR, start="recorded_on", limit=kept.value, when=When.PASSED, silence=Silence.CEILING
    )
    duty = "delete-log-at-once" if at_once else "log-may-go"
    yield act, _ending(kept, act, Effect.RETENTION, "known(recorded_on)", due, duty)
    if terms.use is not None:
        act = (_USE, _LOG)
        yield act, _clause("log-used", terms.use, act, terms.use.value)
    if terms.content is not None:
        act = (_RECORD, "any")
        yield (
            act,
            _clause(
                "log-content",
                terms.content,
                act,
                ANY,
                effect=_as(terms.content, Effect.DUTY),
                answer=_as(terms.content, Answer.OBLIGATION),
                obligations=_as(terms.content, ("document-transfer",)),
            ),
        )


def _onward(agreement: Agreement) -> Iterator[_Stated]:
    """Where the recipients are a closed list, nobody else gets anything, whatever clause lets it go on."""
    terms = agreement.onward
    if terms is None or terms.recipients is None:
        return
    named = terms.recipients
    # No clause displaces it: it narrows whatever lets data go on.
    yield (
        ("", ""),
        _clause(
            "onward-recipients",
            named,
            (_ONWARD, "any"),
            ANY,
            effect=_as(named, Effect.DENY),
            condition=_as(named, _not_among(named.value)),
            code=_as(named, "THIRD_COUNTRY_BAR"),
        ),
    )


def _not_among(words: tuple[str, ...]) -> str:
    """Return that a recipient is none of these parties, and in none of these roles."""
    roles = tuple(word for word in words if word in tables().roles)
    parties = tuple(word for word in words if word not in roles)
    named = [f"recipient in {_listed(parties)}"] if parties else []
    named += [f"recipient_role in {_listed(roles)}"] if roles else []
    return f"not ({' or '.join(named)})"


def _disputes(agreement: Agreement) -> Iterator[_Stated]:
    """Each rung of the ladder: who opens it, by when, and what becomes of running exchanges meanwhile."""
    for number, step in enumerate(agreement.disputes, 1):
        yield from _rung(agreement, number, step)


def _rung(agreement: Agreement, number: int, step: DisputeStep) -> Iterator[_Stated]:
    here = "(unknown(dispute_step) or dispute_step == 1)" if number == 1 else f"dispute_step == {number}"
    act = (_DISPUTE, "any")
    meanwhile = step.exchanges.value if step.exchanges is not None else "go_on"
    duties = ("exchanges-pause",) if meanwhile == "pause" else ("exchanges-go-on",)
    due = None
    if step.limit is not None:
        rule = DueRule(clock=Clock.CALENDAR, start="dispute_opened", limit=step.limit.value, silence=Silence.NOTICE)
        due = Sourced(value=rule, source=step.limit.source, confidence=step.limit.confidence)
    yield (
        act,
        _clause(
            f"dispute-step-{number}",
            step.body,
            act,
            ANY,
            effect=_as(step.body, Effect.DUTY),
            condition=_as(step.body, f"dispute_raised and {here}"),
            answer=_as(step.body, Answer.DISPUTE),
            due=due,
            obligations=_as(step.body, ("bring-before-dispute-body", *duties)),
        ),
    )
    opened = step.opened_by
    if opened is not None and opened.value == "both_parties":
        yield (
            act,
            _clause(
                f"dispute-step-{number}-opened-by-both",
                opened,
                act,
                ANY,
                effect=_as(opened, Effect.DENY),
                condition=_as(opened, f"dispute_raised and {here} and not opened_by_both"),
                code=_as(opened, "CONDITION_UNMET"),
            ),
        )
    yield from _meanwhile(agreement, number, step, here)


def _meanwhile(agreement: Agreement, number: int, step: DisputeStep, here: str) -> Iterator[_Stated]:
    """What becomes of running exchanges while a dispute stands on a rung; rescue and protection go on."""
    known = tables()
    running = sorted(
        word
        for word in {
            word for clause in agreement.clauses if clause.mode.value in _EXCHANGES for word in clause.operations.value
        }
        if not known.operations[word].protects
    )
    leaf = step.exchanges
    if leaf is None or leaf.value == "go_on" or not running:
        return
    paused = leaf.value == "pause"
    yield (
        ("", ""),
        _clause(
            f"dispute-step-{number}-exchanges",
            leaf,
            (_DISPUTE, "any"),
            ANY,
            operations=_as(leaf, tuple(running)),
            effect=_as(leaf, Effect.DENY if paused else Effect.DUTY),
            condition=_as(leaf, f"dispute_open and {here}" + (_but_protection() if paused else " and record_disputed")),
            code=_as(leaf, "SUSPENDED") if paused else None,
            answer=None if paused else _as(leaf, Answer.OBLIGATION),
            obligations=_as(leaf, ("exchanges-pause",) if paused else ("mark-disputed-record",)),
        ),
    )


def _but_protection() -> str:
    """Return the condition that it is about nobody whose protection nobody may stop."""
    protecting = sorted(word for word, row in tables().categories.items() if row.protects)
    return f" and category not in {_listed(protecting)}"


def _ending(
    leaf: Sourced[str], act: tuple[str, str], effect: Effect, condition: str, due: DueRule | None, duty: str
) -> Clause:
    """Return the clause by which keeping something comes to an end."""
    name = "search-input-over" if act[1] == _INPUT else "log-over"
    return _clause(
        name,
        leaf,
        act,
        ANY,
        effect=_as(leaf, effect),
        condition=_as(leaf, condition),
        code=_as(leaf, _OVER),
        answer=_as(leaf, Answer.OBLIGATION),
        due=None if due is None else _as(leaf, due),
        obligations=_as(leaf, (duty,)),
    )


def _clause(name: str, leaf: Sourced[T], act: tuple[str, str], purposes: tuple[str, ...], **more: object) -> Clause:
    """Return a clause on one act that says where it stands, and as surely as that does."""
    operation, category = act
    parts: dict[str, object] = {
        "article": _as(leaf, leaf.source),
        "operations": _as(leaf, (operation,)),
        "categories": _as(leaf, (category,)),
        "purposes": _as(leaf, purposes),
        "mode": _as(leaf, Mode.LOCAL),
        "givers": _as(leaf, Scope.ANY_PARTY),
        "receivers": _as(leaf, Scope.ANY_PARTY),
        **more,
    }
    return Clause(id=f"{STATED}{name}", **parts)  # type: ignore[arg-type]  # each part is the leaf that its field names


def _as(leaf: Sourced[T], value: object) -> Sourced[object]:
    return Sourced(value=value, source=leaf.source, confidence=leaf.confidence)


def _listed(words: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
