"""What the law asks of an alert, as pure functions: minimum data, conditions, clocks, ownership.

Each check returns its failures as `Failure`s, all of them; `refuse` turns them into the one error. Texts name fields
and rules, never values.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from comity.alerts.categories import ADULT_AGE, NOTICE_MONTHS, Age, Category, Subject, needs_of
from comity.alerts.code_tables import CodeTable, is_known
from comity.alerts.commands import ExtendAlert
from comity.alerts.failure import Failure
from comity.alerts.field_table import IF_GRANTED, Need
from comity.alerts.object_rules import check_objects, subject_of
from comity.alerts.object_types import OBJECT_TYPES
from comity.alerts.records import AlertData, AlertRecord, Grounds, WarningMark
from comity.core.decision import Decision, Fact, Outcome
from comity.core.errors import BadInput, NotPermitted, Refused
from comity.core.ids import Owner
from comity.core.said import say
from comity.core.time import (
    HOUR_US,
    CivilDate,
    Instant,
    Period,
    add_period,
    age_on,
    date_of,
    latest_day,
    parse_date,
    parse_partial_date,
)

HIDDEN_US: Final = 48 * HOUR_US
"""How long an alert may be hidden at once."""
_WORDS = 3
"""A recorded reasoning of fewer words is a mark in a box, not a reasoning."""

NO_ASSESSMENT: Final = Failure(
    code="ASSESSMENT_NOT_RECORDED",
    field="$.assessment",
    text="An extension rests on a recorded individual assessment (Reg (EU) 2018/1862 Art 53(6)).",
)
PURPOSE_IN_DOUBT: Final = Failure(
    code="CONDITION_UNMET",
    field="$.id",
    text="The bureau has said that the purpose is achieved: reply to that before anything is extended.",
)
_TOLD: Final = {"proportionality", "character", "clearance", "requester", "requester_review", "victim_review"}
ASSERTED: Final = tuple(name for name in Grounds.__struct_fields__ if name not in _TOLD)
"""The facts of `Grounds` that go into the decision point's question."""

_AGE_WORDS: Final = {
    Age.CHILD: "The category is for a person who is under 18 on the day of entry.",
    Age.ADULT: "The category is for a person who is known to be 18 or older on the day of entry.",
}


# --- content ----------------------------------------------------------------------------------------------------


def present_fields(data: AlertData) -> tuple[str, ...]:
    """Name the data fields that hold something, dotted to the second level (`person.surnames`), as agreements do.

    The owner's authority, and how sure the owner is of a person's identity, always say something.
    """
    found: list[str] = []
    for name, value in msgspec.to_builtins(data).items():
        if name == "person":
            found.extend(f"person.{inner}" for inner in value)
        else:
            found.append(name)
    implied = ("authority",) if data.person is None else ("authority", "identity_category")
    return tuple(dict.fromkeys((*found, *implied)))


def check_data(category: Category, data: AlertData) -> tuple[Failure, ...]:
    """Check fields, things, action, ground and dates against the category's row (2018/1862 Art 20, SR 362.0 Art 11)."""
    return (
        *_check_fields(category, data),
        *check_objects(category, data),
        *_check_words(category, data),
        *_check_codes(data),
        *_check_dates(data),
    )


def _check_fields(category: Category, data: AlertData) -> Iterable[Failure]:
    present = frozenset(present_fields(data))
    about_person = subject_of(data) is not Subject.OBJECT or Subject.OBJECT not in category.subjects
    for field, need in needs_of(category.code).items():
        demanded = need is Need.MANDATORY and field not in IF_GRANTED
        if demanded and field not in present and (about_person or not field.startswith("person.")):
            yield Failure(
                code="MIN_DATA_MISSING", field=f"$.data.{field}", text="The category's minimum data ask for it."
            )
        if need is Need.FORBIDDEN and field in present:
            yield Failure(code="OUT_OF_SCOPE", field=f"$.data.{field}", text="The category may not hold this field.")


def _check_words(category: Category, data: AlertData) -> Iterable[Failure]:
    if data.action not in category.actions:
        yield Failure(code="OUT_OF_SCOPE", field="$.data.action", text="The category does not know this action.")
    if data.ground_category is not None and data.ground_category not in category.grounds:
        yield Failure(
            code="OUT_OF_SCOPE", field="$.data.ground_category", text="The category does not know this ground."
        )
    if len(set(data.warnings)) != len(data.warnings):
        yield Failure(code="OUT_OF_SCOPE", field="$.data.warnings", text="Each warning stands once.")


def _check_codes(data: AlertData) -> Iterable[Failure]:
    codes = [("offence_codes", CodeTable.OFFENCES, code) for code in data.offence_codes]
    for number, one in enumerate(data.objects):
        codes += [(f"objects[{number}].make", CodeTable.MAKES, one.make)] if one.make else []
        codes += [(f"objects[{number}].colour", CodeTable.COLOURS, one.colour)] if one.colour else []
    for field, table, code in codes:
        if not is_known(table, code):
            yield Failure(code="OUT_OF_SCOPE", field=f"$.data.{field}", text="The common table has no such code.")


def _check_dates(data: AlertData) -> Iterable[Failure]:
    if data.person is not None and not _is_partial_date(data.person.birth_date):
        yield Failure(code="MIN_DATA_MISSING", field="$.data.person.birth_date", text="This day does not exist.")
    dates = [
        ("$.data.decision_valid_until", data.decision_valid_until),
        ("$.data.departure_by", data.departure_by),
    ]
    dates += [(f"$.data.documents[{n}].issued", document.issued) for n, document in enumerate(data.documents)]
    for field, text in dates:
        if text is not None and not _is_day(text):
            yield Failure(code="OUT_OF_SCOPE", field=field, text="This day does not exist.")


def _is_partial_date(text: str) -> bool:
    try:
        parse_partial_date(text)
    except BadInput:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        parse_date(text)
    except BadInput:
        return False
    return True


def check_nationalities(category: Category, data: AlertData, bound: Collection[str]) -> tuple[Failure, ...]:
    """Check that no nationality is one of the `bound` States, where only third-country nationals may be entered."""
    nationalities = data.person.nationalities if data.person else ()
    if category.third_country_only and any(country in bound for country in nationalities):
        return (
            Failure(
                code="OUT_OF_SCOPE",
                field="$.data.person.nationalities",
                text="Only third-country nationals may be entered in this category (Reg (EU) 2018/1861 Art 24).",
            ),
        )
    return ()


def check_entry_day(category: Category, data: AlertData, day: CivilDate) -> tuple[Failure, ...]:
    """Check what depends on the day of entry: the person's age, and that a listing has not ended.

    Whoever may still be under 18 by what is known of the date of birth is a child until shown otherwise.
    """
    failures: list[Failure] = []
    if category.age is not Age.ANY and data.person is not None and _is_partial_date(data.person.birth_date):
        born = latest_day(parse_partial_date(data.person.birth_date))
        child = born > day or age_on(born, day) < ADULT_AGE
        if child is not (category.age is Age.CHILD):
            failures.append(
                Failure(
                    code="CONDITION_UNMET",
                    field="$.data.person.birth_date",
                    text=_AGE_WORDS[category.age],
                )
            )
    end = data.decision_valid_until
    if category.follows_decision and end is not None and end < day:
        failures.append(
            Failure(code="CONDITION_UNMET", field="$.data.decision_valid_until", text="The listing has ended.")
        )
    return tuple(failures)


def check_grounds(category: Category, grounds: Grounds, data: AlertData) -> tuple[Failure, ...]:
    """Check what must be asserted before entry: the conditions, the reference behind them, and proportionality."""
    failures = [
        Failure(code="CONDITION_UNMET", field=f"$.grounds.{condition}", text="This must exist before entry.")
        for condition in category.conditions
        if not getattr(grounds, condition)
    ]
    if category.reference_needed and data.decision_reference is None:
        failures.append(
            Failure(
                code="CONDITION_UNMET",
                field="$.data.decision_reference",
                text="The warrant or decision must be named; an alert without one cannot be reviewed.",
            )
        )
    if not is_reasoned(grounds.proportionality) and not is_terrorism(data):
        failures.append(
            Failure(
                code="ASSESSMENT_NOT_RECORDED",
                field="$.grounds.proportionality",
                text="Say in a sentence why the case is important enough (Reg (EU) 2018/1862 Art 21).",
            )
        )
    return tuple(failures)


def is_terrorism(data: AlertData) -> bool:
    """Say whether the case is one of terrorism, which law counts as proportionate (SR 362.0 Art 9b)."""
    return WarningMark.TERRORISM in data.warnings or "TERRORISM" in data.offence_codes


def is_reasoned(text: str) -> bool:
    """Say whether a text can be a reasoning at all."""
    return len(text.split()) >= _WORDS


def refuse(failures: Collection[Failure]) -> None:
    """Raise `Refused` with every reason, the first as the principal one; return quietly if there is none."""
    if not failures:
        return
    first, *_ = failures
    error = Refused(
        f"alert.{first.code.lower().replace('_', '-')}",
        first.text,
        field=first.field,
        reasons=tuple(dict.fromkeys(failure.code for failure in failures)),
        remedy=say(
            "Complete or correct the named fields: %(fields)s", fields=", ".join(failure.field for failure in failures)
        ),
    )
    raise error


# --- clocks -----------------------------------------------------------------------------------------------------


def review_period(category: Category, entered: CivilDate, data: AlertData) -> str:
    """Return the ISO 8601 period that starts at entry (retention table).

    REF has two facts: five years if the national decision runs longer than three years, else three (2018/1861 Art
    39(2)). A decision without a stated end gets the shorter one: an alert is not kept longer on silence. A thing to be
    seized has the period of its type.
    """
    if category.subjects == {Subject.OBJECT} and data.objects:
        return OBJECT_TYPES[data.objects[0].type].period
    if category.long_period is None or data.decision_valid_until is None:
        return category.period
    runs_longer = data.decision_valid_until > add_period(entered, category.period)
    return category.long_period if runs_longer else category.period


def longest_period(category: Category, data: AlertData) -> str:
    """Return the longest period for which law lets such an alert stand without an extension."""
    if category.subjects == {Subject.OBJECT} and data.objects:
        return OBJECT_TYPES[data.objects[0].type].period
    return category.long_period or category.period


def review_date(category: Category, entered: CivilDate, data: AlertData) -> CivilDate:
    """Return the day by which the alert is reviewed; unless extended it is deleted when that day has passed.

    An alert that follows a listing ends with it, one on a child with the child's minority (2018/1862 Art 32): its owner
    is warned four months ahead, to enter another or to let it go.
    """
    review = add_period(entered, review_period(category, entered, data))
    if category.follows_decision and data.decision_valid_until is not None:
        review = min(review, data.decision_valid_until)
    minority = last_day_of_minority(category, data)
    return review if minority is None else min(review, minority)


def last_day_of_minority(category: Category, data: AlertData) -> CivilDate | None:
    """Return the last day on which the child may still be under 18; None where the category is not one for children."""
    if category.age is not Age.CHILD or data.person is None:
        return None
    born = latest_day(parse_partial_date(data.person.birth_date))
    birthday = add_period(born, Period(months=12 * ADULT_AGE))
    # Born on 29 February: of age on 1 March of a common year.
    return birthday if age_on(born, birthday) < ADULT_AGE else add_period(birthday, Period(days=-1))


def notice_date(review: CivilDate) -> CivilDate:
    """Return the day on which the owner is warned, four months before the review date (2018/1861 Art 39(5))."""
    months = int(review[:4]) * 12 + int(review[5:7]) - 1 - NOTICE_MONTHS
    year, month = months // 12, months % 12 + 1
    day = min(int(review[8:10]), calendar.monthrange(year, month)[1])
    return CivilDate(f"{year:04}-{month:02}-{day:02}")


def check_extension(category: Category, record: AlertRecord, until: CivilDate, at: Instant) -> tuple[Failure, ...]:
    """Check a new review date: later than the present one, within one review period from today, not after expiry."""
    today = date_of(at)
    period = review_period(category, record.entered, record.data)
    failures: list[Failure] = []
    if not _is_day(until) or until <= record.review_date:
        failures.append(
            Failure(
                code="CONDITION_UNMET", field="$.until", text="An extension ends later than the present review date."
            )
        )
    elif until > add_period(today, period):
        failures.append(
            Failure(
                code="MAX_RETENTION_REACHED",
                field="$.until",
                text=say("An extension lasts at most one review period (%(period)s) from today.", period=period),
            )
        )
    minority = last_day_of_minority(category, record.data)
    if minority is not None and until > minority:
        failures.append(
            Failure(code="MAX_RETENTION_REACHED", field="$.until", text="The person is no longer a child by then.")
        )
    if record.delete_by < today:
        failures.append(
            Failure(code="REVIEW_EXPIRED", field="$.id", text="The review date has passed; the alert is to be deleted.")
        )
    return tuple(failures)


def extension_facts(record: AlertRecord, command: ExtendAlert) -> tuple[Fact, ...]:
    """Return what law asks of an extension: how many there were, and whether another authority agrees to this one."""
    other = command.agreed_by is not None and bool(set(command.agreed_by) - set(" .-"))
    own = (command.agreed_by or "").strip().casefold() == record.owner.authority.casefold()
    return (
        Fact(name="extensions_so_far", value=len(record.assessments)),
        Fact(name="other_authority_agreed", value=other and not own),
    )


def check_received_clock(
    category: Category, data: AlertData, delete_by: CivilDate | None, issued: Instant, at: Instant
) -> tuple[Failure, ...]:
    """Check a foreign alert's deletion date: stated, not past, and within the longest period that law allows."""
    field = "$.delete_by"
    if delete_by is None or not _is_day(delete_by):
        return (Failure(code="MAX_RETENTION_REACHED", field=field, text="A copy without a deletion date is not kept."),)
    if delete_by < date_of(at):
        return (Failure(code="REVIEW_EXPIRED", field=field, text="The deletion date has passed."),)
    if delete_by > add_period(date_of(issued), longest_period(category, data)):
        return (
            Failure(code="MAX_RETENTION_REACHED", field=field, text="The deletion date is beyond the review period."),
        )
    return ()


def check_hidden(category: Category, until: Instant | None, issued: Instant) -> tuple[Failure, ...]:
    """Check that a received alert is hidden where law allows it only, for 48 hours at most (2018/1862 Art 26(4))."""
    if until is None or (category.code == "ARR" and until <= issued + HIDDEN_US):
        return ()
    return (Failure(code="OUT_OF_SCOPE", field="$.hidden_until", text="Only arrests are hidden, for 48 hours."),)


# --- who ----------------------------------------------------------------------------------------------------------


def check_owner(actor: Owner, owner: Owner) -> None:
    """Raise `NotPermitted` unless the actor's authority owns the alert (Reg (EU) 2018/1862 Art 59(3))."""
    if actor != owner:
        raise NotPermitted(
            "alert.issuer-only",
            "Only the authority that entered an alert may change, extend or delete it.",
            remedy="Ask that authority through your bureau.",
        )


def follow(decision: Decision) -> None:
    """Raise `Refused` with the decision's reasons unless it permits the act."""
    if decision.permitted:
        return
    code = decision.codes[0] if decision.codes else "CONDITION_UNMET"
    text = decision.reasons[0].text if decision.reasons else "No agreement in force permits this act."
    remedy = "Ask the agreement why (its page, or `agreement ask`): it may name another role or purpose of yours."
    if decision.outcome is Outcome.REFER:
        remedy = "A person has to decide this first; what is to be done stands in the obligations of the decision."
    raise Refused(
        f"agreement.{code.lower().replace('_', '-')}",
        text,
        reasons=decision.codes,
        remedy=remedy,
    )
