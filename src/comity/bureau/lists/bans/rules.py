"""When a listing may become an alert, and what the alert says; pure. Everything not clearly allowed is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.alerts.records import (
    Action,
    AlertData,
    DocumentCategory,
    Gender,
    GroundCategory,
    IdentityCategory,
    IdentityDocument,
    Person,
    PersonName,
)
from comity.bureau.lists.bans.records import Designation, EnterBan
from comity.bureau.lists.records import (
    DateForm,
    ListedDocument,
    ListedName,
    Listing,
    ListingClass,
    ListingEntry,
    NameKind,
    Quality,
)
from comity.bureau.lists.rules import NOT_THIRD_COUNTRY
from comity.core.errors import Refused
from comity.core.time import CivilDate

_NAME, _PLACE, _NUMBER, _REFERENCE = 120, 200, 40, 200
_ONE_DATE: Final = (DateForm.EXACT, DateForm.MONTH, DateForm.YEAR, DateForm.APPROXIMATE)
_DOCUMENTS: Final = (("passport", DocumentCategory.PASSPORT), ("identi", DocumentCategory.IDENTITY_CARD))
_WHY_NOT: Final = {
    ListingClass.ASSET_FREEZE: "The regime of this listing freezes assets and bans no travel.",
    ListingClass.OTHER_LAW: "The listing is the law of another State.",
    ListingClass.UNKNOWN: "The regime-to-measure table does not know the regime of this listing.",
}


def may_be_entered(listing: Listing, designation: Designation | None, today: CivilDate) -> None:
    """Raise `Refused` with the first reason that stands against an alert for this listing.

    `list.not-designated`, `list.no-travel-ban`, `list.incomplete`, `list.deceased`, `list.bound-national`,
    `list.nationality-unread`.
    """
    standing = listing.standing
    if designation is None or designation.until < today:
        raise _refused("not-designated", "NOT_BOUND", "This party does not enter the travel bans of this list.")
    if standing.listing_class in _WHY_NOT:
        raise _refused("no-travel-ban", "OUT_OF_SCOPE", _WHY_NOT[standing.listing_class])
    if standing.deceased:
        raise _refused("deceased", "OUT_OF_SCOPE", "The source reports the listed person dead.")
    if standing.bound_national or any(one.country in NOT_THIRD_COUNTRY for one in listing.entry.nationalities):
        raise _refused("bound-national", "OUT_OF_SCOPE", "A national of a bound State is never refused entry by it.")
    if any(one.country is None for one in listing.entry.nationalities):
        raise _refused(
            "nationality-unread", "OUT_OF_SCOPE", "A nationality could not be read; it may be that of a bound State."
        )
    if standing.listing_class is not ListingClass.TRAVEL_BAN:
        raise _refused("incomplete", "MIN_DATA_MISSING", "The listing lacks the least data of an alert.")


def still_stands(listing: Listing) -> bool:
    """Say whether a listing, as it is now, can still carry an alert."""
    standing = listing.standing
    return standing.listing_class is ListingClass.TRAVEL_BAN and not standing.deceased and not standing.bound_national


def data_of(listing: Listing, command: EnterBan) -> AlertData:
    """Return the alert of a listing: its main name, one date of birth, its other names, documents and nationalities.

    What the fields of an alert cannot hold (a number without a country, a longer text) stays in the listing. Raises
    `Refused` `list.no-single-date` where the list knows no single date of birth, or not the one chosen.
    """
    entry = listing.entry
    main, *others = sorted(entry.names, key=lambda name: name.kind is not NameKind.PRIMARY)
    return AlertData(
        person=Person(
            surnames=_surname(main)[:_NAME],
            forenames=main.forenames[:_NAME] or None,
            birth_date=_birth_date(entry, command.birth_date),
            aliases=tuple(dict.fromkeys(_alias(name) for name in others if len(_surname(name)) <= _NAME)),
            birth_place=next((place.text[:_PLACE] for place in entry.birth_places if place.text), None),
            gender={"male": Gender.MALE, "female": Gender.FEMALE}.get(entry.gender.casefold()),
            nationalities=tuple(dict.fromkeys(one.country for one in entry.nationalities if one.country)),
        ),
        reason=f"Listed: {entry.source.value} {entry.reference}; {', '.join(entry.regimes)}",
        action=Action.REFUSE_ENTRY,
        ground_category=GroundCategory.RESTRICTIVE_MEASURE,
        identity_category=IdentityCategory.NOT_CONFIRMED,
        listing=f"{entry.source.value} {entry.reference}"[:_REFERENCE],
        decision_reference="; ".join(listing.standing.basis)[:_REFERENCE],
        decision_valid_until=command.until,
        documents=tuple(dict.fromkeys(_documents(entry.documents))),
    )


def _surname(name: ListedName) -> str:
    return name.surname or name.text


def _alias(name: ListedName) -> PersonName:
    weak = name.quality is Quality.LOW or (name.kind is NameKind.ALIAS and " " not in name.text)
    return PersonName(surname=_surname(name), forenames=name.forenames[:_NAME] or None, low_quality=weak)


def _birth_date(entry: ListingEntry, chosen: str | None) -> str:
    known = [date.date for date in entry.birth_dates if date.form in _ONE_DATE and date.date is not None]
    if chosen is not None and chosen in known:
        return chosen
    if chosen is not None or not known:
        raise _refused(
            "no-single-date", "MIN_DATA_MISSING", "The list knows no such date of birth.", field="$.birth_date"
        )
    return known[0]


def _documents(held: tuple[ListedDocument, ...]) -> Iterator[IdentityDocument]:
    for one in held:
        if one.country is None or not one.number or len(one.number) > _NUMBER:
            continue
        kind = one.kind.casefold()
        category = next((found for word, found in _DOCUMENTS if word in kind), DocumentCategory.OTHER)
        yield IdentityDocument(category=category, country=one.country, number=one.number)


def _refused(code: str, reason: str, text: str, *, field: str = "$.listing") -> Refused:
    return Refused(
        f"list.{code}",
        text,
        field=field,
        reasons=(reason,),
        remedy="The entry stays searchable as a listing; inform the competent authority.",
    )
