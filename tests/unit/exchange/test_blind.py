"""Blind look-ups: hits equal the plain join, the owner learns nothing, changes count, budgets hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.adapters.blind_psi import PsiAsker, PsiOwner
from comity.core.errors import BadInput, Refused
from comity.core.time import Instant
from comity.exchange.blind import (
    MAX_QUESTION,
    BlindSegment,
    Budget,
    Spent,
    check_budget,
    clean_keys,
    filled,
    segment_of,
)

NOW = Instant(1_790_000_000_000_000)
DAY = 24 * 3600 * 1_000_000
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


def wired(*keys: str) -> tuple[PsiOwner, PsiAsker]:
    owner, asker = PsiOwner(keys), PsiAsker()
    pass_on(owner, asker)
    return owner, asker


def pass_on(owner: PsiOwner, asker: PsiAsker) -> None:
    for segment in owner.publish():
        asker.take(segment)


def look_up(owner: PsiOwner, asker: PsiAsker, *keys: str) -> frozenset[str]:
    question = asker.ask(keys)
    return question.hits(owner.answer(question.message))


@settings(max_examples=30, deadline=None)
@given(st.sets(KEYS, max_size=20), st.sets(KEYS, min_size=1, max_size=20), st.data())
def test_hits_equal_the_plain_join(held: set[str], asked: set[str], data: st.DataObject) -> None:
    both = data.draw(st.sets(st.sampled_from(sorted(asked))))
    owner, asker = wired(*(held | both))

    assert look_up(owner, asker, *asked) == (held | both) & asked


def test_a_change_counts_with_the_next_publication_of_its_segment_alone() -> None:
    owner, asker = wired("doc:FRA:AB12345", "doc:FRA:CD67890")

    owner.change(["doc:DEU:C01X00T47"], ["doc:FRA:AB12345"])
    changed = owner.publish()
    for segment in changed:
        asker.take(segment)

    assert {each.segment for each in changed} == {segment_of("doc:DEU:C01X00T47"), segment_of("doc:FRA:AB12345")}
    assert look_up(owner, asker, "doc:FRA:AB12345", "doc:FRA:CD67890", "doc:DEU:C01X00T47") == {
        "doc:FRA:CD67890",
        "doc:DEU:C01X00T47",
    }
    assert owner.publish() == ()


def test_an_older_segment_undoes_nothing() -> None:
    owner, asker = wired("a key")
    first = PsiOwner(["a key"]).publish()[0]
    owner.change((), ["a key"])
    pass_on(owner, asker)

    asker.take(first)

    assert look_up(owner, asker, "a key") == frozenset()


def test_what_crosses_holds_no_key_and_never_repeats_itself() -> None:
    owner, asker = wired("doc:FRA:AB12345")

    first, second = asker.ask(["doc:FRA:AB12345"]), asker.ask(["doc:FRA:AB12345"])
    crossed = (
        first.message,
        second.message,
        owner.answer(first.message),
        PsiOwner(["doc:FRA:AB12345"]).publish()[0].data,
    )

    assert all(b"AB12345" not in each for each in crossed)
    assert first.message != second.message


def test_a_question_about_few_is_as_long_as_one_about_some() -> None:
    _, asker = wired("x")

    lengths = {len(asker.ask([f"key {number}" for number in range(count)]).message) for count in (1, 5, 31, 32)}

    assert len(lengths) == 1
    assert (filled(1), filled(32), filled(33)) == (32, 32, 64)


def test_the_sets_of_two_askers_cannot_be_compared() -> None:
    one, other = PsiOwner(["x"]).publish(), PsiOwner(["x"]).publish()

    assert one[0].segment == other[0].segment
    assert one[0].data != other[0].data


def test_an_owner_that_restarts_with_its_secret_answers_by_the_old_segments() -> None:
    owner, asker = wired("x")

    again = PsiOwner(["x"], owner.secret)

    assert look_up(again, asker, "x") == {"x"}


@pytest.mark.parametrize("message", [b"", b"\xff" * 40, b"\x08\x01", bytes(100_000)])
def test_a_message_that_is_no_question_is_refused(message: bytes) -> None:
    owner, _ = wired("x")

    with pytest.raises(BadInput) as refusal:
        owner.answer(message)

    assert refusal.value.code == "blind.malformed"


def test_points_that_are_on_no_curve_are_refused() -> None:
    owner, asker = wired("x")
    message = bytearray(asker.ask(["x"]).message)
    at = message.index(b"\x02" if b"\x02" in message else b"\x03")
    message[at + 1 : at + 33] = b"\xff" * 32

    with pytest.raises(BadInput) as refusal:
        owner.answer(bytes(message))

    assert refusal.value.code == "blind.malformed"


def test_a_silent_or_foreign_answer_is_never_no_hit() -> None:
    owner, asker = wired("x")
    other = asker.ask([f"key {number}" for number in range(40)])

    for answer in (b"", owner.answer(other.message)[:-1], owner.answer(other.message)):
        with pytest.raises(BadInput) as refusal:
            asker.ask(["x"]).hits(answer)
        assert refusal.value.code == "blind.malformed"


@pytest.mark.parametrize(
    "segment",
    [
        BlindSegment(segment=256, version=1, data=b""),
        BlindSegment(segment=-1, version=1, data=b""),
        BlindSegment(segment=0, version=1, data=b"\xff\xff\xff"),
        BlindSegment(segment=0, version=1, data=b"\x08\x00"),
    ],
)
def test_a_segment_that_is_none_is_refused(segment: BlindSegment) -> None:
    with pytest.raises(BadInput) as refusal:
        PsiAsker().take(segment)

    assert refusal.value.code == "blind.malformed"


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([], "blind.empty"),
        ([""], "blind.key-too-long"),
        (["x" * 513], "blind.key-too-long"),
        ([str(number) for number in range(MAX_QUESTION + 1)], "blind.too-many"),
    ],
)
def test_a_question_of_no_sense_is_not_asked(keys: list[str], code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        clean_keys(keys)

    assert refusal.value.code == code


def test_a_budget_counts_the_last_day_and_tells_when_it_is_free() -> None:
    budget, spent = Budget(keys_a_day=100), [Spent(at=Instant(NOW - DAY + 5_000_000), keys=64)]

    check_budget(budget, spent, 36, NOW)
    with pytest.raises(Refused) as refusal:
        check_budget(budget, spent, 37, NOW)
    check_budget(budget, spent, 100, Instant(NOW + 5_000_000))

    assert refusal.value.code == "blind.budget"
    assert "5 s" in refusal.value.remedy


def test_more_than_a_day_allows_is_refused_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        check_budget(Budget(keys_a_day=10), [], 11, NOW)

    assert refusal.value.code == "blind.budget"
