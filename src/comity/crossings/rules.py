"""Rules of the check: what may be asked, what is advised, and which decision needs which safeguard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from comity.core.codes import parse_nationality
from comity.core.decision import Reason
from comity.core.errors import BadInput, Refused
from comity.core.ids import RecordId
from comity.core.text import clean_line, clean_text
from comity.core.time import SECOND_US, Instant, date_of, earliest_day, parse_partial_date
from comity.crossings.measures import measure_for
from comity.crossings.records import (
    Action,
    Advice,
    Answer,
    Candidate,
    Check,
    Document,
    Findings,
    Freshness,
    Identity,
    Lane,
    Match,
    Measure,
    Outcome,
    Safeguards,
    Sentence,
    SourceAge,
)

T = TypeVar("T")

LIFETIME_US = 24 * 3600 * SECOND_US
"""How long a check can be shown and decided on: one shift and its hand-over. House rule; law names no period."""

GENDERS = ("female", "male", "other", "unknown")

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

_SENTENCES = {
    Outcome.NO_HIT: Sentence(code="check.no-hit", text="Nothing was found in the data named below."),
    Outcome.UNKNOWN: Sentence(
        code="check.unknown", text="No answer: data are missing. This is not a no-hit; check by other means."
    ),
}


def clean_check(check: Check, at: Instant) -> Check:
    """Return the question in clean form, or raise `BadInput` (`crossing.*`, `text.*`, `time.*`) naming the field."""
    identity = _clean_identity(check.identity, at)
    document = _clean_document(check.document) if check.document else None
    justification = clean_text(check.justification, "$.justification", may_be_empty=True)
    if document is None and not identity.surnames:
        raise BadInput(
            "crossing.nothing-to-search",
            "A check needs a document number or a surname.",
            field="$.identity.surnames",
            remedy="Read the document, or type the surname.",
        )
    if document is None and not justification:
        raise BadInput(
            "crossing.justification-needed",
            "A search without a document needs a justification.",
            field="$.justification",
            remedy="Say why no document can be shown, and which case the search belongs to.",
        )
    return Check(
        direction=check.direction,
        crossing_point=clean_line(check.crossing_point, "$.crossing_point"),
        lane=check.lane,
        identity=identity,
        document=document,
        justification=justification,
    )


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


def lane_of(question: Check, *, free_movement: bool) -> Lane:
    """Return the lane whose rules apply: the owner's note of free movement prevails over the lane chosen."""
    return Lane.FREE_MOVEMENT if free_movement else question.lane


def advise(question: Check, findings: Findings, check: RecordId, at: Instant) -> Advice:
    """Return what the officer should do. All matches stand in one group, ordered by what they ask for."""
    candidates, sources = findings.candidates, findings.sources
    ranked = sorted(
        ((_measure(question, one), one) for one in candidates),
        key=lambda pair: (pair[0].urgency, -pair[1].strength, pair[1].alert, pair[1].owner),
    )
    freshness = freshness_of(sources)
    outcome = _outcome(ranked, freshness, incomplete=findings.incomplete)
    return Advice(
        check=check,
        outcome=outcome,
        sentence=ranked[0][0].sentence if ranked else _SENTENCES[outcome],
        warnings=_distinct(warning for _, one in ranked for warning in one.warnings),
        matches=tuple(_match(question, measure, one, candidates) for measure, one in ranked),
        reasons=_reasons(ranked, freshness),
        obligations=_obligations([measure for measure, _ in ranked]),
        must_not_show=any(measure.discreet for measure, _ in ranked),
        freshness=freshness,
        sources=sources,
        incomplete=findings.incomplete,
        expires=Instant(at + LIFETIME_US),
    )


def require_action(measure: Measure, action: Action, safeguards: Safeguards) -> None:
    """Refuse an action that this match does not give, or that the safeguards stand against.

    Raises `Refused`: `crossing.action-not-given`, `rights.fear-expressed` (fear was expressed, or nobody asked),
    `rights.safeguards-unanswered`. Confirming with the action `referred` is always open.
    """
    if action is Action.REFERRED:
        return
    if action not in measure.actions:
        raise Refused(
            "crossing.action-not-given",
            "This category gives no such action in this direction and lane.",
            field="$.action_taken",
            remedy="Choose an action of the advice, or refer the person to the second line.",
        )
    if action is Action.ENTRY_REFUSED:
        require_safeguards(safeguards)


def require_safeguards(safeguards: Safeguards) -> None:
    """Refuse a refusal of entry while a safeguard stands against it.

    Raises `Refused`: `rights.fear-expressed` (fear was expressed, or nobody asked), `rights.safeguards-unanswered`.
    """
    if safeguards.fear_expressed is not Answer.NO:
        raise Refused(
            "rights.fear-expressed",
            "Nobody is refused who expresses fear, or who was not asked.",
            field="$.safeguards.fear_expressed",
            remedy="Refer the person to the second line: the asylum procedure comes first.",
            reasons=("rights.fear-expressed",),
        )
    if Answer.UNKNOWN in {safeguards.child_or_age_unknown, safeguards.vulnerable, safeguards.interpreter}:
        raise Refused(
            "rights.safeguards-unanswered",
            "A refusal needs an answer to each of the four questions.",
            field="$.safeguards",
            remedy="Answer them, or refer the person to the second line.",
            reasons=("rights.safeguards-unanswered",),
        )


def _measure(question: Check, one: Candidate) -> Measure:
    return measure_for(one.category, question.direction, lane_of(question, free_movement=one.free_movement))


def _outcome(ranked: list[tuple[Measure, Candidate]], freshness: Freshness, *, incomplete: bool) -> Outcome:
    if any(measure.refer or one.referred for measure, one in ranked):
        return Outcome.REFER
    if ranked:
        return Outcome.POSSIBLE
    return Outcome.UNKNOWN if incomplete or freshness is Freshness.NOTHING else Outcome.NO_HIT


def _match(question: Check, measure: Measure, one: Candidate, group: tuple[Candidate, ...]) -> Match:
    return Match(
        alert=one.alert,
        owner=one.owner,
        category=one.category,
        action=measure.sentence,
        evidence=one.evidence,
        separates=_separates(one, group),
        lane=lane_of(question, free_movement=one.free_movement),
        must_not_show=measure.discreet,
    )


def _separates(one: Candidate, group: tuple[Candidate, ...]) -> tuple[str, ...]:
    """Return the fields whose evidence differs from that of the others; with a single match, those that differ."""
    if len(group) == 1:
        return tuple(evidence.field for evidence in one.evidence if evidence.grade == "differs")
    counted = Counter((evidence.field, evidence.grade) for other in group for evidence in other.evidence)
    return _distinct(
        evidence.field for evidence in one.evidence if counted[evidence.field, evidence.grade] < len(group)
    )


def _reasons(ranked: list[tuple[Measure, Candidate]], freshness: Freshness) -> tuple[Reason, ...]:
    asked = [reason for _, one in ranked for reason in one.referred]
    listed = [reason for measure, _ in ranked for reason in measure.reasons]
    house = [CONFIRM_HIT_FIRST, NO_SOLE_AUTOMATION] if ranked else []
    missing = [UNKNOWN_NOT_VALID] if freshness is Freshness.NOTHING else []
    return _distinct([*asked, *listed, *house, *missing])


def _obligations(measures: list[Measure]) -> tuple[str, ...]:
    if not measures:
        return ()
    safeguards = ["answer-safeguards"] if any(measure.adverse for measure in measures) else []
    return _distinct(["confirm-identity", *safeguards, *(duty for measure in measures for duty in measure.obligations)])


def _clean_identity(identity: Identity, at: Instant) -> Identity:
    birth = parse_partial_date(identity.birth_date, field="$.identity.birth_date") if identity.birth_date else None
    if birth and earliest_day(birth) > date_of(at):
        raise BadInput("crossing.birth-date-future", "A date of birth lies in the past.", field="$.identity.birth_date")
    if identity.gender and identity.gender not in GENDERS:
        raise BadInput("crossing.gender", f"Gender is one of {', '.join(GENDERS)}.", field="$.identity.gender")
    nationality = identity.nationality
    return Identity(
        surnames=_line(identity.surnames, "$.identity.surnames"),
        forenames=_line(identity.forenames, "$.identity.forenames"),
        birth_date=birth,
        nationality=parse_nationality(nationality, field="$.identity.nationality") if nationality else None,
        gender=identity.gender or None,
    )


def _clean_document(document: Document) -> Document:
    return Document(
        category=clean_line(document.category, "$.document.category"),
        country=parse_nationality(document.country, field="$.document.country") if document.country else None,
        number=clean_line(document.number, "$.document.number"),
    )


def _line(text: str | None, field: str) -> str | None:
    return clean_line(text, field, may_be_empty=True) or None if text else None


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
