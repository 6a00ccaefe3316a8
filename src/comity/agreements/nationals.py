"""Whose nationals are no third-country nationals: a fact of law that lists and lanes both stand on."""

from __future__ import annotations

from typing import Final

_UNION: Final = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE"
)
_ASSOCIATED: Final = "ISL LIE NOR CHE"
NOT_THIRD_COUNTRY: Final = frozenset((*_UNION.split(), *_ASSOCIATED.split()))
"""Nationals of the Union and of the associated States: no third-country nationals (Reg (EU) 2018/1861 Art 3(4)).

The same States' nationals enjoy free movement (Reg (EU) 2016/399 Art 2(5); the second from memory).
"""
