"""What a listing means: only by the table, never for nationals of bound States, never by itself a border action."""

from __future__ import annotations

import msgspec
import pytest

from comity.bureau.lists.formats.dates import between, known
from comity.bureau.lists.formats.text import country_of, says_deceased
from comity.bureau.lists.measures import RegimeMeasure, measure_of, measures
from comity.bureau.lists.records import (
    BirthDate,
    DateForm,
    Format,
    ListedDocument,
    ListedName,
    ListingClass,
    ListingEntry,
    NameKind,
    Nationality,
    Quality,
)
from comity.bureau.lists.rules import category_of, search_dates, standing_of, subject_of, waits_for
from comity.core.time import PartialDate
from comity.screening.listed import Listed

BORN = (BirthDate(form=DateForm.YEAR, text="1970", date=PartialDate("1970")),)


def entry(source: Format = Format.UN_SC, *regimes: str, **more: object) -> ListingEntry:
    held: dict[str, object] = {"birth_dates": BORN, **more}
    return ListingEntry(
        source=source,
        source_id="1",
        reference="SYN.1",
        regimes=regimes or ("Taliban",),
        names=(ListedName(text="SYNTHETIC PERSON", kind=NameKind.PRIMARY),),
        **held,  # type: ignore[arg-type]  # test data
    )


def national(code: str) -> tuple[Nationality, ...]:
    return (Nationality(text=code, country=code),)


@pytest.mark.parametrize(
    ("listed", "listing_class", "category"),
    [
        (entry(Format.UN_SC, "Taliban"), ListingClass.TRAVEL_BAN, Listed.TRAVEL_BAN),
        (entry(Format.UN_SC, "Iraq"), ListingClass.ASSET_FREEZE, Listed.NO_ACTION),
        (entry(Format.UN_SC, "Iran"), ListingClass.UNKNOWN, Listed.NO_ACTION),
        (entry(Format.UN_SC, "Atlantis"), ListingClass.UNKNOWN, Listed.NO_ACTION),
        (entry(Format.UN_SC, "Taliban", birth_dates=()), ListingClass.INCOMPLETE, Listed.INCOMPLETE),
        (entry(Format.UN_SC, "Iraq", birth_dates=()), ListingClass.ASSET_FREEZE, Listed.NO_ACTION),
        (entry(Format.EU_JOURNAL, "EU-UKR 32014R0269"), ListingClass.ASSET_FREEZE, Listed.NO_ACTION),
        (entry(Format.EU_JOURNAL, "EU-XYZ 32099R0001"), ListingClass.UNKNOWN, Listed.NO_ACTION),
        (entry(Format.OFAC_SDN, "SDGT", "TALIBAN"), ListingClass.OTHER_LAW, Listed.OTHER_LAW),
        (
            entry(Format.UN_SC, "Libya", remarks="paragraph 15 (Travel\nBan)."),
            ListingClass.TRAVEL_BAN,
            Listed.TRAVEL_BAN,
        ),
        (
            entry(Format.UN_SC, "Libya", remarks="paragraph 17 (Asset Freeze)."),
            ListingClass.ASSET_FREEZE,
            Listed.NO_ACTION,
        ),
        (entry(Format.UN_SC, "Taliban", deceased=True), ListingClass.TRAVEL_BAN, Listed.DECEASED),
    ],
)
def test_the_table_says_what_a_listing_means(
    listed: ListingEntry, listing_class: ListingClass, category: Listed
) -> None:
    standing = standing_of(listed)

    assert (standing.listing_class, category_of(standing)) == (listing_class, category)
    assert standing.basis


@pytest.mark.parametrize("code", ["DEU", "FRA", "IRL", "NOR", "ISL", "LIE", "CHE"])
def test_a_national_of_a_bound_state_never_meets_a_border_action(code: str) -> None:
    banned = standing_of(entry(nationalities=(*national("AFG"), *national(code))))
    unidentified = standing_of(entry(nationalities=national(code), birth_dates=()))

    assert banned.bound_national
    assert {category_of(banned), category_of(unidentified)} == {Listed.NO_ACTION}


def test_a_third_country_national_under_a_travel_ban_is_no_bound_national() -> None:
    assert not standing_of(entry(nationalities=national("GBR"))).bound_national


def test_an_empty_table_gives_no_border_action() -> None:
    def nothing(_source: Format, _regime: str) -> RegimeMeasure | None:
        return None

    assert category_of(standing_of(entry(), nothing)) is Listed.NO_ACTION


def test_every_row_of_the_table_names_its_basis_and_how_sure_it_is() -> None:
    assert len({(row.source, row.regime) for row in measures()}) == len(measures())
    assert all(row.basis and row.confidence in {"verified", "from-memory", "disputed"} for row in measures())
    assert {row.measure for row in measures() if row.source is Format.OFAC_SDN} == {ListingClass.OTHER_LAW}
    assert not [row for row in measures() if row.confidence == "disputed" and row.measure is ListingClass.TRAVEL_BAN]
    assert measure_of(Format.EU_JOURNAL, "anything") is None


def test_dates_reach_as_far_as_they_are_known() -> None:
    assert list(search_dates(known("1970-02-03"))) == ["1970-02-03"]
    assert list(search_dates(known("Oct 1975"))) == ["1975-10"]
    assert list(search_dates(known("1970", approximate=True)))[1:] == ["1968", "1969", "1970", "1971", "1972"]
    assert list(search_dates(between("1973", "1975", "x"))) == ["1973", "1974", "1975"]
    assert not list(search_dates(between("1900", "1999", "x")))
    assert not list(search_dates(known("unknown")))


def test_every_name_and_number_is_searched_and_weak_names_are_marked() -> None:
    listed = entry(
        nationalities=(*national("AFG"), Nationality(text="former Soviet Union")),
        documents=(ListedDocument(kind="passport", number="SYN 1", country="AFG"),),
    )
    weak = ListedName(text="PERSON, Low", kind=NameKind.ALIAS, quality=Quality.LOW, surname="PERSON", forenames="Low")
    names = (*listed.names, weak, ListedName(text="Abu", kind=NameKind.ALIAS, quality=Quality.GOOD))
    subject = subject_of(msgspec.structs.replace(listed, names=names), standing_of(listed))

    assert [(name.surname, name.low_quality) for name in subject.names] == [
        ("SYNTHETIC PERSON", False),
        ("PERSON", True),
        ("Abu", True),
    ]
    assert (subject.nationalities, subject.documents[0].country, subject.category) == (("AFG",), "AFG", "L-BAN")


@pytest.mark.parametrize(
    ("text", "deceased"),
    [
        ("Reportedly deceased in October 2001.", True),
        ("Taliban leader. Reportedly killed in an air strike.", True),
        ("Died on 27 July 2022.", True),
        ("Believed status/location: deceased.", True),
        ("Interviewed in 2010. Deceased as of 9 February 2016. Special Notice: none.", True),
        ("In the provinces as at Dec. 2009. Confirmed killed on 17 February.", True),
        ("Presumed dead.", True),
        ("Deceased.", True),
        ("Died 12 March 2020.", True),
        ("Security coordinator for a person (deceased).", False),
        ("Associated with another (SYN.1, reported deceased in June 2020).", False),
        ("Sentenced to death; followed the death of the former leader.", False),
        ("A group which has killed, tortured and displaced civilians.", False),
        ("", False),
    ],
)
def test_only_the_listed_persons_own_death_counts(text: str, *, deceased: bool) -> None:
    assert says_deceased(text) is deceased


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Iran (Islamic Republic of)", "IRN"),
        ("Korea, North", "PRK"),
        ("Russian", "RUS"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_are_known_as_lists_write_them(text: str, code: str | None) -> None:
    assert country_of(text) == code


@pytest.mark.parametrize(
    ("held", "withdrawn", "complete", "unreadable", "reasons"),
    [
        (0, 0, True, (), ()),
        (100, 5, True, (), ()),
        (100, 6, True, (), ("list.withdraws-too-many",)),
        (100, 0, False, (), ("list.lacks-its-end",)),
        (100, 1, True, ("7",), ()),
        (100, 1, True, (None,), ("list.withdraws-beside-unreadable-rows",)),
        (100, 0, True, (None,), ()),
        (10, 10, False, (), ("list.lacks-its-end", "list.withdraws-too-many")),
    ],
)
def test_an_import_waits_for_a_person_where_people_would_vanish(
    held: int, withdrawn: int, unreadable: tuple[str | None, ...], reasons: tuple[str, ...], *, complete: bool
) -> None:
    assert waits_for(held=held, withdrawn=withdrawn, complete=complete, unreadable=unreadable) == reasons
