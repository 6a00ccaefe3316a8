"""Listed persons at the counter: each is found, and nobody is refused for being on a list."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from comity.alerts.records import ALERT_KIND, AlertRecord
from comity.alerts.store import HIT, insert_alert
from comity.alerts.store import METADATA as ALERT_TABLES
from comity.bureau import tables as bureau_tables
from comity.bureau.commands import Inbox, ListInbox
from comity.bureau.lists import store as list_store
from comity.bureau.lists.formats import eu_journal
from comity.bureau.lists.records import Format, ListingEntry
from comity.bureau.lists.rules import standing_of, subject_of
from comity.bureau.operations import OPERATIONS as BUREAU_OPERATIONS
from comity.bureau.projections import PROJECTIONS as BUREAU_PROJECTIONS
from comity.bureau.records import MessageKind
from comity.core import codec
from comity.core.errors import Conflict, Refused
from comity.core.ids import Owner
from comity.core.ports import RecordChanged, Work
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Function
from comity.crossings import store as crossing_store
from comity.crossings.measures import measure_for
from comity.crossings.operations import Around, make_operations
from comity.crossings.projections import PROJECTIONS as ALERT_PROJECTIONS
from comity.crossings.records import (
    Action,
    Advice,
    Asked,
    Check,
    Confirm,
    Direction,
    Document,
    Identity,
    Lane,
    Outcome,
    Resolution,
    Verdict,
)
from comity.crossings.rules import advise
from comity.crossings.search import look
from comity.screening.index.simple import SimpleIndex
from comity.screening.listed import LISTING_KIND, Listed
from comity.screening.records import Probe, Subject, SubjectName
from comity.screening.rules import compare, is_candidate, keys_of, name_keys, strong_keys
from comity.screening.store import METADATA as SCREENING_TABLES
from tests.support.alerts import person, refusal
from tests.support.house import NOON, actor, call, open_house
from tests.support.lists import ListDesk, eu_files

GUARD = actor("FRA", "police-aux-frontieres", Function.FIRST_LINE)
PERSON = (
    "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME><SECOND_NAME>SYNTHETIC</SECOND_NAME>"
    "<UN_LIST_TYPE>{regime}</UN_LIST_TYPE><NATIONALITY><VALUE>{nationality}</VALUE></NATIONALITY>{more}"
    "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>SYN{number}</NUMBER>"
    "<ISSUING_COUNTRY>Mali</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL>"
)
BORN = "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>{kind}</TYPE_OF_DATE>{rest}</INDIVIDUAL_DATE_OF_BIRTH>"
EXACT = BORN.format(kind="EXACT", rest="<DATE>1970-02-03</DATE>")
CIRCA = BORN.format(kind="APPROXIMATELY", rest="<YEAR>1970</YEAR>")
BETWEEN = BORN.format(kind="BETWEEN", rest="<FROM_YEAR>1969</FROM_YEAR><TO_YEAR>1972</TO_YEAR>")
DEAD = "<COMMENTS1>Reportedly deceased in 2019.</COMMENTS1>"


class Nobody:
    """No partner is heard."""

    def heard(self, _work: Work) -> Mapping[str, Instant | None]:
        return {}


class Post(ListDesk):
    """A border post at a node that has imported lists."""

    def check(self, question: Check) -> Advice:
        return codec.decode_as(self.cross("crossing.check", question), Advice)

    def cross(self, name: str, command: msgspec.Struct) -> bytes:
        return self.runtime.run(call(name, command, purpose="borders"), GUARD).body


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_house(
        tmp_path, list_store.METADATA, SCREENING_TABLES, ALERT_TABLES, crossing_store.METADATA, bureau_tables.METADATA
    ) as house:
        opened = Post(house)
        reactions = (ALERT_PROJECTIONS, BUREAU_PROJECTIONS)
        kinds = {kind for room in reactions for kind in room}
        joined = {kind: tuple(room[kind] for room in reactions if kind in room) for kind in kinds}
        house.projections = {**house.projections, **joined}
        opened.runtime.close()
        opened.runtime = house.runtime(
            (
                *opened.runtime.catalogue.values(),
                *make_operations(SimpleIndex(), Around(partners=Nobody())),
                *BUREAU_OPERATIONS,
            )
        )
        yield opened
        opened.runtime.close()


def list_of(post: Post, *persons: str) -> None:
    text = f"<CONSOLIDATED_LIST><INDIVIDUALS>{''.join(persons)}</INDIVIDUALS></CONSOLIDATED_LIST>"
    post.bring(Format.UN_SC, {"list": text.encode()})


def one(name: str, regime: str = "Taliban", more: str = EXACT, nationality: str = "Mali", number: int = 1) -> str:
    return PERSON.format(name=name, regime=regime, more=more, nationality=nationality, number=number)


def asking(name: str, birth_date: str | None = "1970-02-03", direction: Direction = Direction.ENTRY) -> Check:
    return Check(
        direction=direction,
        crossing_point="frcqf-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames=f"{name} SYNTHETIC", birth_date=birth_date),
        justification="synthetic: no document",
        case="synthetic-1",
    )


@pytest.mark.parametrize(
    ("listed", "outcome", "sentence", "reason"),
    [
        (one("QUETZAL"), Outcome.REFER, "listed.travel-ban", "LISTED_TRAVEL_BAN"),
        (one("QUETZAL", "Iraq"), Outcome.POSSIBLE, "listed.no-border-action", "LISTED_NO_BORDER_ACTION"),
        (one("QUETZAL", "Atlantis"), Outcome.POSSIBLE, "listed.no-border-action", "LISTED_NO_BORDER_ACTION"),
        (one("QUETZAL", nationality="Germany"), Outcome.POSSIBLE, "listed.no-border-action", "LISTED_NO_BORDER_ACTION"),
        (one("QUETZAL", more=""), Outcome.REFER, "listed.incomplete", "LISTED_INCOMPLETE"),
        (one("QUETZAL", more=EXACT + DEAD), Outcome.REFER, "listed.deceased", "LISTED_DECEASED"),
    ],
)
def test_a_listed_person_is_found_and_never_refused(
    post: Post, listed: str, outcome: Outcome, sentence: str, reason: str
) -> None:
    list_of(post, listed)
    advice = post.check(asking("QUETZAL"))

    (match,) = advice.matches
    assert (advice.outcome, advice.sentence.code, match.alert.kind) == (outcome, sentence, LISTING_KIND)
    assert advice.reasons[0].code == reason
    assert "inform-competent-authority" in advice.obligations
    assert "answer-safeguards" not in advice.obligations


def test_a_travel_ban_asks_for_nothing_on_the_way_out(post: Post) -> None:
    list_of(post, one("QUETZAL"))

    advice = post.check(asking("QUETZAL", direction=Direction.EXIT))

    assert (advice.outcome, advice.sentence.code) == (Outcome.POSSIBLE, "listed.no-border-action")


@pytest.mark.parametrize(
    ("more", "asked", "found"),
    [
        (CIRCA, "1971-11-12", True),
        (CIRCA, "1980-11-12", False),
        (BETWEEN, "1972-11-12", True),
        (BETWEEN, "1980-11-12", False),
        ("", "1980-11-12", True),
    ],
)
def test_dates_that_are_not_exact_find_who_may_be_meant(post: Post, more: str, asked: str, *, found: bool) -> None:
    list_of(post, one("QUETZAL", more=more))

    advice = post.check(
        msgspec.structs.replace(asking("QUETZAL"), identity=Identity(surnames="QUETZAL SINTHETICC", birth_date=asked))
    )

    assert bool(advice.matches) is found


def test_a_listed_document_is_found_without_a_name(post: Post) -> None:
    list_of(post, one("QUETZAL"))
    question = msgspec.structs.replace(
        asking("QUETZAL"), identity=Identity(), document=Document(country="MLI", number="SYN1")
    )

    (match,) = post.check(question).matches
    assert [(each.field, each.grade) for each in match.evidence] == [("document", "exact")]


def test_alerts_stand_before_listings_in_one_group(post: Post) -> None:
    list_of(post, one("QUETZAL"))
    enter_alert(post)

    advice = post.check(asking("QUETZAL"))

    assert [match.alert.kind for match in advice.matches] == [ALERT_KIND, LISTING_KIND]
    assert advice.sentence.code == "ref.refuse-entry"


def enter_alert(post: Post) -> None:
    record = AlertRecord(
        id="01hzzzzzzzzzzzzzzzzzzzzz01",
        owner=Owner(party="FRA", authority="prefecture"),
        category="REF",
        version=1,
        data=refusal(person("QUETZAL SYNTHETIC", "1970-02-03")),
        entered=CivilDate("2026-11-01"),
        review_date=CivilDate("2029-11-01"),
        delete_by=CivilDate("2029-11-01"),
    )
    with post.house.work(GUARD) as work:
        work.change(*insert_alert(record, own=True))
        work.emit(RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=1, record=record))


def confirming(advice: Advice, action: Action) -> Confirm:
    return Confirm(
        check=advice.check,
        alert=advice.matches[0].alert.id,
        version=advice.matches[0].alert.version,
        place="frcqf-1",
        circumstances="synthetic circumstances",
        action_taken=action,
    )


def test_confirming_a_listing_records_no_hit_but_tells_the_bureau_and_refusing_is_not_given(post: Post) -> None:
    list_of(post, one("QUETZAL"))
    advice = post.check(asking("QUETZAL"))

    with pytest.raises(Refused) as refused:
        post.cross("crossing.confirm", confirming(advice, Action.ENTRY_REFUSED))
    done = codec.decode_as(post.cross("crossing.confirm", confirming(advice, Action.REFERRED)), Resolution)

    assert refused.value.code == "crossing.action-not-given"
    inbox = codec.decode_as(post.run("bureau.inbox", ListInbox(), purpose="police"), Inbox)

    assert (done.verdict, done.hit) == (Verdict.CONFIRMED, None)
    (note,) = inbox.messages
    assert (note.kind, note.category, note.urgent, note.due) == (MessageKind.LISTED, "L-BAN", False, None)
    assert note.report.alert.id == advice.matches[0].alert.id
    with post.house.work(GUARD) as work:
        assert not work.read(HIT.select())


def test_a_listing_that_changed_since_the_check_is_not_decided_on(post: Post) -> None:
    list_of(post, one("QUETZAL"))
    advice = post.check(asking("QUETZAL"))
    list_of(post, one("QUETZAL", "Iraq"))

    with pytest.raises(Conflict) as refused:
        post.cross("crossing.confirm", confirming(advice, Action.REFERRED))
    assert refused.value.code == "crossing.alert-moved-on"


@pytest.mark.parametrize("listed", list(Listed))
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("lane", list(Lane))
def test_no_listing_gives_an_adverse_action_anywhere(listed: Listed, direction: Direction, lane: Lane) -> None:
    measure = measure_for(listed.value, direction, lane)

    assert set(measure.actions) == {Action.ALLOWED_ON, Action.REFERRED}
    assert not measure.adverse
    assert measure.urgency > max(6, measure_for("REF", direction, lane).urgency)


@pytest.fixture(scope="module")
def annex(comity_data: Path) -> list[ListingEntry]:
    return [row.entry for row in eu_journal.read(eu_files(comity_data)).rows]


def probe_of_entry(entry: ListingEntry) -> Probe:
    born = next((date.date for date in entry.birth_dates if date.date is not None), None)
    return Probe(on=CivilDate("2026-11-25"), names=(SubjectName(surname=entry.names[0].text),), birth_date=born)


def test_each_asset_freeze_person_of_the_annex_is_found_and_none_is_advised_to_be_refused(
    annex: list[ListingEntry],
) -> None:
    missed: list[str] = []
    for entry in annex:
        subject: Subject = subject_of(entry, standing_of(entry))
        probe = probe_of_entry(entry)
        shared = set(keys_of(subject)) & {*strong_keys(probe), *name_keys(probe)}
        if not shared or not is_candidate(compare(probe, subject)):
            missed.append(entry.source_id)
        for direction in Direction:
            measure = measure_for(subject.category, direction, Lane.THIRD_COUNTRY)
            assert Action.ENTRY_REFUSED not in measure.actions
            assert not measure.adverse
            assert measure.refer == entry.deceased

    assert len(annex) == 1984
    assert missed == []


@pytest.mark.timeout(180)
def test_a_tenth_of_the_annex_checked_at_the_counter_is_found_and_let_go_on(
    post: Post, comity_data: Path, rng: random.Random
) -> None:
    post.bring(Format.EU_JOURNAL, eu_files(comity_data))
    with post.house.work(GUARD) as work:
        page = list_store.listings_page(work, "FRA", source=Format.EU_JOURNAL, kind=None, after=None, limit=5000)
        for listing in page[rng.randrange(10) :: 10]:
            probe = probe_of_entry(listing.entry)
            identity = Identity(surnames=probe.names[0].surname, birth_date=probe.birth_date)
            question = Asked(
                direction=Direction.ENTRY, crossing_point="frcqf-1", lane=Lane.THIRD_COUNTRY, identity=identity
            )
            advice = advise(question, look(work, question, SimpleIndex(), Nobody()), listing.id, NOON)

            assert listing.id in {match.alert.id for match in advice.matches}
            assert {match.action.code for match in advice.matches} <= {"listed.no-border-action", "listed.deceased"}
