"""Where a version stands on any day, by what was known on any day."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.agreements.life.records import Happening, Turn
from comity.agreements.life.rules import Life, always, life_of
from comity.core.time import Instant


def turn(turn: Turn, since: int, recorded: int | None = None, *clauses: str, **more: str) -> Happening:
    return Happening(
        turn=turn,
        since=Instant(since),
        recorded_at=Instant(since if recorded is None else recorded),
        reason="test",
        clauses=clauses,
        **more,
    )


def stopped(life: Life, at: int, clause: str, pair: tuple[str, str] = ("AAA", "BBB"), known: int | None = None) -> bool:
    known_at = Instant(at if known is None else known)
    return any(pause.stops(clause) for pause in life.pausing(Instant(at), known_at, *pair))


def test_a_version_is_in_force_from_its_begin_to_its_end_and_over_after() -> None:
    life = life_of([turn(Turn.BEGIN, 10), turn(Turn.END, 20)])

    assert [life.in_force(Instant(at), Instant(99)) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert [life.is_over(Instant(at), Instant(99)) for at in (9, 10, 19, 20)] == [False, False, False, True]


def test_what_was_not_known_yet_does_not_count() -> None:
    life = life_of([turn(Turn.BEGIN, 10), turn(Turn.END, 20, 30), turn(Turn.SUSPEND, 12, 15)])

    assert life.in_force(Instant(25), Instant(25))
    assert not life.in_force(Instant(25), Instant(30))
    assert not stopped(life, 13, "a", known=14)
    assert stopped(life, 13, "a", known=15)


def test_an_ended_version_that_is_taken_up_again_stands_again() -> None:
    life = life_of([turn(Turn.BEGIN, 10), turn(Turn.END, 20), turn(Turn.BEGIN, 30)])

    assert [life.in_force(Instant(at), Instant(99)) for at in (15, 25, 35)] == [True, False, True]
    assert not life.is_over(Instant(35), Instant(99))


def test_a_suspension_of_the_whole_stops_every_clause_from_its_moment_to_the_resumption() -> None:
    life = life_of([turn(Turn.BEGIN, 0), turn(Turn.SUSPEND, 10), turn(Turn.RESUME, 20)])

    assert [stopped(life, at, "any") for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert life.in_force(Instant(15), Instant(15))


def test_a_suspension_of_one_clause_leaves_the_others() -> None:
    life = life_of([turn(Turn.BEGIN, 0), turn(Turn.SUSPEND, 10, None, "a")])

    assert stopped(life, 11, "a")
    assert not stopped(life, 11, "b")


def test_resuming_one_clause_of_a_suspended_whole_leaves_the_rest_suspended() -> None:
    life = life_of([turn(Turn.BEGIN, 0), turn(Turn.SUSPEND, 10), turn(Turn.RESUME, 20, None, "a")])

    assert stopped(life, 19, "a")
    assert not stopped(life, 20, "a")
    assert stopped(life, 20, "b")


def test_resuming_two_of_three_suspended_clauses_leaves_the_third() -> None:
    life = life_of([turn(Turn.SUSPEND, 10, None, "a", "b", "c"), turn(Turn.RESUME, 20, None, "a", "b", "z")])

    assert [stopped(life, 20, clause) for clause in "abc"] == [False, False, True]
    assert [stopped(life, 15, clause) for clause in "abc"] == [True, True, True]


def test_a_suspension_between_two_parties_leaves_the_others_alone() -> None:
    life = life_of([turn(Turn.SUSPEND, 10, by="AAA", towards="BBB"), turn(Turn.RESUME, 20, by="AAA", towards="CCC")])

    assert stopped(life, 25, "a", ("BBB", "AAA"))
    assert not stopped(life, 25, "a", ("AAA", "CCC"))


def test_what_was_heard_wakes_from_its_day_on() -> None:
    life = life_of([turn(Turn.HEAR, 10, 12, word="dna")])

    assert life.heard(Instant(9), Instant(99)) == frozenset()
    assert life.heard(Instant(11), Instant(11)) == frozenset()
    assert life.heard(Instant(11), Instant(12)) == {"dna"}


def test_a_party_that_leaves_is_gone_from_its_day() -> None:
    life = life_of([turn(Turn.BEGIN, 0), turn(Turn.LEAVE, 10, by="AAA")])

    assert [life.has_left("AAA", Instant(at), Instant(at)) for at in (9, 10)] == [False, True]
    assert not life.has_left("BBB", Instant(10), Instant(10))


def test_a_version_that_simply_stands() -> None:
    life = always(Instant(5), Instant(9))

    assert [life.in_force(Instant(at), Instant(at)) for at in (4, 5, 8, 9)] == [False, True, True, False]


@given(st.lists(st.tuples(st.sampled_from(["suspend", "resume"]), st.sets(st.sampled_from("abc"))), max_size=8))
def test_pausing_agrees_with_a_plain_replay(steps: list[tuple[str, set[str]]]) -> None:
    """Oracle: replay the steps on a set of stopped clauses, one tick apart."""
    happenings = [
        turn(Turn(name), 10 * place, None, *sorted(clauses)) for place, (name, clauses) in enumerate(steps, 1)
    ]
    life = life_of(happenings)

    held: list[set[str]] = []
    for place, (name, clauses) in enumerate(steps, 1):
        chosen = clauses or set("abc")
        if name == "suspend":
            held.append(set(chosen))
        else:
            held = [each - chosen for each in held]
        expected = set().union(*held)
        assert {each for each in "abc" if stopped(life, 10 * place + 5, each, known=1000)} == expected
