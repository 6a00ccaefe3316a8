"""Persons put by a program: ordinary checks, each logged; who may be meant comes with every reason and its weight."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.core.errors import Refused
from comity.core.ports import Search, Work
from comity.crossings import matching
from comity.crossings.match_records import Dataset, MatchedPersons, MatchPersons, PersonMatches, PersonQuery
from comity.crossings.records import CheckView, Direction, Lane, Outcome, Reject, ShowCheck
from comity.screening.records import Paper, Person
from tests.support.border_post import REFUSAL, Post, open_post

ALPHA = Person(names=("Synthetic-Alpha, Test Anna",), birth_dates=("1980-02-03",), countries=("France", "fr"))
NOBODY = Person(names=("Entirely Unlisted",), birth_dates=("1951-10-11",))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with open_post(tmp_path) as opened:
        check = next(each for each in opened.operations if each.name == "crossing.check")
        opened.operations = (*opened.operations, *matching.make_operations(check))
        yield opened


def asked(*persons: Person, **more: object) -> MatchPersons:
    queries = tuple(PersonQuery(key=f"q{place}", person=person) for place, person in enumerate(persons))
    place: dict[str, object] = {
        "direction": Direction.ENTRY,
        "lane": Lane.THIRD_COUNTRY,
        "crossing_point": "frcqf-1",
        "justification": "synthetic: no document",
        "case": "synthetic-1",
    }
    return MatchPersons(queries=queries, **(place | more))  # type: ignore[arg-type]  # by name, as each test says


def match(post: Post, *persons: Person, **more: object) -> tuple[PersonMatches, ...]:
    return post.ask("crossing.match", asked(*persons, **more), MatchedPersons).queries


def test_a_listed_person_is_told_with_weight_and_facts_and_decided_on_in_an_ordinary_check(post: Post) -> None:
    (found,) = match(post, ALPHA)

    (one,) = found.matches
    assert (found.total, found.outcome, one.alert.id) == (1, Outcome.POSSIBLE, REFUSAL.id)
    assert one.weighed is not None
    assert one.weighed.evidence_mbit == sum(line.weight_mbit for line in one.weighed.lines)
    assert {fact.field: fact.values for fact in one.facts}["birth_date"] == ("1980-02-03",)
    said = Reject(check=one.check, alert=one.alert.id, version=one.alert.version, reason="synthetic: another person")
    post.run("crossing.reject", said)
    view = post.ask("crossing.show", ShowCheck(check=one.check), CheckView)
    assert len(view.resolutions) == 1


def test_each_name_and_document_is_a_logged_search_of_its_own(post: Post) -> None:
    person = msgspec.structs.replace(
        ALPHA, names=(*ALPHA.names, "Synthetic-Other"), papers=(Paper(number="SYN123456"),)
    )

    (found,) = match(post, person)

    assert len(found.checks) == 2
    assert len(post.house.searches) == 2
    assert len({one.alert.id for one in found.matches}) == len(found.matches) == found.total
    bits = [one.weighed.evidence_mbit for one in found.matches if one.weighed]
    assert bits == sorted(bits, reverse=True)


def test_a_person_who_cannot_be_asked_about_says_why_and_stops_no_other(post: Post) -> None:
    unknown = msgspec.structs.replace(ALPHA, countries=("Atlantis",))
    impossible = msgspec.structs.replace(ALPHA, birth_dates=("1980-02-31",))
    future = msgspec.structs.replace(ALPHA, birth_dates=("2999-01-01",))
    several = msgspec.structs.replace(ALPHA, birth_dates=("1980-02-03", "1981-02-03"))
    many = msgspec.structs.replace(ALPHA, names=tuple(f"Synthetic-{place}" for place in range(9)))
    long = msgspec.structs.replace(ALPHA, names=("x" * 10_000,))
    empty = Person(names=())
    fillers = Person(names=("FNU XXX",))

    answers = match(post, unknown, impossible, future, several, many, long, empty, fillers, NOBODY)

    told = [tuple(problem.code for problem in answer.problems) for answer in answers]
    assert told == [
        ("country.unknown",),
        ("time.not-a-partial-date",),
        ("crossing.birth-date-future",),
        ("date.several",),
        ("person.too-much",),
        ("text.too-long",),
        ("crossing.nothing-to-search",),
        ("crossing.name-no-words",),
        (),
    ]
    assert [answer.outcome for answer in answers] == [None] * 8 + [Outcome.NO_HIT]
    assert len(post.house.searches) == 1


def test_no_more_than_the_limit_is_told_and_all_are_counted(post: Post) -> None:
    person = msgspec.structs.replace(ALPHA, names=(*ALPHA.names, "Synthetic-Gamma, Test Anna"), birth_dates=())

    (found,) = match(post, person, limit=1)

    assert len(found.matches) == 1
    assert found.total > 1


def test_a_dataset_leaves_out_the_others_before_anything_is_cut_off(post: Post) -> None:
    (alerts,), (listings,) = (match(post, ALPHA, dataset=each) for each in (Dataset.ALERTS, Dataset.LISTINGS))

    assert (alerts.total, listings.total) == (1, 0)


def test_somebody_without_a_document_is_asked_about_only_for_a_reason(post: Post) -> None:
    (found,) = match(post, NOBODY, justification="", case="")

    assert [problem.code for problem in found.problems] == ["crossing.justification-needed"]


def test_what_was_cleared_before_stands_last_and_says_so(post: Post) -> None:
    person = msgspec.structs.replace(ALPHA, papers=(Paper(number="SYN777777", country="XXA"),))
    (found,) = match(post, person)
    (one,) = found.matches
    said = Reject(check=one.check, alert=one.alert.id, version=one.alert.version, reason="synthetic: another person")
    post.run("crossing.reject", said)

    ((again,),) = (answer.matches for answer in match(post, person))

    assert again.cleared is not None


def test_without_a_search_log_nobody_is_searched_for(post: Post) -> None:
    def refuse(_work: Work, _search: Search) -> None:
        raise Refused("search-log.no-key", "No search without a log.")

    post.house.log_search = refuse

    with pytest.raises(Refused, match="No search"):
        match(post, NOBODY)
