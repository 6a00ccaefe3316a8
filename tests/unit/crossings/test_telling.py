"""Beside the evidence stands what the record says, as far as law opens it, and only while the record is as found."""

from __future__ import annotations

import msgspec
import pytest

from comity.alerts.records import ALERT_KIND
from comity.alerts.store import erase_alert
from comity.core.codec import encode
from comity.core.ids import RecordRef
from comity.core.ports import RecordChanged
from comity.core.time import CivilDate
from comity.crossings import telling
from comity.crossings.finding_records import Evidence
from comity.crossings.records import (
    Advice,
    Asked,
    CheckView,
    Direction,
    Identity,
    Lane,
    Match,
    Sentence,
    ShowCheck,
)
from comity.crossings.search import probe_of
from comity.crossings.store import CROSSING_CHECK
from comity.screening.listed import LISTING_KIND, Listed
from comity.screening.records import Subject, SubjectDocument, SubjectName
from comity.screening.rules import compare
from comity.screening.store import add
from comity.screening.weighing import Weighing, shipped_weigher
from tests.support.border_post import ALPHA, GERMAN, OFFICER, REFUSAL, Post, by_document, by_name

ASKED = Asked(
    direction=Direction.ENTRY,
    crossing_point="synthetic",
    lane=Lane.THIRD_COUNTRY,
    identity=Identity(surnames="SYNTHETIC 0", birth_date="1970"),
)


def told(post: Post, advice: Advice) -> dict[str, tuple[str, ...]]:
    view = post.ask("crossing.show", ShowCheck(check=advice.check), CheckView)
    (one,) = view.told
    return {fact.field: fact.values for fact in one.facts}


def test_a_match_is_shown_with_the_name_and_date_that_the_alert_holds(post: Post) -> None:
    advice = post.check(by_name("Synthetic-Alfa", "1980-02-03"))

    assert told(post, advice) == {"name": ("Synthetic-Alpha, Test Anna",), "birth_date": ("1980-02-03",)}


def test_only_what_was_asked_about_is_told(post: Post) -> None:
    assert told(post, post.check(by_document())) == {"document": ("UTO SYN123456",)}


def test_an_alert_that_moved_on_since_the_check_is_told_no_more(post: Post) -> None:
    advice = post.check(ALPHA)
    with post.house.work(OFFICER) as work:
        work.change(*erase_alert(REFUSAL))
        work.emit(RecordChanged(kind=ALERT_KIND, id=REFUSAL.id, owner=GERMAN, version=2, record=None))

    assert post.ask("crossing.show", ShowCheck(check=advice.check), CheckView).told == ()


def test_nothing_of_it_is_kept_with_the_check(post: Post) -> None:
    advice = post.check(by_name("Synthetic-Alfa", "1980-02-03"))
    post.ask("crossing.show", ShowCheck(check=advice.check), CheckView)

    with post.house.work(OFFICER) as work:
        bodies = [bytes(row.body) for row in work.read(CROSSING_CHECK.select())]
    assert b"Alfa" in b"".join(bodies)
    assert b"Synthetic-Alpha" not in b"".join(bodies) + encode(advice)


@pytest.mark.parametrize(("hidden", "left"), [("person", {"document"}), ("documents", {"name"})])
def test_a_field_that_law_does_not_open_is_not_told(
    post: Post, monkeypatch: pytest.MonkeyPatch, hidden: str, left: set[str]
) -> None:
    advice = post.check(msgspec.structs.replace(by_document(), identity=ALPHA.identity))
    open_fields = {"person", "documents"} - {hidden}
    decide = post._decide
    monkeypatch.setattr(
        post.house, "decide", lambda *asked: msgspec.structs.replace(decide(*asked), fields=tuple(open_fields))
    )

    view = post.ask("crossing.show", ShowCheck(check=advice.check), CheckView)

    fields = {fact.field for one in view.told for fact in one.facts}
    assert left <= fields
    assert not fields & ({"name", "birth_date", "nationality"} if hidden == "person" else {"document"})


def test_a_listing_tells_its_first_names_and_counts_the_rest(post: Post) -> None:
    names = tuple(SubjectName(surname=f"SYNTHETIC {number}") for number in range(20))
    papers = (SubjectDocument(country="AFG", number="SYN 1"), SubjectDocument(country="", number="SYN 2"))
    subject = Subject(category=Listed.NO_ACTION.value, names=names, birth_dates=("1970",), documents=papers)
    match = Match(
        alert=RecordRef(kind=LISTING_KIND, id=REFUSAL.id, version=3),
        owner=OFFICER.owner,
        category=Listed.NO_ACTION.value,
        action=Sentence(code="listed.no-border-action", text="synthetic"),
        evidence=tuple(Evidence(field=field, grade="exact") for field in ("name", "birth_date", "document")),
        separates=(),
        lane=Lane.THIRD_COUNTRY,
        must_not_show=False,
    )
    with post.house.work(OFFICER) as work:
        entry = RecordChanged(kind=LISTING_KIND, id=REFUSAL.id, owner=OFFICER.owner, version=3, record=subject)
        work.change(*add(entry, subject, ()))

    with post.house.work(OFFICER) as work:
        (one,) = telling.told_of(work, ASKED, (match,))
        newer = msgspec.structs.replace(match, alert=msgspec.structs.replace(match.alert, version=2))
        moved_on = telling.told_of(work, ASKED, (newer,))

    facts = {fact.field: fact for fact in one.facts}
    assert (facts["name"].values[0], len(facts["name"].values), facts["name"].more) == ("SYNTHETIC 0", 8, 12)
    assert facts["document"].values == ("AFG SYN 1", "SYN 2")
    assert facts["birth_date"].values == ("1970",)
    assert moved_on == ()


def test_every_line_of_the_weight_is_shown_with_what_it_was_made_of_and_they_add_up(post: Post) -> None:
    advice = post.check(by_name("Synthetic-Alfa", "1980-02-03"))
    weighed = advice.matches[0].weighed
    assert weighed is not None

    (one,) = post.ask("crossing.show", ShowCheck(check=advice.check), CheckView).told

    assert sum(line.weight_mbit for line in one.traced) == weighed.evidence_mbit
    assert [line.code for line in one.traced] == [line.code for line in weighed.lines]
    inputs = {line.code: line.inputs for line in one.traced}
    assert inputs["birth-date.same-date"] == ("1980-02-03", "1980-02-03")
    assert any("alfa ~ alpha" in text for text in inputs["name.agreeing-words"])
    assert b"inputs" not in encode(advice)


def test_what_a_line_was_made_of_is_told_only_where_law_opens_the_field(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = post.check(msgspec.structs.replace(by_document(), identity=ALPHA.identity))
    decide = post._decide
    monkeypatch.setattr(
        post.house, "decide", lambda *asked: msgspec.structs.replace(decide(*asked), fields=("documents",))
    )

    told_of = post.ask("crossing.show", ShowCheck(check=advice.check), CheckView).told

    lines = [line for one in told_of for line in one.traced]
    assert [line.inputs for line in lines if line.code.startswith("document")] == [("SYN123456",)]
    assert not any(line.inputs for line in lines if not line.code.startswith("document"))


def test_a_weight_of_another_model_is_shown_without_what_it_was_made_of() -> None:
    subject = Subject(category="L-NOACT", names=(SubjectName(surname="SYNTHETIC 0"),), birth_dates=("1970",))
    weighing = Weighing(probe_of(ASKED, CivilDate("2026-11-25"), LISTING_KIND), lambda: 10)
    probe = probe_of(ASKED, CivilDate("2026-11-25"), LISTING_KIND)
    weighed = weighing.weigh(subject, compare(probe, subject))
    assert weighed is not None

    older = msgspec.structs.replace(weighed, model="0")

    assert shipped_weigher().inputs(probe, subject, weighed)
    assert shipped_weigher().inputs(probe, subject, older) == ()
