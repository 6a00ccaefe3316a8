"""From a listed travel ban to an alert: designated party only, never by itself, and gone when the listing goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts import METADATA as ALERT_TABLES
from comity.alerts import OPERATIONS as ALERT_OPERATIONS
from comity.alerts.commands import AlertState, DeleteAlert
from comity.alerts.records import AlertRecord, DeletionReason
from comity.alerts.store import find_alert
from comity.bureau.lists import store as lists
from comity.bureau.lists.bans import projections, store
from comity.bureau.lists.bans.operations import OPERATIONS, designate
from comity.bureau.lists.bans.records import BanPage, BanState, Designate, EnterBan, ListBans, UpdateBan
from comity.bureau.lists.projections import PROJECTIONS as LIST_PROJECTIONS
from comity.bureau.lists.records import (
    BirthDate,
    DateForm,
    Format,
    ListedDocument,
    ListedName,
    Listing,
    ListingClass,
    ListingEntry,
    NameKind,
    Nationality,
    Quality,
    Standing,
)
from comity.core.codec import decode_as, encode
from comity.core.errors import BadInput, Conflict, NotFound, Refused
from comity.core.hashing import digest
from comity.core.ids import Owner, RecordId
from comity.core.ports import RecordChanged
from comity.core.time import PartialDate
from comity.core.vocabulary import Function, Purpose, Role
from comity.runtime.run import Runtime
from comity.screening.listed import LISTING_KIND
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.house import House, actor, call, open_house

OFFICER = actor("FRA", "sirene-france", Function.BUREAU_OFFICER, Function.ALERT_OFFICER, role=Role.SIRENE_BUREAU)
LISTING = RecordId("01k000000000000000000000ab")
OWNER = Owner(party="FRA", authority="sirene-france")
REPLACE = msgspec.structs.replace
ENTRY = ListingEntry(
    source=Format.UN_SC,
    source_id="SYN-1",
    reference="SYi.001",
    regimes=("Somalia",),
    names=(
        ListedName(text="SYNTHETIC ALIAS", kind=NameKind.ALIAS, quality=Quality.LOW),
        ListedName(text="Testperson Synthetic Listed", surname="Listed", forenames="Testperson", kind=NameKind.PRIMARY),
    ),
    birth_dates=(
        BirthDate(form=DateForm.BETWEEN, text="1960 to 1965", first=PartialDate("1960"), last=PartialDate("1965")),
        BirthDate(form=DateForm.EXACT, text="1961-02-03", date=PartialDate("1961-02-03")),
        BirthDate(form=DateForm.YEAR, text="1962", date=PartialDate("1962")),
    ),
    nationalities=(Nationality(text="Synthetic", country="XXA"),),
    documents=(
        ListedDocument(kind="Passport", number="SYN777", country="XXA"),
        ListedDocument(kind="National Identification Number", number="SYN778"),
    ),
    gender="Male",
)
BANNED = Standing(
    listing_class=ListingClass.TRAVEL_BAN,
    bound_national=False,
    deceased=False,
    basis=("UNSCR 1844 (2008) para 1",),
    confidence="from-memory",
)


@dataclasses.dataclass
class Desk:
    house: House
    runtime: Runtime
    version: int = 0

    def keep(self, entry: ListingEntry = ENTRY, standing: Standing = BANNED) -> None:
        """Store a version of the listing as an import does."""
        with self.house.work(OFFICER) as work:
            before = lists.held_entries(work, "FRA", Format.UN_SC).get(entry.source_id)
            self.version += 1
            made = Listing(id=LISTING, owner=OWNER, version=self.version, entry=entry, standing=standing)
            lists.put_listing(work, made, b"raw", digest(encode((entry, standing, self.version))), before=before)
            work.emit(RecordChanged(kind=LISTING_KIND, id=LISTING, owner=OWNER, version=self.version, record=made))

    def withdraw(self) -> None:
        with self.house.work(OFFICER) as work:
            held = lists.held_entries(work, "FRA", Format.UN_SC)[ENTRY.source_id]
            lists.withdraw_listing(work, held)
            work.emit(RecordChanged(kind=LISTING_KIND, id=LISTING, owner=OWNER, version=held.version + 1, record=None))

    def designate(self, until: str = "2027-01-01") -> None:
        with self.house.work(OFFICER, Purpose.BORDERS) as work:
            designate.run(
                work,
                Designate(source=Format.UN_SC, basis="synthetic decision 1", until=until),  # type: ignore[arg-type]  # test data
            )

    def run(self, name: str, command: msgspec.Struct) -> bytes:
        return self.runtime.run(call(name, command, purpose="borders"), OFFICER).body

    def enter(self, **more: object) -> AlertState:
        given = {
            "listing": LISTING,
            "version": self.version,
            "proportionality": "Synthetic: the listing act binds every State.",
            "listing_in_force": True,
        }
        return decode_as(self.run("list.enter-alert", EnterBan(**(given | more))), AlertState)  # type: ignore[arg-type]  # test data

    def alert(self, state: AlertState) -> AlertRecord | None:
        with self.house.work(OFFICER) as work:
            return find_alert(work, "FRA", state.id)

    def bans(self, **more: object) -> BanPage:
        return decode_as(self.run("list.bans", ListBans(**more)), BanPage)  # type: ignore[arg-type]  # test data


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_house(tmp_path, lists.METADATA, store.METADATA, SCREENING_TABLES, ALERT_TABLES) as house:
        both = (LIST_PROJECTIONS, projections.PROJECTIONS)
        house.projections = {
            kind: tuple(each[kind] for each in both if kind in each)
            for kind in {kind for each in both for kind in each}
        }
        runtime = house.runtime((*OPERATIONS, *ALERT_OPERATIONS))
        yield Desk(house, runtime)
        runtime.close()


def test_the_designated_party_enters_the_alert_of_a_listing(desk: Desk) -> None:
    desk.keep()
    desk.designate()

    state = desk.enter()

    held = desk.alert(state)
    assert held is not None
    assert held.data.person is not None
    person = held.data.person
    assert (held.category, held.owner, held.review_date) == ("REFX", OWNER, "2027-11-25")
    assert (person.surnames, person.forenames, person.birth_date) == ("Listed", "Testperson", "1961-02-03")
    assert [(alias.surname, alias.low_quality) for alias in person.aliases] == [("SYNTHETIC ALIAS", True)]
    assert [(one.country, one.number) for one in held.data.documents] == [("XXA", "SYN777")]
    assert held.data.listing == "un-sc SYi.001"
    page = desk.bans()
    assert [(ban.listing, ban.alert, ban.state) for ban in page.bans] == [(LISTING, state.id, BanState.STANDING)]
    assert [one.source for one in page.designations] == [Format.UN_SC]


def test_a_listing_gives_one_alert_at_most(desk: Desk) -> None:
    desk.keep()
    desk.designate()
    desk.enter()

    with pytest.raises(Conflict) as caught:
        desk.enter()

    assert caught.value.code == "list.alert-exists"


def test_the_alert_ends_with_the_listing_where_the_act_says_when(desk: Desk) -> None:
    desk.keep()
    desk.designate()

    assert desk.enter(until="2027-02-01").review_date == "2027-02-01"


def test_a_party_that_is_not_designated_enters_nothing(desk: Desk) -> None:
    desk.keep()
    with pytest.raises(Refused) as never:
        desk.enter()
    desk.designate(until="2026-11-24")
    with pytest.raises(Refused) as ended:
        desk.enter()

    assert never.value.code == ended.value.code == "list.not-designated"


@pytest.mark.parametrize(
    ("entry", "standing", "code"),
    [
        (ENTRY, REPLACE(BANNED, listing_class=ListingClass.ASSET_FREEZE), "list.no-travel-ban"),
        (ENTRY, REPLACE(BANNED, listing_class=ListingClass.OTHER_LAW), "list.no-travel-ban"),
        (ENTRY, REPLACE(BANNED, listing_class=ListingClass.UNKNOWN), "list.no-travel-ban"),
        (ENTRY, REPLACE(BANNED, listing_class=ListingClass.INCOMPLETE), "list.incomplete"),
        (ENTRY, REPLACE(BANNED, deceased=True), "list.deceased"),
        (ENTRY, REPLACE(BANNED, bound_national=True), "list.bound-national"),
        (
            REPLACE(ENTRY, nationalities=(Nationality(text="France", country="FRA"),)),
            BANNED,
            "list.bound-national",
        ),
        (REPLACE(ENTRY, nationalities=(Nationality(text="unclear"),)), BANNED, "list.nationality-unread"),
        (REPLACE(ENTRY, birth_dates=ENTRY.birth_dates[:1]), BANNED, "list.no-single-date"),
    ],
)
def test_what_stands_against_an_alert_is_told(desk: Desk, entry: ListingEntry, standing: Standing, code: str) -> None:
    desk.keep(entry, standing)
    desk.designate()

    with pytest.raises(Refused) as caught:
        desk.enter()

    assert caught.value.code == code
    assert caught.value.reasons
    assert desk.bans().bans == ()


def test_a_date_of_birth_is_chosen_from_those_that_the_list_knows(desk: Desk) -> None:
    desk.keep()
    desk.designate()
    with pytest.raises(Refused) as caught:
        desk.enter(birth_date="1970")

    held = desk.alert(desk.enter(birth_date="1962"))

    assert caught.value.code == "list.no-single-date"
    assert held is not None
    assert held.data.person is not None
    assert held.data.person.birth_date == "1962"


def test_somebody_must_say_that_the_listing_is_in_force(desk: Desk) -> None:
    desk.keep()
    desk.designate()

    with pytest.raises(Refused) as caught:
        desk.enter(listing_in_force=False)

    assert caught.value.code == "alert.condition-unmet"


def test_another_version_than_the_one_looked_at_is_not_entered(desk: Desk) -> None:
    desk.keep()
    desk.keep()
    desk.designate()

    with pytest.raises(Conflict) as caught:
        desk.enter(version=1)

    assert caught.value.code == "list.changed-since"


def test_a_withdrawn_listing_takes_its_alert_with_it(desk: Desk) -> None:
    desk.keep()
    desk.designate()
    state = desk.enter()

    desk.withdraw()

    assert desk.alert(state) is None
    assert desk.bans().bans == ()
    assert [one.operation for one in desk.house.published] == ["enter", "delete"]


@pytest.mark.parametrize(
    "standing",
    [
        REPLACE(BANNED, listing_class=ListingClass.ASSET_FREEZE),
        REPLACE(BANNED, deceased=True),
        REPLACE(BANNED, bound_national=True),
    ],
)
def test_a_listing_that_bans_no_longer_takes_its_alert_with_it(desk: Desk, standing: Standing) -> None:
    desk.keep()
    desk.designate()
    state = desk.enter()

    desk.keep(standing=standing)

    assert desk.alert(state) is None


def test_an_updated_listing_asks_a_person_to_bring_the_alert_up_to_date(desk: Desk) -> None:
    desk.keep()
    desk.designate()
    state = desk.enter()
    newer = REPLACE(ENTRY, nationalities=(*ENTRY.nationalities, Nationality(text="Other", country="XXB")))
    desk.keep(newer)
    before = desk.bans(state=BanState.CHANGED).bans
    update = UpdateBan(
        listing=LISTING, version=desk.version, proportionality="Synthetic: it still binds.", listing_in_force=True
    )
    with pytest.raises(BadInput):
        desk.run("list.update-alert", REPLACE(update, listing_in_force=False))

    desk.run("list.update-alert", update)

    held = desk.alert(state)
    assert [ban.alert for ban in before] == [state.id]
    assert held is not None
    assert held.data.person is not None
    assert (held.version, held.data.person.nationalities) == (2, ("XXA", "XXB"))
    (ban,) = desk.bans().bans
    assert (ban.state, ban.listing_version) == (BanState.STANDING, 2)


def test_an_alert_that_its_owner_deletes_leaves_the_listing_without_one(desk: Desk) -> None:
    desk.keep()
    desk.designate()
    state = desk.enter()

    desk.run("alert.delete", DeleteAlert(id=state.id, version=1, reason=DeletionReason.WITHDRAWN))

    assert desk.bans().bans == ()
    with pytest.raises(NotFound):
        desk.run(
            "list.update-alert",
            UpdateBan(listing=LISTING, version=1, proportionality="Synthetic: none stands.", listing_in_force=True),
        )
