"""What the law and our closed lists ask of things in an alert, pure; each check returns all its failures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.alerts.categories import Category, Subject
from comity.alerts.failure import Failure
from comity.alerts.identifiers import compared, is_range, is_well_formed
from comity.alerts.object_types import COUNTRY_NEEDED, OBJECT_TYPES, TypeRule, types_for_tracing
from comity.alerts.objects import AlertObject, Identifier, ObjectType
from comity.alerts.records import AlertData

_SCOPE: Final = "OUT_OF_SCOPE"
_MISSING: Final = "MIN_DATA_MISSING"
_MALFORMED: Final = "IDENTIFIER_MALFORMED"


def subject_of(data: AlertData) -> Subject:
    """Return what the alert is about: the person if there is one, else the thing, else marks."""
    if data.person is not None:
        return Subject.PERSON
    return Subject.OBJECT if data.objects else Subject.MARKS


def check_objects(category: Category, data: AlertData) -> Iterable[Failure]:
    """Check which things the category may hold, and each thing against its type."""
    is_subject = subject_of(data) is Subject.OBJECT
    if is_subject and Subject.OBJECT in category.subjects:
        yield from _check_subject(category, data)
    elif data.objects:
        yield from _check_traced(category, data)
    for number, one in enumerate(data.objects):
        yield from _check_object(f"$.data.objects[{number}]", one, is_subject=is_subject)


def _check_subject(category: Category, data: AlertData) -> Iterable[Failure]:
    if len(data.objects) != 1:
        yield Failure(code=_SCOPE, field="$.data.objects", text="An alert on a thing is on one thing.")
    for number, one in enumerate(data.objects):
        rule = OBJECT_TYPES[one.type]
        if not (rule.seizure if category.subjects == {Subject.OBJECT} else rule.check):
            yield Failure(
                code=_SCOPE, field=f"$.data.objects[{number}].type", text="The category knows no such type of thing."
            )


def _check_traced(category: Category, data: AlertData) -> Iterable[Failure]:
    allowed = types_for_tracing(category.code) if category.traced else frozenset[ObjectType]()
    for number, one in enumerate(data.objects):
        if one.type not in allowed:
            yield Failure(
                code=_SCOPE,
                field=f"$.data.objects[{number}].type",
                text="An alert on a person of this category may not carry such a thing (SR 362.0 Art 14a).",
            )


def _check_object(place: str, one: AlertObject, *, is_subject: bool) -> Iterable[Failure]:
    rule = OBJECT_TYPES[one.type]
    if rule.needs_status and is_subject and one.status is None:
        yield Failure(code=_MISSING, field=f"{place}.status", text="Say what became of the document or plate.")
    if one.status is not None and not rule.needs_status:
        yield Failure(code=_SCOPE, field=f"{place}.status", text="Only documents and plates have this status.")
    if (one.document is None) is (one.type is ObjectType.ISSUED_DOCUMENT):
        yield Failure(
            code=_MISSING if one.document is None else _SCOPE,
            field=f"{place}.document",
            text="An issued document, and nothing else, has a kind of document.",
        )
    for number, each in enumerate(one.identifiers):
        yield from _check_identifier(f"{place}.identifiers[{number}]", each, rule, one.type)


def _check_identifier(place: str, one: Identifier, rule: TypeRule, kind: ObjectType) -> Iterable[Failure]:
    if one.kind not in rule.identifiers:
        yield Failure(code=_SCOPE, field=f"{place}.kind", text="This type of thing has no such identifier.")
    if not is_well_formed(one.kind, one.value):
        yield Failure(
            code=_MALFORMED, field=f"{place}.value", text="This cannot be such an identifier; compare every character."
        )
    if one.country is None and one.kind in COUNTRY_NEEDED:
        yield Failure(code=_MISSING, field=f"{place}.country", text="Say which State gave it.")
    if one.last is None:
        return
    if kind is not ObjectType.BLANK_DOCUMENT:
        yield Failure(code=_SCOPE, field=f"{place}.last", text="Only blank documents are entered as a range.")
    elif not is_range(one.value, one.last):
        yield Failure(
            code=_MALFORMED,
            field=f"{place}.last",
            text="A range rises, both ends are equally long, and only the last six digits may differ.",
        )


def first_identifier(one: AlertObject) -> str:
    """Return the identifier that names the thing in a list, in the form in which it is compared."""
    return compared(one.identifiers[0].value)
