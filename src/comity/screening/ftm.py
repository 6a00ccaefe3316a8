"""followthemoney entities in and out: persons as OpenSanctions' tools write them (schema Person)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from comity.core.errors import BadInput
from comity.core.personal import Personal
from comity.screening.records import Paper, Person

PERSONS: Final = frozenset({"Person", "LegalEntity"})
_SEXES: Final = {"male": "M", "female": "F", "m": "M", "f": "F"}
_NAMES: Final = ("name", "alias", "previousName")
_PAPERS: Final = ("passportNumber", "idNumber", "taxNumber")
_COUNTRIES: Final = ("nationality", "citizenship", "country")


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """An entity: its schema and properties, each a list of texts. Properties that are not compared are left alone."""

    schema: str = "Person"
    id: str = ""
    properties: Annotated[dict[str, tuple[str, ...] | str], Personal]


def person_of(entity: Entity, *, field: str = "$") -> Person:
    """Return the person that an entity states. Raises `BadInput` `entity.not-a-person`."""
    if entity.schema not in PERSONS:
        raise BadInput(
            "entity.not-a-person", "Only persons are compared.", field=f"{field}.schema", remedy="Send a Person."
        )
    held = {key: (values,) if isinstance(values, str) else values for key, values in entity.properties.items()}
    names = [text for key in _NAMES for text in held.get(key, ())]
    first, last = " ".join(held.get("firstName", ())), " ".join(held.get("lastName", ()))
    if last:
        names.append(f"{last}, {first}" if first else last)
    sexes = {_SEXES.get(text.lower(), "") for text in held.get("gender", ())} - {""}
    return Person(
        names=tuple(dict.fromkeys(names)),
        birth_dates=tuple(text[:10] for text in held.get("birthDate", ())),
        countries=tuple(dict.fromkeys(text for key in _COUNTRIES for text in held.get(key, ()))),
        sex=sexes.pop() if len(sexes) == 1 else "",
        papers=tuple(Paper(number=text) for key in _PAPERS for text in held.get(key, ())),
    )


def entity_of(person: Person, identifier: str = "") -> Entity:
    """Return a person as an entity."""
    properties: dict[str, tuple[str, ...]] = {"name": person.names[:1], "alias": person.names[1:]}
    properties["birthDate"] = person.birth_dates
    properties["nationality"] = person.countries
    properties["gender"] = ({"M": "male", "F": "female"}[person.sex],) if person.sex else ()
    properties["idNumber"] = tuple(paper.number for paper in person.papers)
    return Entity(id=identifier, properties={key: values for key, values in properties.items() if values})
