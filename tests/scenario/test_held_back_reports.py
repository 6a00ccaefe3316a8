"""Originator control: an intelligence report goes to nobody else without the word of whoever gave it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.agreements.law.compile import house_rulebook
from comity.bureau.letters import store
from comity.bureau.letters.commands import AddRemark, ReportNamed
from comity.bureau.letters.onward import Control, control_of, may_pass, prints_of
from comity.bureau.letters.records import Attachment, Details, Letter, LetterContent
from comity.bureau.letters.tables import BUREAU_HELD_BACK, BUREAU_LETTER
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.vocabulary import Purpose
from tests.scenario.test_alert_crosses_the_border import Node, agree, deliver, open_node
from tests.scenario.test_letters import FRENCH, GERMAN, STORED, answer, send, show, sign

GRADED = Details(
    handling="H1", source_grade="B", content_grade="2", nature="fact", person_role="contact", onward="with-consent"
)
SAID = "Synthetic-Alpha meets Synthetic-Beta every Friday behind the old ferry pier, at about ten."
QUOTED = "We hear this: “synthetic-alpha meets  synthetic-beta every FRIDAY behind the old ferry pier”."
FREE = "free"
FILE = Attachment(name="pier.pdf", type="application/pdf", content="c3ludGhldGlj")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    tmp_path = tmp_path_factory.mktemp("held")
    with open_node(tmp_path / "fra", "FRA", 1) as france, open_node(tmp_path / "deu", "DEU", 2) as germany:
        agree(france, germany)
        france.law = germany.law = house_rulebook()
        sign((france, germany), "police-information")
        yield france, germany


def told(nodes: tuple[Node, Node], **more: object) -> Letter:
    """Germany gives France a report; the one of the test before is erased."""
    france, germany = nodes
    details = msgspec.structs.replace(GRADED, **more)
    with france.house.work(FRENCH, Purpose.POLICE) as work:
        for row in work.read(BUREAU_LETTER.select().where(BUREAU_LETTER.c.form == "INT")):
            store.erase(work, row.sender_party, row.id)
    report = send(germany, GERMAN, "INT", None, "FRA", text=SAID, details=details, attachments=(FILE,))
    assert deliver(germany, france) == STORED
    return report


def leave(node: Node, to: str, *named: ReportNamed, **said: object) -> str:
    """Try to send a letter; Spain and Italy have no agreement with France here, so that is what stops a free one."""
    with pytest.raises(Refused) as stopped:
        send(node, FRENCH, "INT", None, to, details=GRADED, passes_on=named, **said)
    assert stopped.value.remedy or stopped.value.code.startswith("agreement.")
    return FREE if stopped.value.code.startswith("agreement.") else stopped.value.code


def test_what_a_report_says_is_found_when_it_is_quoted_attached_numbered_or_named(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    report = told(nodes)
    named = ReportNamed(party="DEU", letter=report.id)
    remark = AddRemark(party="DEU", letter=report.id, text="He came with a third man in a small grey van today.")
    germany.run("letter.remark", remark, GERMAN, "police")
    assert deliver(germany, france) == STORED

    assert leave(france, "ESP", text=QUOTED) == "letter.held-back"
    assert leave(france, "ESP", attachments=(msgspec.structs.replace(FILE, name="other.pdf"),)) == "letter.held-back"
    assert leave(france, "ESP", text=f"See {report.id}.") == "letter.held-back"
    assert leave(france, "ESP", text="Now he came with a third man in a small grey van.") == "letter.held-back"
    assert leave(france, "ESP", named) == "letter.held-back"

    assert leave(france, "ESP", text="He meets someone at the pier every Friday.") == FREE
    back = {"passes_on": (named,), "text": QUOTED, "attachments": (FILE,)}
    send(france, FRENCH, "INT", None, "DEU", details=GRADED, **back)
    assert deliver(france, germany) == STORED
    assert show(france, FRENCH, report).held_back == "with-consent"
    assert show(germany, GERMAN, report).held_back is None
    with pytest.raises(NotFound):
        leave(france, "ESP", ReportNamed(party="DEU", letter="none"))


def test_consent_opens_a_report_for_the_party_it_names_as_long_as_it_stands(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    report = told(nodes)
    asked = Details(report=report.id, onward_to="ESP", why="Spain looks for the same two.")
    with pytest.raises(BadInput) as unknown:
        send(france, FRENCH, "ONWARD", None, "DEU", details=msgspec.structs.replace(asked, report="none"))
    request = send(france, FRENCH, "ONWARD", None, "DEU", details=asked)
    assert deliver(france, germany) == STORED
    assert leave(france, "ESP", text=QUOTED) == "letter.held-back"

    answer(germany, GERMAN, request, "consented")
    deliver(germany, france)

    assert unknown.value.code == "letter.no-such-report"
    assert show(france, FRENCH, request).prompt == "may-pass-on"
    assert leave(france, "ESP", text=QUOTED, attachments=(FILE,)) == FREE
    assert leave(france, "ITA", text=QUOTED) == "letter.held-back"
    answer(germany, GERMAN, request, "refused", version=2)
    deliver(germany, france)
    assert leave(france, "ESP", text=QUOTED) == "letter.held-back"


def test_what_goes_to_nobody_goes_to_nobody_and_nothing_is_kept_of_what_is_erased(nodes: tuple[Node, Node]) -> None:
    france, germany = nodes
    report = told(nodes, onward="never")
    request = send(
        france, FRENCH, "ONWARD", None, "DEU", details=Details(report=report.id, onward_to="ESP", why="Needed there.")
    )
    deliver(france, germany)
    answer(germany, GERMAN, request, "consented")
    deliver(germany, france)
    assert leave(france, "ESP", text=QUOTED) == "letter.never-onward"

    with france.house.work(FRENCH, Purpose.POLICE) as work:
        store.erase(work, "DEU", report.id)

    with france.house.works().open(FRENCH, Purpose.POLICE) as work:
        assert work.read(BUREAU_HELD_BACK.select()) == []
    assert leave(france, "ESP", text=QUOTED) == FREE


WORDS = st.lists(st.sampled_from(("pier", "ferry", "van", "grey", "two", "ten", "old")), min_size=8, max_size=12)


@settings(max_examples=25)
@given(WORDS, st.text(max_size=30), st.text(max_size=30), st.sampled_from((" ", "\n", "  ", ", ", " - ")))
def test_a_run_of_words_is_found_in_any_other_text(words: list[str], before: str, after: str, joint: str) -> None:
    told_first = LetterContent(form="INT", subject="s", text=" ".join(words))
    told_again = LetterContent(form="M", subject="s", text=f"{before} {joint.join(words).upper()} {after}")

    assert prints_of(told_first) & prints_of(told_again)
    fewer = msgspec.structs.replace(told_again, text=" ".join(words[:7]))
    assert not prints_of(told_first) & prints_of(fewer)


@given(
    st.sampled_from((None, "with-consent", "never")),
    st.sampled_from((None, "H1", "H2", "H3")),
    st.booleans(),
    st.booleans(),
)
def test_only_the_givers_word_lets_a_report_go_on(
    onward: str | None, handling: str | None, to_giver: bool, consented: bool
) -> None:
    control = control_of(Details(onward=onward, handling=handling))  # type: ignore[arg-type]  # words of the lists
    may = may_pass(control, to_giver=to_giver, consented=consented)

    if to_giver or (onward is None and handling != "H3"):
        assert may
    elif onward == Control.NEVER.value:
        assert not may
    else:
        assert may is consented
