"""Names by sound: one character for each letter or group of letters that stands for one sound.

Spelling varies by such units (`sh` for `sch`, `kh` for `h`), so edit costs are learnt and paid for them. The code is
internal: capital letters stand for groups, nothing is shown to a person in it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_CACHE: Final = 1 << 17

# Longest first. Groups that mean one sound in some romanisation get one character; which of them equal which is learnt.
GROUPS: Final = (
    ("shch", "Q"), ("tsch", "C"), ("dsch", "J"), ("dzh", "J"), ("sch", "S"), ("tch", "C"), ("ch", "C"), ("sh", "S"),
    ("zh", "Z"), ("kh", "K"), ("gh", "G"), ("th", "T"), ("dh", "D"), ("ph", "f"), ("ts", "X"), ("tz", "X"), ("cz", "C"),
    ("sz", "W"), ("dj", "J"), ("ck", "k"), ("qu", "Y"), ("ks", "x"), ("ou", "U"), ("oo", "U"),
)  # fmt: skip
# Whole endings that several romanisations of one alphabet write in ever new ways: one character each.
_ENDINGS: Final = (
    (r"(?<=.)(?:iy|y|i|j)?[oe]v[iy](?:ch|c)$", "P"), (r"(?<=.)(?:iy|y|i|j)?(?:ov|ev|iv)n[ae]$", "N"),
    (r"(?<=..)(?:aya|aia|aja)$", "A"), (r"(?<=..)(?:iy|ij|yi|ii|yj|ey|ei|i)$", "y"), (r"(?<=[oe])(?:ff|w)$", "v"),
    (r"(?<=[aeiou])h$", "H"),
)  # fmt: skip
_STARTS: Final = (
    (r"^abd(?:[aeou]l|[aeu]r(?=r)|[aeu]s(?=s)|[aeu]z(?=z)|[aeu]n(?=n))", "9"),
    (r"^[ae]l(?=[b-df-hj-km-np-tv-z])(?=.{4})", "0"),
)
_PATTERN: Final = re.compile("|".join(f"({rule})" for rule, _ in (*_STARTS, *_ENDINGS, *GROUPS)))
_RULES: Final = tuple(code for _, code in (*_STARTS, *_ENDINGS, *GROUPS))
_DOUBLED: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=_CACHE)
def encode(form: str) -> str:
    """Return a word of the letters a-z as units; doubled letters count once."""
    return _DOUBLED.sub(r"\1", _PATTERN.sub(_code, form))


def _code(found: re.Match[str]) -> str:
    return _RULES[(found.lastindex or 1) - 1]
