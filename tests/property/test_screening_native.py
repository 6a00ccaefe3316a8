"""The score in compiled code is the score: names to the last bits, rows as persons, and nobody in a band left out."""

from __future__ import annotations

import random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.screening.files import FileBase, Stated, build_base
from comity.screening.files.base import FileFound
from comity.screening.files.bulk import search_many
from comity.screening.model.files import default_model
from comity.screening.names import parse_name
from comity.screening.names.units import encode
from comity.screening.records import Band, Person
from comity.screening.score import Base, Scorer, prepare
from comity.screening.score.native.scorer import EXACT, NativeScorer
from comity.screening.score.native.units import write_units
from comity.screening.weigher import Weigher

NATIVE, SCORER = NativeScorer(default_model()), Scorer(default_model())
TABLE = NATIVE.words()
SPELT = (
    "abd",
    "ul",
    "ur",
    "el",
    "al",
    "sch",
    "tsch",
    "sh",
    "kh",
    "ov",
    "ovich",
    "iyev",
    "na",
    "aya",
    "iy",
    "ff",
    "ow",
    "h",
)
FIRST = (
    "Anna",
    "Anna-Maria",
    "Sergei",
    "Sergej",
    "J.",
    "Mohammed",
    "Muhammad",
    "Tschingis",
    "O'Neill",
    "Müller",
    "Jose",
)
LAST = (
    "Petrov",
    "Petroff",
    "Ivanovich",
    "Ivanovna",
    "al-Haddad",
    "Haddad",
    "bin Laden",
    "de la Cruz",
    "Kim",
    "Li",
    "Li",
)
OTHER = ("Иванов Сергей Петрович", "محمد بن سلمان", "金正恩", "김정은", "Παπαδόπουλος", "山田太郎", "अमित शाह")
words = st.one_of(
    st.sampled_from(FIRST),
    st.sampled_from(LAST),
    st.lists(st.sampled_from((*SPELT, *"abcdeiknorstuvyz")), min_size=1, max_size=7).map("".join),
)
names = st.one_of(
    st.lists(words, min_size=1, max_size=6).map(" ".join),
    st.tuples(words, words).map(", ".join),
    st.sampled_from(OTHER),
)
dates = st.sampled_from(
    ("1980-03-04", "1980-04-03", "1980-03-05", "1981-03-04", "1980", "1980-03", "1980-01-01", "1990-05-06")
)


@given(
    st.text("abdehilnorsuvyzkcfgjmptqwx019", min_size=1, max_size=23)
    | st.lists(st.sampled_from(SPELT), min_size=1, max_size=5).map("".join)
)
def test_letters_become_the_same_units(form: str) -> None:
    out = np.zeros(48, np.uint8)

    length = write_units(np.frombuffer(form.encode(), np.uint8), len(form), out)

    assert out[:length].tobytes().decode() == encode(form)


@given(names, names)
def test_two_names_weigh_the_same(one: str, other: str) -> None:
    first, second = parse_name(one), parse_name(other)
    if not first.tokens or not second.tokens:
        return

    assert NATIVE.name_bits(TABLE, first, second) == pytest.approx(SCORER.name_bits(first, second), abs=1e-9)


@given(st.lists(words, min_size=1, max_size=5).map(" ".join))
def test_no_name_weighs_more_in_a_base_than_is_taken_for_granted(text: str) -> None:
    name = parse_name(text)
    if not name.tokens:
        return
    person = prepare(Person(names=(text,)))

    assert SCORER.compare(person, person, Base(1 << 20)).evidence_mbit <= NATIVE.most_bits * 1000


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> FileBase:
    chance = random.Random(20_266)
    persons = [_person(chance) for _ in range(600)]
    folder = tmp_path_factory.mktemp("base")
    build_base(folder, [Stated(id=str(number), person=person) for number, person in enumerate(persons)])
    return FileBase(folder)


def _person(chance: random.Random) -> Person:
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    date = f"19{chance.randrange(60, 64)}-0{chance.randrange(1, 5)}-0{chance.randrange(1, 10)}"
    return Person(names=(name,), birth_dates=chance.choice(((date,), (date,), (date[:4],), (date[:7],), ())))


def test_the_row_of_a_plain_name_weighs_what_its_person_does(base: FileBase) -> None:
    persons = base.index.persons
    scorer, rows = base.scorer(), np.arange(persons.size, dtype=np.int64)
    asked = prepare(Person(names=("Anna Maria Petrov",), birth_dates=("1961-03-04",)))
    encoded = scorer.asked([asked])
    assert encoded is not None

    evidence, sure = scorer.score(encoded, np.zeros(len(rows), np.int64), rows)

    exact = [row for row in rows.tolist() if sure[row] == EXACT]
    assert exact
    for row in exact:
        held = base.people[int(persons.rows.numbers[row])].person
        told = SCORER.compare(asked, prepare(held), Base(base.persons))
        assert evidence[row] * 1000 == pytest.approx(told.evidence_mbit, abs=6)


def test_whoever_is_in_a_band_is_found_by_the_short_way_too(base: FileBase) -> None:
    chance = random.Random(7)

    for _ in range(150):
        person = _person(chance)
        short, whole = base.search(person), base.search(person, weak=True)
        told = [(hit.number, hit.weighed) for hit in whole.hits if hit.weighed.band is not Band.NO_HIT]
        assert [(hit.number, hit.weighed) for hit in short.hits] == told


def test_many_at_once_find_whom_each_alone_finds(base: FileBase) -> None:
    model = default_model()
    costs = msgspec.structs.replace(model.costs, miss=1)
    folder = base.folder
    strict = FileBase(folder, Weigher(msgspec.structs.replace(model, costs=costs)))
    chance = random.Random(11)
    persons = [Person(names=("",)), *(_person(chance) for _ in range(300)), Person(names=("Petrov",), papers=())]
    quick = [one for one in persons if len(one.birth_dates) == 1 and strict.is_agreeing(prepare(one))]

    many = list(search_many(strict, persons))

    assert quick
    assert isinstance(many[0], BadInput)
    for person, found in zip(persons[1:], many[1:], strict=True):
        assert isinstance(found, FileFound)
        assert found == strict.search(person)
        if strict.is_agreeing(prepare(person)):
            whole = strict.search(person, weak=True).hits
            near = {hit.number for hit in whole if hit.weighed.band is not Band.NO_HIT}
            assert near <= {hit.number for hit in found.hits}
    assert any(isinstance(found, FileFound) and found.hits for found in many)
