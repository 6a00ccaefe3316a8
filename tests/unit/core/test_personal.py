from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.personal import REDACTED, Personal, personal_paths, redact


class Name(msgspec.Struct, frozen=True, kw_only=True):
    surname: Annotated[str, Personal]
    language: str


class Traveller(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    born: Annotated[str, Personal] | None = None
    names: tuple[Name, ...] = ()
    aliases: tuple[Name, ...] | None = None
    nicknames: Annotated[tuple[str, ...], Personal] = ()
    chosen: Name | None = None


SYNTHETIC = Traveller(
    id="t1",
    born="1980-01-01",
    names=(Name(surname="Testmann", language="de"),),
    nicknames=("Testy",),
    chosen=Name(surname="Probe", language="fr"),
)


def test_every_marked_value_at_any_depth_is_replaced_and_nothing_else() -> None:
    assert redact(SYNTHETIC) == {
        "id": "t1",
        "born": REDACTED,
        "names": [{"surname": REDACTED, "language": "de"}],
        "aliases": None,
        "nicknames": REDACTED,
        "chosen": {"surname": REDACTED, "language": "fr"},
    }


def test_the_places_of_personal_data_can_be_listed() -> None:
    assert personal_paths(Traveller) == (
        "$.born",
        "$.names[].surname",
        "$.aliases[].surname",
        "$.nicknames",
        "$.chosen.surname",
    )
