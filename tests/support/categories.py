"""For each category the least alert that law lets in, and the facts that must be asserted; all synthetic."""

from __future__ import annotations

import hashlib

import msgspec

from comity.alerts.attached import Picture, PictureKind
from comity.alerts.categories import CATEGORIES
from comity.alerts.objects import (
    AlertObject,
    Identifier,
    IdentifierKind,
    IssuedDocument,
    ObjectStatus,
    ObjectType,
)
from comity.alerts.records import Action, AlertData, CaseType, GroundCategory, Grounds, MarkKind, MarkReference, Person
from comity.core.time import CivilDate

CONTAINER = "CSQU3054383"
"""The example of ISO 6346."""
VEHICLE = AlertObject(
    type=ObjectType.MOTOR_VEHICLE,
    identifiers=(
        Identifier(kind=IdentifierKind.PLATE, value="SYN-123", country="UTO"),
        Identifier(kind=IdentifierKind.VIN, value="WSYNTHET1C0000001"),
    ),
)
BOX = AlertObject(
    type=ObjectType.CONTAINER, identifiers=(Identifier(kind=IdentifierKind.CONTAINER_NUMBER, value=CONTAINER),)
)
STOLEN_PASSPORT = AlertObject(
    type=ObjectType.ISSUED_DOCUMENT,
    document=IssuedDocument.PASSPORT,
    status=ObjectStatus.STOLEN,
    identifiers=(Identifier(kind=IdentifierKind.DOCUMENT_NUMBER, value="SYN900001", country="UTO"),),
)
BLANKS = AlertObject(
    type=ObjectType.BLANK_DOCUMENT,
    status=ObjectStatus.STOLEN,
    identifiers=(Identifier(kind=IdentifierKind.DOCUMENT_NUMBER, value="SYB100100", last="SYB100199", country="UTO"),),
)
MARK = MarkReference(kind=MarkKind.FINGERPRINT, reference="SYN-MARK-1", sha256="ab" * 32)

ADULT = Person(surnames="Synthetic-Adult", birth_date="1980-02-03")
CHILD = Person(surnames="Synthetic-Child", birth_date="2015-06-01")


def on(who: Person, action: Action, **more: object) -> AlertData:
    return AlertData(person=who, reason="synthetic", action=action, **more)  # type: ignore[arg-type]  # test data


_PREVENT = {"decision_reference": "SYN-1", "case_type": CaseType.TRAFFICKING}
MINIMUM: dict[str, AlertData] = {
    "RET": on(ADULT, Action.CONFIRM_RETURN, decision_reference="SYN-RET-1", suspended=False, entry_ban=True),
    "REF": on(ADULT, Action.REFUSE_ENTRY, decision_reference="SYN-BAN-1", ground_category=GroundCategory.ENTRY_BAN),
    "REFX": on(
        ADULT,
        Action.REFUSE_ENTRY,
        listing="SYNTHETIC ACT 1/2026, entry 7",
        ground_category=GroundCategory.RESTRICTIVE_MEASURE,
    ),
    "ARR": on(ADULT, Action.ARREST_FOR_SURRENDER, offence="synthetic fraud", decision_reference="SYN-EAW-1"),
    "MIS-P": on(ADULT, Action.PLACE_UNDER_PROTECTION),
    "MIS-N": on(ADULT, Action.REPORT_PLACE),
    "CHI-A": on(CHILD, Action.PREVENT_TRAVEL, **_PREVENT),
    "CHI-T": on(CHILD, Action.PREVENT_TRAVEL, **_PREVENT),
    "VUL": on(ADULT, Action.PREVENT_TRAVEL, **_PREVENT),
    "JUD": on(ADULT, Action.REPORT_RESIDENCE),
    "DIS": on(ADULT, Action.DISCREET_CHECK),
    "INQ": on(ADULT, Action.INQUIRY_CHECK),
    "SPE": on(ADULT, Action.SPECIFIC_CHECK),
    "INF": on(ADULT, Action.COLLECT_INFORMATION),
    "OBJ": AlertData(objects=(VEHICLE,), action=Action.SEIZE),
    "UNK": AlertData(dactyloscopic_data=(MARK,), offence="synthetic offence", action=Action.IDENTIFY),
}
PERIODS: dict[str, CivilDate] = {
    code: CivilDate(day)
    for day, codes in {
        "2027-11-25": ("REFX", "CHI-A", "CHI-T", "VUL", "DIS", "INQ", "SPE", "INF"),
        "2029-11-25": ("RET", "REF", "JUD", "UNK"),
        "2031-11-25": ("ARR", "MIS-P", "MIS-N"),
        "2036-11-25": ("OBJ",),
    }.items()
    for code in codes
}
"""Review dates of alerts entered on 25 November 2026."""


def grounds_for(category: str, *without: str) -> Grounds:
    """Every fact that the category asks for, but for those named."""
    asserted = {name: True for name in CATEGORIES[category].conditions if name not in without}
    return msgspec.structs.replace(Grounds(proportionality="Synthetic: serious enough, a case waits."), **asserted)


def thing(one: AlertObject, category: str = "OBJ") -> AlertData:
    """An alert on a thing."""
    action = {"OBJ": Action.SEIZE, "DIS": Action.DISCREET_CHECK}[category]
    return AlertData(objects=(one,), action=action, reason="synthetic")


def picture(kind: PictureKind, text: bytes = b"synthetic") -> Picture:
    """A picture that is one by its first bytes only."""
    content = b"\x89PNG\r\n\x1a\n" + text
    return Picture(kind=kind, sha256=hashlib.sha256(content).hexdigest(), content=content)


FACE = picture(PictureKind.FACE)
PAGE = picture(PictureKind.DOCUMENT)
