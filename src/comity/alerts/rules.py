"""What the law asks of an alert, as pure functions: minimum data, conditions, clocks, ownership.

Each check returns its failures as `Failure`s, all of them; `refuse` turns them into the one error. Texts name fields
and rules, never values.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from comity.alerts.categories import NOTICE_MONTHS, Category, Need, needs_of
from comity.alerts.records import AlertData, AlertRecord, Grounds, Person
from comity.core.decision import Decision
from comity.core.errors import BadInput, NotPermitted, Refused
from comity.core.hashing import digest
from comity.core.ids import Owner
from comity.core.time import CivilDate, Instant, add_period, date_of, parse_date, parse_partial_date

_WORDS = 3
"""A recorded reasoning of fewer words is a mark in a box, not a reasoning."""
_FULL_DATE_DASHES = 2


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that an alert breaks: reason code (LAW tables), field, sentence."""

    code: str
    field: str
    text: str


NO_ASSESSMENT: Final = Failure(
    code="ASSESSMENT_NOT_RECORDED",
    field="$.assessment",
    text="An extension rests on a recorded individual assessment (Reg (EU) 2018/1862 Art 53(6)).",
)
ASSERTED: Final = ("warrant_present", "individual_decision")
"""The facts of `Grounds` that go into the decision point's question."""


# --- content ----------------------------------------------------------------------------------------------------


def present_fields(data: AlertData) -> tuple[str, ...]:
    """Name the data fields that hold something, dotted to the second level (`person.surnames`), as agreements do."""
    found: list[str] = []
    for name, value in msgspec.to_builtins(data).items():
        if name == "person":
            found.extend(f"person.{inner}" for inner in value)
        else:
            found.append(name)
    if "identity_category" not in found:
        found.append("identity_category")
    return tuple(found)


def check_data(category: Category, data: AlertData) -> tuple[Failure, ...]:
    """Check fields, action, ground and dates against the category's row (2018/1862 Art 20, SR 362.0 Arts 11, 11a)."""
    failures = [*_check_fields(category, present_fields(data)), *_check_words(category, data), *_check_dates(data)]
    return tuple(failures)


def _check_fields(category: Category, present: Collection[str]) -> Iterable[Failure]:
    for field, need in needs_of(category.code).items():
        if need is Need.MANDATORY and field not in present:
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


def _check_dates(data: AlertData) -> Iterable[Failure]:
    try:
        parse_partial_date(data.person.birth_date)
    except BadInput:
        yield Failure(code="MIN_DATA_MISSING", field="$.data.person.birth_date", text="This day does not exist.")
    dates = [("$.data.decision_valid_until", data.decision_valid_until)]
    dates += [(f"$.data.documents[{n}].issued", document.issued) for n, document in enumerate(data.documents)]
    for field, text in dates:
        if text is not None and not _is_day(text):
            yield Failure(code="OUT_OF_SCOPE", field=field, text="This day does not exist.")


def _is_day(text: str) -> bool:
    try:
        parse_date(text)
    except BadInput:
        return False
    return True


def check_nationalities(
    category: Category, nationalities: Collection[str], bound: Collection[str]
) -> tuple[Failure, ...]:
    """Check that no nationality is one of the `bound` States, where only third-country nationals may be entered."""
    if category.third_country_only and any(country in bound for country in nationalities):
        return (
            Failure(
                code="OUT_OF_SCOPE",
                field="$.data.person.nationalities",
                text="Only third-country nationals may be entered in this category (Reg (EU) 2018/1861 Art 24).",
            ),
        )
    return ()


def check_grounds(category: Category, grounds: Grounds, data: AlertData) -> tuple[Failure, ...]:
    """Check what must be asserted before entry: the condition, the reference behind it, and proportionality."""
    failures: list[Failure] = []
    if not getattr(grounds, category.condition):
        failures.append(
            Failure(
                code="CONDITION_UNMET", field=f"$.grounds.{category.condition}", text="This must exist before entry."
            )
        )
    if data.decision_reference is None:
        failures.append(
            Failure(
                code="CONDITION_UNMET",
                field="$.data.decision_reference",
                text="The warrant or decision must be named; an alert without one cannot be reviewed.",
            )
        )
    if not is_reasoned(grounds.proportionality):
        failures.append(
            Failure(
                code="ASSESSMENT_NOT_RECORDED",
                field="$.grounds.proportionality",
                text="Say in a sentence why the case is important enough (Reg (EU) 2018/1862 Art 21).",
            )
        )
    return tuple(failures)


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
        remedy="Complete or correct the named fields: " + ", ".join(failure.field for failure in failures),
    )
    raise error


# --- clocks -----------------------------------------------------------------------------------------------------


def review_period(category: Category, entered: CivilDate, decision_valid_until: CivilDate | None) -> str:
    """Return the ISO 8601 period that starts at entry (retention table).

    REF has two facts: five years if the national decision runs longer than three years, else three (2018/1861 Art
    39(2)). A decision without a stated end gets the shorter one: an alert is not kept longer on silence.
    """
    if category.long_period is None or decision_valid_until is None:
        return category.period
    runs_longer = decision_valid_until > add_period(entered, category.period)
    return category.long_period if runs_longer else category.period


def review_date(category: Category, entered: CivilDate, decision_valid_until: CivilDate | None) -> CivilDate:
    """Return the day by which the alert is reviewed; unless extended it is deleted when that day has passed."""
    return add_period(entered, review_period(category, entered, decision_valid_until))


def notice_date(review: CivilDate) -> CivilDate:
    """Return the day on which the owner is warned, four months before the review date (2018/1861 Art 39(5))."""
    months = int(review[:4]) * 12 + int(review[5:7]) - 1 - NOTICE_MONTHS
    year, month = months // 12, months % 12 + 1
    day = min(int(review[8:10]), calendar.monthrange(year, month)[1])
    return CivilDate(f"{year:04}-{month:02}-{day:02}")


def check_extension(category: Category, record: AlertRecord, until: CivilDate, at: Instant) -> tuple[Failure, ...]:
    """Check a new review date: later than the present one, within one review period from today, not after expiry."""
    today = date_of(at)
    period = review_period(category, record.entered, record.data.decision_valid_until)
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
                text=f"An extension lasts at most one review period ({period}) from today.",
            )
        )
    if record.delete_by < today:
        failures.append(
            Failure(code="REVIEW_EXPIRED", field="$.id", text="The review date has passed; the alert is to be deleted.")
        )
    return tuple(failures)


def check_received_clock(
    category: Category, delete_by: CivilDate | None, issued: Instant, at: Instant
) -> tuple[Failure, ...]:
    """Check a foreign alert's deletion date: stated, not past, and within the longest period that law allows."""
    field = "$.delete_by"
    if delete_by is None or not _is_day(delete_by):
        return (Failure(code="MAX_RETENTION_REACHED", field=field, text="A copy without a deletion date is not kept."),)
    if delete_by < date_of(at):
        return (Failure(code="REVIEW_EXPIRED", field=field, text="The deletion date has passed."),)
    if delete_by > add_period(date_of(issued), category.long_period or category.period):
        return (
            Failure(code="MAX_RETENTION_REACHED", field=field, text="The deletion date is beyond the review period."),
        )
    return ()


# --- who, and which person -----------------------------------------------------------------------------------------


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
    raise Refused(f"agreement.{code.lower().replace('_', '-')}", text, reasons=decision.codes)


def subject_keys(data: AlertData) -> tuple[str, ...]:
    """Return digests by which the same person is known again: exact name with full date of birth, and each document.

    A partial date of birth gives no name key: two people may share a name and a year.
    """
    keys = [_document_key(document.country, document.number) for document in data.documents]
    if data.person.birth_date.count("-") == _FULL_DATE_DASHES:
        keys.append(_name_key(data.person))
    return tuple(dict.fromkeys(keys))


def _name_key(person: Person) -> str:
    return _digest("name", _fold(person.surnames), _fold(person.forenames or ""), person.birth_date)


def _document_key(country: str, number: str) -> str:
    return _digest("document", country, "".join(character for character in _fold(number) if character.isalnum()))


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character if character.isalnum() else " " for character in decomposed if not _is_mark(character))
    return " ".join(letters.split())


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) != 0


def _digest(*parts: str) -> str:
    return digest("\x1f".join(parts).encode())
