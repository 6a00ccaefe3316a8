"""From a command and a desk to one clean question, or a refusal that names the field."""

from __future__ import annotations

from typing import Final

from comity.core.codes import parse_nationality
from comity.core.errors import BadInput, Refused
from comity.core.said import say
from comity.core.text import clean_line, clean_text
from comity.core.time import Instant, date_of, earliest_day, parse_partial_date
from comity.core.vocabulary import Role
from comity.crossings.asking import Thing
from comity.crossings.desk.records import Desk
from comity.crossings.odd_names import require_words
from comity.crossings.records import Asked, Check, Document, Identity
from comity.crossings.scan import Scan

GENDERS: Final = ("female", "male", "other", "unknown")


def needs_desk(check: Check) -> bool:
    """Say whether something about the place is left to the desk."""
    return check.direction is None or check.lane is None or not check.crossing_point


def clean_question(scan: Scan, desk: Desk | None, at: Instant, role: Role | None = None) -> Asked:
    """Return the question in clean form; `desk` stands in for what is left out about the place.

    Raises `Refused` `crossing.no-desk`, and `BadInput` (`crossing.*`, `text.*`, `time.*`) naming the field.
    """
    check = scan.check
    direction = check.direction or (desk.direction if desk else None)
    lane = check.lane or (desk.lane if desk else None)
    point = check.crossing_point or (desk.crossing_point if desk else None)
    if direction is None or lane is None or not point:
        raise Refused(
            "crossing.no-desk",
            "No desk is open, and direction, lane or crossing point are not named.",
            remedy="Open a desk for the shift, or name all three in the detailed form.",
        )
    # What is known of the desk's crossing point says nothing of another one.
    here = desk if desk is not None and desk.crossing_point == point else None
    conveyance = check.conveyance or (here.conveyance if here else None)
    asked = Asked(
        direction=direction,
        crossing_point=clean_line(point, "$.crossing_point"),
        lane=lane,
        role=role,
        kind=here.kind if here else None,
        conveyance=_line(conveyance, "$.conveyance"),
        taken_as=scan.taken_as,
        identity=_clean_identity(check.identity, at),
        document=_clean_document(check.document) if check.document else None,
        things=tuple(
            Thing(kind=thing.kind, number=clean_line(thing.number, f"$.things[{place}].number"))
            for place, thing in enumerate(check.things)
        ),
        justification=clean_text(check.justification, "$.justification", may_be_empty=True),
        case=clean_line(check.case, "$.case", may_be_empty=True),
        near_things=check.near is not False,
        near_document=check.near is True,
    )
    _require_enough(asked)
    return asked


def _require_enough(asked: Asked) -> None:
    """A person is not searched for by name at will: without a document it takes a reason and a case (LAW.md 0.7)."""
    if asked.document is None and not asked.identity.surnames and not asked.things:
        raise BadInput(
            "crossing.nothing-to-search",
            "A check needs a document number, a surname or the number of a thing.",
            field="$.identity.surnames",
            remedy="Read the document, or type the surname.",
        )
    if asked.document is not None or not asked.identity.surnames:
        return
    if not asked.justification:
        raise BadInput(
            "crossing.justification-needed",
            "A search for a person without a document needs a reason.",
            field="$.justification",
            remedy="Say why no document can be shown.",
        )
    if not asked.case:
        raise BadInput(
            "crossing.case-needed",
            "A search for a person without a document needs the number of a case.",
            field="$.case",
            remedy="Name the case that the search belongs to.",
        )
    require_words(asked)


def _clean_identity(identity: Identity, at: Instant) -> Identity:
    birth = parse_partial_date(identity.birth_date, field="$.identity.birth_date") if identity.birth_date else None
    if birth and earliest_day(birth) > date_of(at):
        raise BadInput("crossing.birth-date-future", "A date of birth lies in the past.", field="$.identity.birth_date")
    if identity.gender and identity.gender not in GENDERS:
        raise BadInput(
            "crossing.gender", say("Gender is one of %(names)s.", names=", ".join(GENDERS)), field="$.identity.gender"
        )
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
