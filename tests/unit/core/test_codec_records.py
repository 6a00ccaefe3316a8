from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from typing import Annotated, Any, Literal

import msgspec
import pytest

from comity.core.codec import decode_as
from comity.core.codec_problems import refuse_content
from comity.core.errors import BadInput

# Stands for a value about a person.
SECRET = "Mustermann"


class Colour(enum.Enum):
    RED = "red"


class Rank(enum.IntEnum):
    FIRST = 1


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    surname: str
    given: tuple[str, ...] = ()


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    names: tuple[Name, ...]
    born: int | None = None


class Tagged(msgspec.Struct, tag="one"):
    size: int = 0


class OtherTagged(msgspec.Struct, tag="two"):
    size: int = 0


class Row(msgspec.Struct, array_like=True):
    first: int
    second: int = 0


class Checked(msgspec.Struct):
    name: str

    def __post_init__(self) -> None:
        message = f"{self.name} is not welcome"
        raise ValueError(message)


class Open(msgspec.Struct):
    known: int


def refusal(document: str, kind: Any) -> BadInput:  # noqa: ANN401 - msgspec reads annotated types and unions too
    with pytest.raises(BadInput) as caught:
        decode_as(document.encode(), kind)
    return caught.value


TEXT = f'"{SECRET}"'
CASES: list[tuple[str, Any, str, str]] = [
    (TEXT, int, "codec.wrong-type", "$"),
    (TEXT, int | None, "codec.wrong-type", "$"),
    (
        f'{{"names":[{{"surname":"x","given":["y",{{"{SECRET}":1}}]}}]}}',
        Person,
        "codec.wrong-type",
        "$.names[0].given[1]",
    ),
    (f'{{"names":[],"{SECRET}":1}}', Person, "codec.unknown-field", "$"),
    (f'{{"names":[{{"surname":"x","{SECRET}":1}}]}}', Person, "codec.unknown-field", "$.names[0]"),
    (f'{{"names":[{{"given":[{TEXT}]}}]}}', Person, "codec.missing-field", "$.names[0].surname"),
    ("{}", Person, "codec.missing-field", "$.names"),
    (f'{{"{SECRET}":"{SECRET}"}}', dict[str, int], "codec.wrong-type", "$[...]"),
    (f'{{"{SECRET}":1}}', dict[int, int], "codec.wrong-type", "$"),
    (f'{{"{SECRET}":1}}', dict[Colour, int], "codec.unknown-value", "$"),
    (TEXT, Colour, "codec.unknown-value", "$"),
    ("77", Rank, "codec.unknown-value", "$"),
    (TEXT, Literal["a"], "codec.unknown-value", "$"),
    ("77", Literal[1], "codec.unknown-value", "$"),
    (f'{{"type":"{SECRET}"}}', Tagged | OtherTagged, "codec.unknown-value", "$.type"),
    ("{}", Tagged | OtherTagged, "codec.missing-field", "$.type"),
    ("[]", Row, "codec.wrong-length", "$"),
    ("[1]", tuple[int, int], "codec.wrong-length", "$"),
    ("[1]", Annotated[tuple[int, ...], msgspec.Meta(min_length=2)], "codec.wrong-length", "$"),
    ("[1]", Annotated[list[int], msgspec.Meta(max_length=0)], "codec.wrong-length", "$"),
    (TEXT, Annotated[str, msgspec.Meta(max_length=2)], "codec.wrong-length", "$"),
    (TEXT, Annotated[str, msgspec.Meta(min_length=99)], "codec.wrong-length", "$"),
    ('"AA=="', Annotated[bytes, msgspec.Meta(min_length=9)], "codec.wrong-length", "$"),
    ("{}", Annotated[dict[str, int], msgspec.Meta(min_length=1)], "codec.wrong-length", "$"),
    (TEXT, Annotated[str, msgspec.Meta(pattern="^[`\n']$")], "codec.pattern", "$"),
    ("77", Annotated[int, msgspec.Meta(le=2)], "codec.out-of-bounds", "$"),
    ("77", Annotated[int, msgspec.Meta(lt=2)], "codec.out-of-bounds", "$"),
    ("-77", Annotated[int, msgspec.Meta(ge=2)], "codec.out-of-bounds", "$"),
    ("77", Annotated[int, msgspec.Meta(multiple_of=2)], "codec.out-of-bounds", "$"),
    ("77.5", Annotated[float, msgspec.Meta(gt=99)], "codec.out-of-bounds", "$"),
    ("77.5", Annotated[float, msgspec.Meta(multiple_of=2)], "codec.out-of-bounds", "$"),
    (TEXT, bytes, "codec.bad-format", "$"),
    (TEXT, dt.datetime, "codec.bad-format", "$"),
    (TEXT, dt.date, "codec.bad-format", "$"),
    (TEXT, dt.time, "codec.bad-format", "$"),
    (TEXT, dt.timedelta, "codec.bad-format", "$"),
    ('"P1Y"', dt.timedelta, "codec.bad-format", "$"),
    (TEXT, uuid.UUID, "codec.bad-format", "$"),
    (TEXT, decimal.Decimal, "codec.bad-format", "$"),
    ('"2020-01-01T00:00:00"', Annotated[dt.datetime, msgspec.Meta(tz=True)], "codec.bad-format", "$"),
    ('"2020-01-01T00:00:00Z"', Annotated[dt.datetime, msgspec.Meta(tz=False)], "codec.bad-format", "$"),
    (f'{{"name":"{SECRET}"}}', Checked, "codec.invalid", "$"),
    (f'[{{"name":"{SECRET}"}}]', list[Checked], "codec.invalid", "$[0]"),
]


@pytest.mark.parametrize(("document", "kind", "code", "field"), CASES)
def test_each_kind_of_wrong_content_is_told_by_place_and_rule(
    document: str,
    kind: Any,  # noqa: ANN401 - msgspec reads annotated types and unions too
    code: str,
    field: str,
) -> None:
    error = refusal(document, kind)

    assert (error.code, error.problems[0].field) == (code, field)


@pytest.mark.parametrize(("document", "kind"), [case[:2] for case in CASES])
def test_no_refusal_of_content_holds_the_value(
    document: str,
    kind: Any,  # noqa: ANN401 - msgspec reads annotated types and unions too
) -> None:
    error = refusal(document, kind)
    told = f"{error} {error.message} {error.remedy} {error.problems} {error.__cause__}"

    assert SECRET not in told
    assert "77" not in told
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    "words",
    [
        "Integer value out of range",
        "Number out of range",
        "Duration is out of range",
        "Timestamp is out of range ",
    ],
)
def test_numbers_out_of_range_are_told_under_one_code(words: str) -> None:
    error = refuse_content(msgspec.ValidationError(f"{words} - at `$.a[3]`"))

    assert (error.code, error.problems[0].field) == ("codec.number-out-of-range", "$.a[3]")


@pytest.mark.parametrize(
    "name", [f"x` - at `$.{SECRET} {SECRET}", f"` - at `$.a` {SECRET}", f"`, got `{SECRET}", f"\n{SECRET}"]
)
def test_a_field_name_made_to_look_like_a_message_is_not_repeated(name: str) -> None:
    document = msgspec.json.encode({"names": [], name: 1}).decode()

    error = refusal(document, Person)

    assert error.code == "codec.unknown-field"
    assert SECRET not in f"{error}"


def test_words_of_a_library_to_come_are_not_passed_on() -> None:
    error = refuse_content(msgspec.ValidationError(f"Surprising value {SECRET} - at `$.a`"))

    assert (error.code, error.message) == ("codec.invalid", "Value breaks a rule of its record.")


def test_a_record_is_read_with_its_own_types_and_no_coercion() -> None:
    person = decode_as(b'{"names":[{"given":["Anna"],"surname":"Muster"}],"born":1980}', Person)

    assert person == Person(names=(Name(surname="Muster", given=("Anna",)),), born=1980)
    assert refusal('{"names":[],"born":"1980"}', Person).code == "codec.wrong-type"
    assert refusal('{"names":[],"born":true}', Person).code == "codec.wrong-type"


def test_what_a_record_skips_is_still_read_strictly() -> None:
    assert decode_as(b'{"known":1,"more":[2]}', Open) == Open(known=1)
    assert refusal('{"known":1,"more":{"a":1,"a":2}}', Open).code == "codec.duplicate-key"
    assert refusal('{"known":1,"more":"\\ud800 and more"}', Open).code == "codec.lone-surrogate"
    assert refusal('{"known":1,"more":1e999}', Open).code == "codec.number-out-of-range"


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**63, 10**40])
def test_an_integer_that_others_could_not_keep_is_refused_with_its_place(number: int) -> None:
    with pytest.raises(BadInput) as refused:
        decode_as(b'{"a":[{"b":%d}]}' % number, dict[str, list[dict[str, int]]])

    assert refused.value.code == "codec.integer-range"
    assert [problem.field for problem in refused.value.problems] == ["$.a[0].b"]


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Annotated[str, msgspec.Meta(max_length=3)], b'"four"', "At most 3 characters."),
        (Annotated[str, msgspec.Meta(min_length=2)], b'"a"', "At least 2 characters."),
        (Annotated[int, msgspec.Meta(le=1000)], b"1001", "At most 1000."),
        (Annotated[int, msgspec.Meta(ge=-3)], b"-4", "At least -3."),
        (Annotated[tuple[int, ...], msgspec.Meta(max_length=1)], b"[1,2]", "At most 1 entries."),
        (Annotated[str, msgspec.Meta(pattern="^[A-Z]$")], b'"secret"', "Text is not written as it must be here."),
    ],
)
def test_a_bound_is_told_in_words_without_the_value(kind: object, text: bytes, told: str) -> None:
    record = msgspec.defstruct("Bounded", [("place", kind)])

    with pytest.raises(BadInput) as refusal:
        decode_as(b'{"place":' + text + b"}", record)

    assert [(one.field, one.message) for one in refusal.value.problems] == [("$.place", told)]
