"""Codes of parties and nationalities: ISO 3166-1 alpha-3 inside, alpha-2 only at readers.

Where ISO has no code, the one of ICAO Doc 9303-3 section 5 is used. Germany is `DEU` here; the `D` of machine-readable
zones is mapped by the reader of those.
"""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NewType

import msgspec

from comity.core.codes_table import ICAO_9303_3, ISO_3166_1
from comity.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

PartyCode = NewType("PartyCode", str)
"""Three capitals that name a state, territory or organisation which can be a party."""
NationalityCode = NewType("NationalityCode", str)
"""Three capitals that can stand as a person's nationality in a travel document."""


class PartyKind(enum.Enum):
    """What a code names, and so where it may stand."""

    STATE = "state"
    """A state or territory: party, issuer and nationality."""
    ORGANISATION = "organisation"
    """An international organisation: party, issuer and, on its laissez-passer, in the place of a nationality."""
    BRITISH = "british"
    """A kind of British nationality: nationality only, the party is GBR."""
    PERSON = "person"
    """A legal position in the place of a nationality: stateless, refugee, unspecified, UNMIK document."""
    SPECIMEN = "specimen"
    """Utopia, in specimen documents only."""


class CodeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One code with its English short name; `alpha2` only where ISO 3166-1 has one."""

    code: str
    kind: PartyKind
    name: str
    alpha2: str | None = None


def _entries() -> Mapping[str, CodeEntry]:
    entries: dict[str, CodeEntry] = {}
    for line in ISO_3166_1.splitlines():
        code, alpha2, name = line.split(" ", 2)
        entries[code] = CodeEntry(code=code, alpha2=alpha2, name=name, kind=PartyKind.STATE)
    for line in ICAO_9303_3.splitlines():
        code, kind, name = line.split(" ", 2)
        entries[code] = CodeEntry(code=code, name=name, kind=PartyKind(kind))
    return MappingProxyType(entries)


CODES: Final = _entries()
"""Every known code by itself."""

_BY_ALPHA2: Final = {entry.alpha2: PartyCode(entry.code) for entry in CODES.values() if entry.alpha2}
_PARTIES: Final = frozenset(
    code for code, entry in CODES.items() if entry.kind in {PartyKind.STATE, PartyKind.ORGANISATION}
)


def parse_party(text: str, *, field: str = "$") -> PartyCode:
    """Read the code of a party; raises BadInput `codes.unknown-party`.

    Capitals only; kinds of nationality (`GBN`, `XXA`) and the specimen `UTO` are no parties.
    """
    if text not in _PARTIES:
        raise BadInput(
            "codes.unknown-party",
            "Not the code of a state or organisation.",
            field=field,
            remedy="Use ISO 3166-1 alpha-3 in capitals, such as DEU, or the organisation's code of ICAO Doc 9303-3.",
        )
    return PartyCode(text)


def parse_nationality(text: str, *, field: str = "$", specimens: bool = False) -> NationalityCode:
    """Read a nationality as travel documents carry it; raises BadInput.

    `codes.unknown-nationality`, or `codes.specimen` for `UTO` unless `specimens` are allowed.
    """
    entry = CODES.get(text)
    if entry is None:
        raise BadInput(
            "codes.unknown-nationality",
            "Not the code of a nationality.",
            field=field,
            remedy="Use ISO 3166-1 alpha-3 or ICAO Doc 9303-3 section 5; XXX where it is not known.",
        )
    if entry.kind is PartyKind.SPECIMEN and not specimens:
        raise BadInput("codes.specimen", "The code stands in specimen documents only.", field=field)
    return NationalityCode(text)


def party_from_alpha2(text: str, *, field: str = "$") -> PartyCode:
    """Turn an ISO 3166-1 alpha-2 code (`FR`) into the party's code; raises BadInput `codes.unknown-alpha2`."""
    code = _BY_ALPHA2.get(text)
    if code is None:
        raise BadInput("codes.unknown-alpha2", "Not an ISO 3166-1 alpha-2 code in capitals.", field=field)
    return code


def party_of_nationality(nationality: NationalityCode) -> PartyCode | None:
    """Name the party that answers for a nationality; None where none does (stateless, refugee, unspecified)."""
    kind = CODES[nationality].kind
    if kind is PartyKind.BRITISH:
        return PartyCode("GBR")
    return PartyCode(nationality) if nationality in _PARTIES else None


def name_of(code: str) -> str:
    """Give the English short name of a code that was parsed; an unknown code names itself."""
    entry = CODES.get(code)
    return entry.name if entry else code
