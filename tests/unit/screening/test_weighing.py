"""Whom a search found is weighed: what counts, what is left out and said, and what never enters or leaves a weight."""

from __future__ import annotations

import msgspec
import pytest

from comity.core import codec
from comity.core.time import CivilDate
from comity.screening.records import (
    Band,
    Evidence,
    Probe,
    Subject,
    SubjectDocument,
    SubjectName,
    SubjectObject,
    Weighed,
)
from comity.screening.rules import compare
from comity.screening.weighing import Weighing, base_of, shipped_weigher

DAY = CivilDate("2026-11-25")
BORN = "1970-03-04"
# Of every group of names that the model tells apart; none of these words may leave it.
GROUPS = ("arab", "slav", "chin", "latin", "hispan", "persian", "turk", "korea", "japan", "india", "origin", "class")


def ask(surname: str, forenames: str = "", born: str | None = BORN, nationality: str | None = None) -> Probe:
    names = (SubjectName(surname=surname, forenames=forenames),) if surname else ()
    return Probe(on=DAY, names=names, birth_date=born, nationality=nationality)


def held(surname: str, forenames: str = "", born: str = BORN) -> Subject:
    return Subject(category="ARR", names=(SubjectName(surname=surname, forenames=forenames),), birth_dates=(born,))


def weigh(probe: Probe, subject: Subject, entries: int = 100_000) -> Weighed | None:
    return Weighing(probe, lambda: entries).weigh(subject, compare(probe, subject))


def sure(weighed: Weighed | None) -> Weighed:
    assert weighed is not None
    return weighed


def test_the_lines_add_up_to_the_evidence_and_give_the_probability() -> None:
    weighed = sure(weigh(ask("Mustermann", "Erika", nationality="DEU"), held("Musterman", "Erika")))

    assert sum(line.weight_mbit for line in weighed.lines) == weighed.evidence_mbit
    odds = 2 ** ((weighed.evidence_mbit + weighed.prior_mbit) / 1000)
    assert weighed.probability_ppm == round(odds / (1 + odds) * 1_000_000)
    assert (weighed.persons, weighed.model) == (131_072, shipped_weigher().model.version)


def test_a_base_is_a_power_of_two_so_that_a_probability_does_not_move_with_each_entry() -> None:
    assert [base_of(count) for count in (0, 1024, 1025, 100_000)] == [1024, 1024, 2048, 131_072]


def test_the_same_agreement_is_worth_less_in_a_larger_base() -> None:
    probe, subject = ask("Mustermann", "Erika"), held("Mustermann", "Erika")

    small, large = sure(weigh(probe, subject, 1_000)), sure(weigh(probe, subject, 50_000_000))

    assert small.evidence_mbit == large.evidence_mbit
    assert small.probability_ppm > large.probability_ppm


def test_an_equal_person_is_probable_and_a_stranger_is_no_hit() -> None:
    probe = ask("Mustermann-Beispiel", "Erika Adelgunde")

    equal = held("Mustermann-Beispiel", "Erika Adelgunde")

    assert sure(weigh(probe, equal, 1000)).band is Band.PROBABLE
    assert sure(weigh(probe, held("Sample", "John", "1951-10-11"))).band is Band.NO_HIT


@pytest.mark.parametrize(
    ("surname", "forenames"),
    [
        ("\u0418\u0432\u0430\u043d\u043e\u0432", "\u0421\u0435\u0440\u0433\u0435\u0439"),
        ("\u0399\u03b2\u03b1\u03bd\u03cc\u03c6", "\u03a3\u03b5\u03c1\u03b3\u03ba\u03ad\u03b9"),
    ],
)
def test_a_name_in_another_script_is_found_by_its_weight_where_the_date_agrees(surname: str, forenames: str) -> None:
    probe, subject = ask("Ivanov", "Sergei"), held(surname, forenames)
    weighing = Weighing(probe, lambda: 10_000)

    found = weighing.accepts_across_scripts(subject, compare(probe, subject))
    stranger = weighing.accepts_across_scripts(
        held("\u041f\u0435\u0442\u0440\u043e\u0432", "\u041e\u043b\u0435\u0433"), compare(probe, subject)
    )
    other_day = held(surname, forenames, "1971-05-06")

    assert found is not None
    assert stranger is None
    assert weighing.accepts_across_scripts(other_day, compare(probe, other_day)) is None


def test_two_names_in_one_script_are_not_taken_for_two_scripts() -> None:
    probe, subject = ask("Ivanov", "Sergei"), held("Petrov", "Oleg")

    assert Weighing(probe, lambda: 10).accepts_across_scripts(subject, compare(probe, subject)) is None


def test_things_and_nobody_have_no_weight() -> None:
    thing = Subject(category="OBJ", names=(), objects=(SubjectObject(kind="plate", number="SYN 1"),))

    assert weigh(ask("", born=None), held("Mustermann")) is None
    assert weigh(ask("XXX", "FNU"), held("Mustermann")) is None
    assert weigh(ask("Mustermann"), thing) is None


def test_a_document_weighs_without_a_name() -> None:
    paper = SubjectDocument(country="UTO", number="SYN-1")
    probe = Probe(on=DAY, documents=(paper,))
    subject = msgspec.structs.replace(held("Mustermann"), documents=(paper,))

    assert [line.code for line in sure(weigh(probe, subject)).lines] == ["document.same"]


def test_what_cannot_be_read_on_record_is_left_out_and_said() -> None:
    subject = msgspec.structs.replace(
        held("Mustermann", "Erika"),
        names=(*held("Mustermann", "Erika").names, SubjectName(surname="x" * 2000)),
        birth_dates=(BORN, "1970-02-30", "about 1970"),
        nationalities=("Atlantis",),
    )

    weighed = sure(weigh(ask("Mustermann", "Erika"), subject))

    assert {"name.too-long", "date.impossible", "date.unreadable", "country.unknown"} <= set(weighed.flags)
    assert any(line.code == "birth-date.same-date" for line in weighed.lines)


def test_the_nearest_of_very_many_names_are_weighed() -> None:
    many = tuple(SubjectName(surname=f"Anyone{number}", forenames="Else") for number in range(90))
    subject = msgspec.structs.replace(held("x"), names=(*many, SubjectName(surname="Mustermann", forenames="Erika")))

    alone, among = (
        weigh(ask("Mustermann", "Erika"), held("Mustermann", "Erika")),
        weigh(ask("Mustermann", "Erika"), subject),
    )

    assert sure(alone).evidence_mbit == sure(among).evidence_mbit


def test_a_name_of_low_quality_weighs_where_nothing_else_led_there() -> None:
    low = SubjectName(surname="Mustermann", forenames="Erika", low_quality=True)
    subject = msgspec.structs.replace(held("Someone", "Else"), names=(SubjectName(surname="Someone"), low))

    weighed = sure(weigh(ask("Mustermann", "Erika"), subject))

    assert not any(line.code == "name.unrelated" for line in weighed.lines)


@pytest.mark.parametrize("record", [Weighed, Evidence, Subject, Probe], ids=lambda record: str(record.__name__))
def test_the_group_of_a_name_has_no_place_in_what_is_stored_shown_or_sent(record: type[msgspec.Struct]) -> None:
    names = codec.encode(msgspec.json.schema(record)).decode().lower()

    fields = set(record.__struct_fields__)
    assert not {field for field in fields if any(group in field for group in GROUPS)}
    assert "tradition" not in names


def test_a_weight_says_nothing_of_the_group_of_a_name() -> None:
    pairs = (
        (ask("al-Haddad", "Mohammed"), held("\u062d\u062f\u0627\u062f", "\u0645\u062d\u0645\u062f")),
        (ask("Kim", "Min Jun"), held("\uae40", "\ubbfc\uc900")),
        (ask("Garcia Lopez", "Maria"), held("Garc\u00eda L\u00f3pez", "Mar\u00eda")),
    )
    for probe, subject in pairs:
        told = codec.encode(sure(weigh(probe, subject))).decode().lower()
        assert not any(group in told for group in GROUPS)


@pytest.mark.parametrize(
    ("asked", "on_record", "codes"),
    [("F", "F", ["sex.same"]), ("F", "M", ["sex.differs"]), ("", "M", []), ("F", "", [])],
)
def test_sex_is_weighed_where_both_say_it(asked: str, on_record: str, codes: list[str]) -> None:
    probe = msgspec.structs.replace(ask("Mustermann", "Erika"), sex=asked)
    subject = msgspec.structs.replace(held("Mustermann", "Erika"), sex=on_record)

    lines = sure(weigh(probe, subject)).lines

    assert [line.code for line in lines if line.code.startswith("sex")] == codes
