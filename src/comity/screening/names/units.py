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
_GROUPS: Final = (
    ("shch", "Q"), ("tsch", "C"), ("dzh", "J"), ("sch", "S"), ("tch", "C"), ("dsch", "J"),
    ("ch", "C"), ("sh", "S"), ("zh", "Z"), ("kh", "K"), ("gh", "G"), ("th", "T"), ("dh", "D"), ("ph", "F"),
    ("ts", "X"), ("tz", "X"), ("cz", "C"), ("sz", "W"), ("dj", "J"), ("ck", "k"), ("qu", "k"), ("gn", "N"), ("ny", "N"),
    ("ng", "H"), ("ou", "U"), ("oo", "U"), ("ee", "I"), ("ie", "E"), ("ei", "A"), ("ai", "B"), ("ay", "B"), ("ey", "A"),
    ("eo", "O"), ("eu", "V"), ("ae", "L"), ("oe", "M"), ("ue", "P"), ("ia", "R"), ("ya", "R"), ("iu", "Y"),
    ("yu", "Y"), ("io", "1"), ("yo", "1"), ("ij", "2"), ("iy", "2"), ("ii", "I"), ("yi", "2"),
    ("ks", "x"), ("au", "3"), ("aw", "3"), ("ow", "4"), ("oh", "5"), ("ah", "6"), ("eh", "7"), ("uh", "8"),
)  # fmt: skip
_CODES: Final = dict(_GROUPS)
_PATTERN: Final = re.compile(
    r"^abd(?:[aeou]l|[aeu]r(?=r)|[aeu]s(?=s)|[aeu]z(?=z)|[aeu]n(?=n))|^[ae]l(?=[b-df-hj-km-np-tv-z])(?=.{4})|"
    + "|".join(
        group + ("(?![aeiouy])" if group[-1] in "hw" and group[0] in "aeou" else "")
        for group in sorted(_CODES, key=len, reverse=True)
    )
)
_DOUBLED: Final = re.compile(r"(.)\1+")
_SERVANT, _WITH_ARTICLE = "9", "0"
_ARTICLE_LENGTH: Final = 2


@lru_cache(maxsize=_CACHE)
def encode(form: str) -> str:
    """Return a word of the letters a-z as units; doubled letters count once."""
    return _DOUBLED.sub(r"\1", _PATTERN.sub(_code, form))


def _code(found: re.Match[str]) -> str:
    group = found.group()
    code = _CODES.get(group)
    if code is None:
        code = _WITH_ARTICLE if len(group) == _ARTICLE_LENGTH else _SERVANT
    return code
