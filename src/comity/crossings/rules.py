"""Rules of the check: what is advised, and which decision needs which safeguard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from comity.alerts.warning_marks import MarkPlace, seen_marks
from comity.core.decision import Reason
from comity.core.errors import Refused
from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.time import SECOND_US, Instant
from comity.core.vocabulary import Role
from comity.crossings.abroad.records import AskedState
from comity.crossings.finding_records import Candidate, Evidence, Findings, FoundBy, Freshness, SourceAge
from comity.crossings.flagged import flagged_measure
from comity.crossings.lanes import duties_of, notes_on
from comity.crossings.measures import measure_for
from comity.crossings.odd_names import notes_on_name
from comity.crossings.records import (
    Action,
    Advice,
    Asked,
    EarlierSay,
    Lane,
    Match,
    Measure,
    Outcome,
    Resolution,
    Safeguards,
    Sentence,
)
from comity.crossings.roles import in_role
from comity.crossings.safeguards import require_safeguards

T = TypeVar("T")

OBJECT = "object"
_DOCUMENT = "document"
NEAR = "near"
"""Grade of a number that one slip of reading is away from the one asked for."""
_AGREES = frozenset({"exact", "number-only", NEAR})

LIFETIME_US = 24 * 3600 * SECOND_US
"""How long a check can be shown and decided on: one shift and its hand-over. House rule; law names no period."""

NO_SOLE_AUTOMATION = Reason(
    code="NO_SOLE_AUTOMATION",
    text="A machine found this; only a person decides on it.",
    basis="Reg (EU) 2016/679 Art 22; Directive (EU) 2016/680 Art 11",
)
CONFIRM_HIT_FIRST = Reason(
    code="CONFIRM_HIT_FIRST",
    text="A match is not a hit: no measure before the identity is confirmed.",
    basis="Reg (EU) 2018/1862 Art 3; SR 362.0 Art 18",
)
UNKNOWN_NOT_VALID = Reason(
    code="UNKNOWN_NOT_VALID",
    text="A source did not answer or may not be asked; that says nothing about the person.",
    basis="LAW.md 0.5",
)

_LAST = 99
"""Urgency of what is only to be looked at again: behind everything that asks for something."""

_ALL_CLEARED = Sentence(
    code="check.cleared-before",
    text="All that matched was found to be another person before, on this document. Look again; if nothing has "
    "changed, let the person go on.",
)
_NEAR_NUMBER = Sentence(
    code="check.near-number",
    text="A number that differs in one character is sought. Read the number on the thing itself and check it again "
    "before anything else.",
)
_SENTENCES = {
    Outcome.NO_HIT: Sentence(code="check.no-hit", text="Nothing was found in the data named below."),
    Outcome.UNKNOWN: Sentence(
        code="check.unknown", text="No answer: data are missing. This is not a no-hit; check by other means."
    ),
}


def freshness_of(sources: tuple[SourceAge, ...]) -> Freshness:
    """Return the weakest of the sources: one that is missing makes the whole answer incomplete; none is nothing."""
    held = {source.freshness for source in sources}
    if not held or Freshness.NOTHING in held:
        return Freshness.NOTHING
    return Freshness.COPY if Freshness.COPY in held else Freshness.LIVE


def source_age(party: str, heard: Instant | None, now: Instant) -> SourceAge:
    """Return how old a partner's data are: a copy as old as its stream's last word, or nothing if it never spoke."""
    if heard is None:
        return SourceAge(party=party, freshness=Freshness.NOTHING)
    return SourceAge(party=party, freshness=Freshness.COPY, age_s=max(0, now - heard) // SECOND_US)


def lane_of(question: Asked, *, free_movement: bool) -> Lane:
    """Return the lane whose rules apply: the owner's note of free movement prevails over the lane chosen."""
    return Lane.FREE_MOVEMENT if free_movement else question.lane


def advise(question: Asked, findings: Findings, check: RecordId, at: Instant) -> Advice:
    """Return what the officer should do. All matches stand in one group, ordered by what they ask for.

    What was cleared before stands last, and leads nobody to the second line by itself.
    """
    candidates, sources = findings.candidates, findings.sources
    ranked = _ranked(question, candidates)
    freshness = freshness_of(sources)
    silent = any(each.state is not AskedState.ANSWERED for each in findings.abroad)
    outcome = _outcome(ranked, freshness, incomplete=findings.incomplete or silent)
    return Advice(
        check=check,
        outcome=outcome,
        sentence=_sentence(ranked, outcome),
        warnings=_distinct(warning for _, one in ranked for warning in one.warnings),
        matches=tuple(_match(question, measure, one, candidates) for measure, one in ranked),
        reasons=_reasons(ranked, missing=silent or freshness is Freshness.NOTHING),
        obligations=_obligations([measure for measure, _ in ranked]),
        must_not_show=any(measure.discreet for measure, _ in ranked),
        freshness=freshness,
        sources=sources,
        incomplete=findings.incomplete,
        expires=Instant(at + LIFETIME_US),
        lane_duties=duties_of(question),
        notes=(*notes_on(question), *notes_on_name(question)),
        abroad=findings.abroad,
    )


def with_marks_seen(advice: Advice, place: MarkPlace, role: Role | None) -> Advice:
    """Return the advice with those warnings that are seen at a place in a role; what is stored holds all of them."""
    return msgspec.structs.replace(advice, warnings=seen_marks(advice.warnings, place, role))


def measure_here(question: Asked, category: str, lane: Lane, *, flagged: bool = False) -> Measure:
    """Return what a category asks for in this direction and lane, of this role; of a flagged alert what is left."""
    asked = measure_for(category, question.direction, lane)
    return in_role(flagged_measure(asked) if flagged else asked, question.role)


def require_action(measure: Measure, action: Action, safeguards: Safeguards) -> None:
    """Refuse an action that this match does not give, or that the safeguards stand against.

    Raises `Refused` `crossing.action-not-given`, and what `require_safeguards` raises. Confirming with the action
    `referred` is always open.
    """
    if action is Action.REFERRED:
        return
    if action not in measure.actions:
        raise Refused(
            "crossing.action-not-given",
            "This category gives no such action in this direction, lane and role.",
            field="$.action_taken",
            remedy="Choose an action of the advice, or refer the person to the second line.",
        )
    require_safeguards(safeguards, action)


def following(resolution: Resolution, earlier: Resolution) -> Resolution:
    """Return a decision as the one after `earlier`, which joins its history."""
    said = EarlierSay(
        verdict=earlier.verdict,
        user=earlier.user,
        at=earlier.at,
        reason=earlier.reason,
        action_taken=earlier.action_taken,
        hit=earlier.hit,
    )
    return msgspec.structs.replace(resolution, version=earlier.version + 1, earlier=(*earlier.earlier, said))


def only_near(evidence: Iterable[Evidence]) -> bool:
    """Say whether what is sought is a thing known by a number that was not the one read."""
    return any(each.field == OBJECT and each.grade == NEAR for each in evidence)


def require_read_right(match: Match) -> None:
    """Refuse to act on a number that was not the one read; raises `Refused` `crossing.near-number`."""
    if only_near(match.evidence):
        raise Refused(
            "crossing.near-number",
            "The number sought is not the one that was read.",
            field="$.alert",
            remedy="Read the number on the thing itself and check it again; reject the match if it is another.",
        )


def _measure(question: Asked, one: Candidate) -> Measure:
    lane = lane_of(question, free_movement=one.free_movement)
    measure = measure_here(question, one.category, lane, flagged=one.flagged)
    if not only_near(one.evidence):
        return measure
    # Nothing is done on such a match but to look again; what must not be shown stays so.
    return msgspec.structs.replace(
        measure,
        sentence=_NEAR_NUMBER,
        actions=(),
        urgency=_LAST,
        obligations=(),
        refer=False,
        adverse=False,
        reasons=(),
    )


def found_by(one: Candidate) -> FoundBy:
    """Say what led to a match: the document shown, be it sought as a thing or held by a person sought, or else."""
    agreeing = {each.field for each in one.evidence if each.grade in _AGREES}
    if _DOCUMENT in agreeing or (OBJECT in agreeing and one.papers):
        return FoundBy.DOCUMENT
    return FoundBy.THING if OBJECT in agreeing else FoundBy.PERSON


def _ranked(question: Asked, candidates: tuple[Candidate, ...]) -> list[tuple[Measure, Candidate]]:
    """Order by what is asked for; matches on one document stand together, at the place of the most urgent of them."""
    pairs = [(_measure(question, one), one) for one in candidates]
    groups: dict[tuple[bool, FoundBy], int] = {}
    for measure, one in pairs:
        group = (one.cleared is not None, found_by(one))
        groups[group] = min(measure.urgency, groups.get(group, measure.urgency))

    def place(pair: tuple[Measure, Candidate]) -> tuple[bool, int, FoundBy, int, int, RecordRef, Owner]:
        measure, one = pair
        group = (one.cleared is not None, found_by(one))
        return *group[:1], groups[group], group[1], measure.urgency, -one.strength, one.alert, one.owner

    return sorted(pairs, key=place)


def _sentence(ranked: list[tuple[Measure, Candidate]], outcome: Outcome) -> Sentence:
    if not ranked:
        return _SENTENCES[outcome]
    measure, first = ranked[0]
    return measure.sentence if first.cleared is None else _ALL_CLEARED


def _outcome(ranked: list[tuple[Measure, Candidate]], freshness: Freshness, *, incomplete: bool) -> Outcome:
    if any(one.cleared is None and (measure.refer or one.referred) for measure, one in ranked):
        return Outcome.REFER
    if ranked:
        return Outcome.POSSIBLE
    return Outcome.UNKNOWN if incomplete or freshness is Freshness.NOTHING else Outcome.NO_HIT


def _match(question: Asked, measure: Measure, one: Candidate, group: tuple[Candidate, ...]) -> Match:
    return Match(
        alert=one.alert,
        owner=one.owner,
        category=one.category,
        action=measure.sentence,
        evidence=one.evidence,
        separates=_separates(one, group),
        lane=lane_of(question, free_movement=one.free_movement),
        must_not_show=measure.discreet,
        cleared=one.cleared,
        found_by=found_by(one),
        flagged=one.flagged,
        weighed=one.weighed,
    )


def _separates(one: Candidate, group: tuple[Candidate, ...]) -> tuple[str, ...]:
    """Return the fields whose evidence differs from that of the others; with a single match, those that differ."""
    if len(group) == 1:
        return tuple(evidence.field for evidence in one.evidence if evidence.grade == "differs")
    counted = Counter((evidence.field, evidence.grade) for other in group for evidence in other.evidence)
    return _distinct(
        evidence.field for evidence in one.evidence if counted[evidence.field, evidence.grade] < len(group)
    )


def _reasons(ranked: list[tuple[Measure, Candidate]], *, missing: bool) -> tuple[Reason, ...]:
    asked = [reason for _, one in ranked for reason in one.referred]
    listed = [reason for measure, _ in ranked for reason in measure.reasons]
    house = [CONFIRM_HIT_FIRST, NO_SOLE_AUTOMATION] if ranked else []
    silence = [UNKNOWN_NOT_VALID] if missing else []
    return _distinct([*asked, *listed, *house, *silence])


def _obligations(measures: list[Measure]) -> tuple[str, ...]:
    if not measures:
        return ()
    safeguards = ["answer-safeguards"] if any(measure.adverse for measure in measures) else []
    return _distinct(["confirm-identity", *safeguards, *(duty for measure in measures for duty in measure.obligations)])


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
