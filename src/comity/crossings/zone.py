"""One scanned field in the place of typed ones: identity and document as the machine-readable zone has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from comity.core.errors import BadInput, FieldProblem, problem_at
from comity.core.said import Said, say
from comity.core.time import CivilDate, PartialDate, parse_partial_date, partial_dates_agree
from comity.crossings.records import Check, Document, Identity
from comity.documents import Zone, ZoneFormat, read_zone, same_name
from comity.documents.records import Misreading, Sex

_GENDERS: Final = {Sex.MALE: "male", Sex.FEMALE: "female"}
_VISA: Final = "visa"
_CATEGORIES: Final = {
    ZoneFormat.TD1: "identity_card",
    ZoneFormat.TD2: "identity_card",
    ZoneFormat.TD3: "passport",
    ZoneFormat.MRV_A: _VISA,
    ZoneFormat.MRV_B: _VISA,
}
_NOT_TYPED: Final = "passport"
"""The category a document has when none is typed; it contradicts no zone."""


def with_zone(check: Check, reference: CivilDate, field: str = "$.zone") -> Check:
    """Return the check with identity and document taken from its zone, if it has one; the zone itself is not kept.

    `field` is where the zone was put, for the problems.

    Where a typed name or date says more than the zone (uncut, with marks, with the century), the typed one is asked
    with. Raises BadInput as `documents.read_zone`; `crossing.zone-unreadable` where a check digit fails or something
    stands in the zone that Doc 9303 does not allow, with each place and the likely misreadings as problems;
    `codes.specimen` for a document of Utopia; `crossing.zone-conflict` with each typed field that says something else.
    """
    if check.zone is None:
        return check
    zone = read_zone(check.zone, reference, field=field)
    if not zone.valid:
        raise _unreadable(zone, field)
    if zone.specimen:
        raise BadInput("codes.specimen", "The code of Utopia stands in specimen documents only.", field=field)
    identity, document = check.identity, check.document
    conflicts = (*_identity_conflicts(identity, zone), *_document_conflicts(document, zone))
    if conflicts:
        raise BadInput(
            "crossing.zone-conflict",
            "What was typed and what was scanned disagree.",
            problems=tuple(
                FieldProblem(field=field, code="crossing.zone-conflict", message="The zone says something else here.")
                for field in conflicts
            ),
            remedy="Clear the typed fields, or type the document without its zone.",
        )
    return msgspec.structs.replace(
        check, identity=_identity_of(identity, zone), document=_document_of(document, zone), zone=None
    )


def _identity_of(typed: Identity, zone: Zone) -> Identity:
    return Identity(
        surnames=typed.surnames or zone.names.primary,
        forenames=typed.forenames or zone.names.secondary or None,
        birth_date=_fuller_date(typed.birth_date, zone.birth_date),
        nationality=zone.nationality.code or typed.nationality,
        gender=_GENDERS.get(zone.sex) if zone.sex in _GENDERS else typed.gender,
    )


def _document_of(typed: Document | None, zone: Zone) -> Document:
    """Return the document; the zone tells its size and not its kind, so a kind that was typed stays."""
    kind = typed.category if typed and typed.category != _NOT_TYPED else _CATEGORIES[zone.format]
    return Document(category=kind, country=zone.issuer.code, number=zone.number)


def _identity_conflicts(typed: Identity, zone: Zone) -> Iterator[str]:
    """Name the typed fields that the zone contradicts; what the zone leaves open contradicts nothing."""
    names = zone.names
    at = "$.identity."
    if typed.surnames and not same_name(
        typed.surnames, names.primary, may_be_cut=names.primary_may_be_cut, field=f"{at}surnames"
    ):
        yield f"{at}surnames"
    if typed.forenames and not same_name(
        typed.forenames, names.secondary, may_be_cut=names.secondary_may_be_cut, field=f"{at}forenames"
    ):
        yield f"{at}forenames"
    if typed.birth_date and zone.birth_date and not _same_date(typed.birth_date, zone.birth_date):
        yield f"{at}birth_date"
    if typed.nationality and zone.nationality.code and typed.nationality != zone.nationality.code:
        yield f"{at}nationality"
    if typed.gender and zone.sex in _GENDERS and typed.gender != _GENDERS[zone.sex]:
        yield f"{at}gender"


def _document_conflicts(typed: Document | None, zone: Zone) -> Iterator[str]:
    if typed is None:
        return
    category = _CATEGORIES[zone.format]
    if typed.category != _NOT_TYPED and _VISA in {typed.category, category} and typed.category != category:
        yield "$.document.category"
    if typed.country and zone.issuer.code and typed.country != zone.issuer.code:
        yield "$.document.country"
    if _bare(typed.number) != _bare(zone.number):
        yield "$.document.number"


def _same_date(typed: str, read: PartialDate) -> bool:
    """Compare without the century, which the zone does not have."""
    born = parse_partial_date(typed, field="$.identity.birth_date")
    return partial_dates_agree(PartialDate(born[2:]), PartialDate(read[2:]))


def _fuller_date(typed: str | None, read: PartialDate | None) -> str | None:
    """Return the date known to the day if either is; the century is that typed."""
    if not typed or not read:
        return typed or read
    return typed[:2] + max(typed[2:], read[2:], key=len)


def _bare(number: str) -> str:
    return "".join(character for character in number.upper() if character.isalnum())


def _unreadable(zone: Zone, field: str) -> BadInput:
    failing: list[tuple[tuple[int, int], str, str | Said]] = [
        (
            (check.line, check.column),
            "mrz.check-digit",
            say("The check digit of %(part)s does not hold.", part=check.part),
        )
        for check in zone.checks
        if not check.ok
    ]
    flaws: list[tuple[tuple[int, int], str, str | Said]] = [
        ((flaw.line, flaw.column), flaw.code, flaw.text) for flaw in zone.flaws
    ]
    misreadings = [((one.line, one.column), "mrz.misreading", _says(one)) for one in zone.misreadings]
    return BadInput(
        "crossing.zone-unreadable",
        "The zone was not read as it is printed, or is not as Doc 9303 has it.",
        problems=tuple(
            problem_at(f"{field} line {line} column {column}", code, words)
            for (line, column), code, words in (*failing, *flaws, *misreadings)
        ),
        remedy="Scan the document again, or compare the named places and type what is printed.",
    )


def _says(one: Misreading) -> Said:
    if one.fits is None:
        return say("Perhaps a misreading of %(pair)s; no check digit covers it.", pair=one.pair)
    if one.fits:
        return say("Perhaps a misreading of %(pair)s: with the other one the check digit holds.", pair=one.pair)
    return say("Perhaps a misreading of %(pair)s: with the other one the check digit still fails.", pair=one.pair)
