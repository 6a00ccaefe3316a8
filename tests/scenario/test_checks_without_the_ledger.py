"""The ledger cannot be written: a check goes on only where node and agreement allow it, and is entered afterwards."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comity.adapters.sql.tables import ledger_entry
from comity.agreements.load import agreement_id
from comity.core.codec import decode_as
from comity.core.errors import Refused, Unreachable
from comity.core.ports import Insert, Search, Work
from comity.crossings.operations import Around, make_operations
from comity.crossings.records import Advice, Check
from comity.node.degraded import Degraded, Journal
from comity.oversight.store import METADATA as OVERSIGHT_TABLES
from comity.oversight.store import SEARCH_LOG
from comity.runtime.acts import Acts
from comity.screening.index.simple import SimpleIndex
from tests.support.agreements import schengen
from tests.support.border_post import ARREST, OFFICER, OWN, Post, by_document, by_name, open_post
from tests.support.house import call, open_house

EVERY_CLAUSE = frozenset((agreement_id(schengen()), clause.id) for clause in schengen().clauses)
GAMMA = by_name("Synthetic-Gamma", "1990-07-08")


def log(work: Work, search: Search) -> None:
    """Log a search with a seal that says nothing."""
    row = {"id": search.search, "recorded_at": work.recorded_at, "user": work.who.user, "purpose": str(work.purpose)}
    work.change(Insert(SEARCH_LOG, {**row, "operation": search.operation, "key": "k", "sealed": b"sealed"}))


def break_ledger(post: Post, meet: Callable[[], object]) -> None:
    """Let the ledger's file take no byte more, and have an act meet that; what meets it stands in the database."""
    broken = threading.Event()

    def refuse(data: bytes) -> None:
        del data
        raise OSError(28, "no space left")

    post.house.database.writer.on_break(lambda _error: broken.set())
    post.house.database.ledger._write = refuse  # type: ignore[method-assign]  # the fault
    with contextlib.suppress(Unreachable):
        meet()
    assert broken.wait(10)


class Stage:
    """A border post whose ledger can be made to fail."""

    def __init__(self, post: Post, path: Path, allowing: frozenset[tuple[str, str]]) -> None:
        self.post = post
        house = post.house
        self.degraded = Degraded(
            path, post._decide, house.database.writer, lambda: house.database.writer.broken is not None
        )
        self.degraded.use(lambda: allowing)
        house.decide = self.degraded
        house.log_search = log
        around = Around(partners=post.sources, degraded=lambda: self.degraded.active)
        self.runtime = house.runtime(make_operations(SimpleIndex(), around))
        self.runtime.fall_back_on(self.degraded)

    def break_ledger(self) -> None:
        break_ledger(self.post, lambda: self.check(by_document()))

    def check(self, question: Check) -> Advice:
        return decode_as(self.runtime.run(call("crossing.check", question, purpose="borders"), OFFICER).body, Advice)


@contextmanager
def stage(folder: Path, allowing: frozenset[tuple[str, str]] = EVERY_CLAUSE) -> Iterator[Stage]:
    with open_post(folder, OVERSIGHT_TABLES) as post:
        yield Stage(post, folder / "degraded.journal", allowing)


def entered_again(folder: Path) -> tuple[int, list[str], int]:
    """Start anew on the same folder; return what was entered, which acts the ledger then has, how many searches."""
    with open_house(folder, OVERSIGHT_TABLES) as house:
        writer = house.database.writer
        degraded = Degraded(folder / "degraded.journal", house.decide, writer, lambda: False)
        count = degraded.enter_kept(Acts(house.works(), writer), OFFICER, house.clock.now())
        with house.work(OFFICER) as work:
            acts = [row.operation for row in work.read(ledger_entry.select().order_by(ledger_entry.c.sequence))]
            searches = len(work.read(SEARCH_LOG.select()))
        return count, acts, searches


def test_checks_go_on_are_said_to_be_degraded_and_are_entered_once_at_the_next_start(tmp_path: Path) -> None:
    with stage(tmp_path) as here:
        before = here.check(by_document())
        here.break_ledger()

        first, after = here.check(by_document()), here.check(by_document())

    assert (before.degraded, first.degraded, after.degraded) == (False, True, True)
    assert [match.alert.id for match in after.matches] == [ARREST.id]
    kept = Journal(tmp_path / "degraded.journal").acts()
    assert [act.number for act in kept] == [1, 2]
    assert "Synthetic" not in str(kept)
    count, acts, searches = entered_again(tmp_path)
    assert (count, acts[-1], searches) == (2, "ledger.degraded-checks", 4)
    assert acts.count("crossing.check") == 4
    assert entered_again(tmp_path) == (0, acts, searches)


@pytest.mark.parametrize(("question", "found"), [(by_document(), []), (GAMMA, [OWN.id])])
def test_of_partners_whose_agreement_does_not_allow_it_nothing_is_searched(
    tmp_path: Path, question: Check, found: list[str]
) -> None:
    with stage(tmp_path, frozenset()) as here:
        here.break_ledger()

        advice = here.check(question)

    assert advice.degraded
    assert [match.alert.id for match in advice.matches] == found
    assert "DEU" not in {source.party for source in advice.sources}


def test_without_room_in_the_journal_no_check_goes_on(tmp_path: Path) -> None:
    with stage(tmp_path) as here:
        here.break_ledger()
        path = tmp_path / "degraded.journal"
        path.unlink()
        path.mkdir()

        with pytest.raises((Unreachable, OSError)):
            here.check(by_document())


def test_a_node_that_does_not_want_it_stops(tmp_path: Path) -> None:
    with open_post(tmp_path, OVERSIGHT_TABLES) as post:
        break_ledger(post, lambda: post.run("crossing.check", by_document()))

        with pytest.raises(Unreachable):
            post.run("crossing.check", by_document())


def test_a_journal_that_was_altered_is_not_entered(tmp_path: Path) -> None:
    with stage(tmp_path) as here:
        here.break_ledger()
        here.check(by_document())
        here.check(by_document())
    path = tmp_path / "degraded.journal"
    data = path.read_bytes()
    path.write_bytes(
        data.replace(b'"outcome', b'"outc0me', 1) if b'"outcome' in data else data.replace(b"done", b"d0ne", 1)
    )

    with pytest.raises(Refused) as refusal:
        Journal(path).acts()

    assert refusal.value.code == "ledger.journal-damaged"
