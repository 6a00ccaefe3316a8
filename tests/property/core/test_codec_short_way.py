"""The short way to canonical bytes gives what the long way gives, or leaves the record to it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.codec import encode
from comity.core.codec_records import record_bytes
from comity.core.errors import BadInput

TEXTS = st.text(max_size=8) | st.sampled_from(("a,1.5", "[1e5", ":99999999999999999", "e\u0301", "\ud800", '"'))


class Colour(StrEnum):
    RED = "red"


class Inner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    z: str
    a: int = 0
    mark: Colour = Colour.RED


class Outer(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    number: int
    inner: tuple[Inner, ...]
    raw: bytes
    maybe: Inner | None
    facts: dict[str, str | int | bool]


class Loose(msgspec.Struct, frozen=True):
    anything: object


INNERS = st.builds(Inner, z=TEXTS, a=st.integers(-(2**54), 2**54))
OUTERS = st.builds(
    Outer,
    text=TEXTS,
    number=st.integers(-(2**65), 2**65) | st.sampled_from((2**53 - 1, 2**53, -(2**53), 10**15)),
    inner=st.lists(INNERS, max_size=2).map(tuple),
    raw=st.binary(max_size=6),
    maybe=st.none() | INNERS,
    facts=st.dictionaries(TEXTS, TEXTS | st.booleans() | st.integers(), max_size=2),
)


def told(write: Callable[[], bytes]) -> bytes | str:
    try:
        return write()
    except BadInput as error:
        return error.code


@given(OUTERS)
@example(Outer(text="a", number=2**53, inner=(), raw=b"", maybe=None, facts={}))
def test_a_record_has_the_bytes_of_the_long_way_or_its_refusal(record: Outer) -> None:
    plain = msgspec.to_builtins(record, builtin_types=(bytes,))

    assert told(lambda: encode(record)) == told(lambda: encode(plain))


@pytest.mark.parametrize("value", [float("nan"), 1.5, {"a": float("inf")}, [2.5]])
def test_what_a_type_does_not_settle_goes_the_long_way(value: object) -> None:
    record = Loose(value)

    assert record_bytes(record) is None
    with pytest.raises(BadInput) as refused:
        encode(record)
    assert refused.value.code == "codec.float"
