"""The score: sums that reproduce, dates that weigh what chance leaves them, bands that follow from costs."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.core.personal import personal_paths
from comity.screening.model import default_model, digest_of
from comity.screening.model.records import Costs
from comity.screening.names.records import Name, Token
from comity.screening.records import Band
from comity.screening.score import Base, Paper, Person, Prepared, Scored, Scorer, bands_of, prepare
from comity.screening.score.dates import BirthDate, DateRelation, DateWeights, parse_birth_date, relate
from comity.screening.score.records import Feature

SCORER = Scorer(default_model())
BASE = Base(6500)


def bits(one: Person, other: Person, base: Base | None = None) -> float:
    return SCORER.compare(prepare(one), prepare(other), base).evidence_mbit / 1000


def named(*names: str, born: str = "", country: str = "", sex: str = "") -> Person:
    return Person(names=names, birth_dates=(born,) if born else (), countries=(country,) if country else (), sex=sex)


NAMES = st.lists(
    st.sampled_from(
        [
            "Ivan",
            "Petrov",
            "Muhammad",
            "Ali",
            "Иван",
            "محمد",
            "习近平",
            "김정은",
            "Sergeevich",
            "Abdul",
            "Rahman",
            "J",
            "García",
        ]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(NAMES, NAMES, st.sampled_from(["", "1970", "1970-05-04", "1970-04-05", "1965/1975"]), st.booleans())
@settings(max_examples=150)
def test_the_weights_reproduce_the_evidence(one: str, other: str, born: str, whole: bool) -> None:
    scored = SCORER.compare(
        prepare(named(one, born=born, country="FRA")),
        prepare(named(other, born="1970-05-04", country="DEU", sex="F")),
        BASE if whole else None,
    )

    assert scored.evidence_mbit == sum(feature.weight_mbit for feature in scored.features)


@given(NAMES, NAMES)
@settings(max_examples=80)
def test_the_same_question_gives_the_same_answer_from_a_fresh_scorer(one: str, other: str) -> None:
    assert Scorer(default_model()).compare(prepare(named(one)), prepare(named(other))) == SCORER.compare(
        prepare(named(one)), prepare(named(other))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sergei Aksenov", "Sergey Aksyonov"),
        ("Владимир Медведев", "Vladimir Medvedev"),
        ("محمد يوسف خليل", "Mohammad Yusuf Khalil"),
        ("金正日", "Kim Jong Il"),
        ("MUELLER<<HANS<PETER<<<<<<", "Hans-Peter Müller"),
        ("Abd al-Rahman al-Zarqawi", "Abdulrahman Zarqawi"),
        ("Gabriel José García Márquez", "GARCIA MARQUEZ, Gabriel"),
    ],
)
def test_one_name_in_two_writings_is_evidence(one: str, other: str) -> None:
    assert bits(named(one), named(other)) > default_model().threshold / 1000


def test_other_names_are_none() -> None:
    assert bits(named("Sergei Aksenov"), named("Maria Fernandez")) < default_model().threshold / 1000


def test_nearer_spelling_never_weighs_less() -> None:
    exact = bits(named("Tariq Anwar Haddad"), named("Tariq Anwar Haddad"))
    near = bits(named("Tarik Anwar Haddad"), named("Tariq Anwar Haddad"))
    far = bits(named("Tariq Omar Najjar"), named("Tariq Anwar Haddad"))

    assert exact >= near > far


def test_several_names_in_one_field_are_tried_each() -> None:
    several = named("Anwar Haddad; Olga Smirnova (doubtful)")

    assert bits(several, named("Olga Smirnova")) > default_model().threshold / 1000


# --- dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("1970-05-04", "1970-05-04", DateRelation.SAME),
        ("1970-01-01", "1970-01-01", DateRelation.NEW_YEAR),
        ("1970-05-04", "1970-04-05", DateRelation.SWAPPED),
        ("1970-05-04", "1970-01-01", DateRelation.YEAR),
        ("1970-05", "1970-05-04", DateRelation.MONTH),
        ("1970", "1970-05-04", DateRelation.YEAR),
        ("1965/1975", "1970-05-04", DateRelation.WITHIN),
        ("1965/1975", "1977", DateRelation.NEAR_YEAR),
        ("1970-05-04", "1970-05-14", DateRelation.DIGIT),
        ("1970-05-04", "1980-05-04", DateRelation.DIGIT),
        ("1970-05-04", "1970-11-23", DateRelation.SAME_YEAR),
        ("1970-05-04", "1971-11-23", DateRelation.NEAR_YEAR),
        ("1970-05-04", "1955-11-23", DateRelation.DIFFERS),
    ],
)
def test_dates_stand_in_one_relation(one: str, other: str, relation: DateRelation) -> None:
    assert relate(parse_birth_date(one), parse_birth_date(other)) is relation
    assert relate(parse_birth_date(other), parse_birth_date(one)) is relation


def test_rarer_coincidences_weigh_more() -> None:
    weights = DateWeights(default_model().dates)
    date = parse_birth_date("1970-05-04")

    def weight(relation: DateRelation, statements: int = 1) -> float:
        return weights.weight(relation, date, date, statements)

    order = [DateRelation.SAME, DateRelation.SWAPPED, DateRelation.YEAR, DateRelation.SAME_YEAR, DateRelation.DIFFERS]
    assert [weight(relation) for relation in order] == sorted(map(weight, order), reverse=True)
    assert weight(DateRelation.NEW_YEAR) < weight(DateRelation.SAME)
    assert weight(DateRelation.SAME, 4) < weight(DateRelation.SAME)


def test_a_wide_range_weighs_less_than_a_narrow_one() -> None:
    held = named("Anwar Haddad", born="1970-05-04")

    narrow = bits(named("Anwar Haddad", born="1969/1971"), held)
    wide = bits(named("Anwar Haddad", born="1950/1990"), held)

    assert narrow > wide


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1970-02-30", "date.impossible"),
        ("1970-13", "date.impossible"),
        ("0000", "date.impossible"),
        ("1990/1980", "date.impossible"),
        ("soon", "date.unreadable"),
        ("", "date.unreadable"),
        ("2999-01-01", "date.future"),
    ],
)
def test_impossible_and_future_dates_are_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_birth_date(text, latest_year=2026)

    assert refused.value.code == code


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_a_typed_error(text: str) -> None:
    outcome: object
    try:
        outcome = parse_birth_date(text)
    except BadInput as refused:
        outcome = refused.code

    assert isinstance(outcome, BirthDate) or outcome in {"date.unreadable", "date.impossible"}


# --- other fields ------------------------------------------------------------------------------------------------


def test_nationality_counts_by_agreement_alone() -> None:
    held, other = named("Anwar Haddad", country="SYR"), named("Anwar Haddad", country="NOR")

    assert bits(named("Anwar Haddad", country="SYR"), held) == bits(named("Anwar Haddad", country="NOR"), other)
    assert bits(named("Anwar Haddad", country="SYR"), other) == bits(named("Anwar Haddad", country="NOR"), held)
    assert bits(named("Anwar Haddad", country="SYR"), held) > bits(named("Anwar Haddad", country="NOR"), held)


def test_an_unknown_country_says_nothing_and_is_flagged() -> None:
    asked = prepare(named("Anwar Haddad", country="Atlantis"))

    assert "country.unknown" in asked.flags
    assert bits(named("Anwar Haddad", country="Atlantis"), named("Anwar Haddad", country="SYR")) == bits(
        named("Anwar Haddad"), named("Anwar Haddad")
    )


def test_a_document_alone_is_strong_evidence() -> None:
    asked = Person(names=(), papers=(Paper(number="SYN 123-456", country="FRA"),))
    held = Person(names=("Anwar Haddad",), papers=(Paper(number="syn123456", country="FRA"),))

    assert [feature.code for feature in SCORER.compare(prepare(asked), prepare(held)).features] == ["document.same"]
    assert bits(asked, held) > 20


def test_nobody_without_name_and_document_can_be_compared() -> None:
    with pytest.raises(BadInput) as refused:
        prepare(named("FNU LNU", "XXX"))

    assert refused.value.code == "name.no-words"


# --- base, bands, model ------------------------------------------------------------------------------------------


def test_an_equal_date_alone_is_no_hit_in_a_base() -> None:
    scored = SCORER.compare(
        prepare(named("Anwar Haddad", born="1970-05-04")), prepare(named("Olga Smirnova", born="1970-05-04")), BASE
    )

    assert bands_of(default_model().costs, BASE).band(scored.evidence_mbit) is Band.NO_HIT


def test_an_equal_name_with_an_equal_date_is_a_hit_in_a_base() -> None:
    scored = SCORER.compare(
        prepare(named("Khalid Anwar Haddad", born="1970-05-04")),
        prepare(named("Khalid Anwar Haddad", born="1970-05-04")),
        BASE,
    )

    assert bands_of(default_model().costs, BASE).band(scored.evidence_mbit) is not Band.NO_HIT


@given(st.integers(min_value=1, max_value=10**8), st.integers(min_value=1, max_value=10**8))
def test_a_larger_base_never_needs_less_evidence(one: int, other: int) -> None:
    few, many = (bands_of(default_model().costs, Base(size)) for size in sorted((one, other)))

    assert few.second_line <= many.second_line
    assert few.probable <= many.probable
    assert few.second_line <= few.probable


def test_dearer_misses_ask_for_less_evidence() -> None:
    costs = default_model().costs
    dearer = Costs(
        miss=costs.miss * 10,
        false_probable=costs.false_probable,
        missed_probable=costs.missed_probable,
        listed=costs.listed,
    )

    assert bands_of(dearer, BASE).second_line < bands_of(costs, BASE).second_line


def test_the_probability_follows_prior_and_evidence() -> None:
    scored = Scored(evidence_mbit=3000, features=(Feature(code="x", inputs=(), weight_mbit=3000),))

    assert scored.probability(-3000) == pytest.approx(0.5)
    assert scored.probability(-(10**9)) == pytest.approx(0.0)
    assert scored.probability(10**9) == pytest.approx(1.0)


def test_the_model_holds_no_words_but_codes_of_units() -> None:
    model = default_model()

    keys = [key for spelling in model.writings.values() for key in spelling.edits]
    assert max(map(len, keys)) <= 3
    assert max(map(len, model.origins.letters)) <= 2
    assert len(digest_of(model)) == 64


@pytest.mark.parametrize("record", [Token, Name, Prepared, Person, Feature, Scored])
def test_no_record_has_a_place_for_the_origin_of_a_name(record: type[msgspec.Struct]) -> None:
    fields = " ".join(field.name for field in msgspec.structs.fields(record))

    assert not {"origin", "class", "ethnicity", "tradition"} & set(fields.replace("_", " ").split())


def test_no_explanation_tells_the_origin_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from comity.screening.score import rarity  # noqa: PLC0415 - the place where the origin is guessed

    seen: list[object] = []
    guess = rarity.Rarity.of_both

    def watched(self: rarity.Rarity, ones: object, others: object) -> tuple[list[float], list[float]]:
        found = guess(self, ones, others)  # type: ignore[arg-type] # handed on as they came
        seen.append(found)
        return found

    monkeypatch.setattr(rarity.Rarity, "of_both", watched)
    scorer = Scorer(default_model())
    scored = scorer.compare(prepare(named("Sergei Ivanov")), prepare(named("Sergey Ivanow")))

    assert seen
    assert all(isinstance(number, float) for pair in seen for side in pair for number in side)  # type: ignore[attr-defined]
    told = msgspec.json.encode(scored).decode()
    assert not any(word in told for word in ("slavic", "arabic", "chinese", "latin", "origin"))


def test_everything_personal_of_a_person_is_marked() -> None:
    assert {"$.names", "$.birth_dates", "$.countries", "$.sex"} <= {
        path.removesuffix("[]") for path in personal_paths(Person)
    }
