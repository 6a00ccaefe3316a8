"""The canonical writer beside an independent one, on a hundred thousand documents inside the profile."""

from __future__ import annotations

import json
import random
import unicodedata

from comity.core.codec import decode, encode, is_canonical
from comity.core.codec_profile import MAX_INTEGER

DOCUMENTS = 100_000
_KEYS = 'abcXYZ019_-./ "\\\x00\x1f\x7f~'
_TEXT = "aZ09 \"\\/\b\f\n\r\t\x00\x1f\x7f\u0080\u00e9\u0131\u2028\u2029\ufffd\uffff\U0001f600\u4e2d\u05d0\u0627<>&'"


def rfc8785(value: object) -> bytes:
    """Write as RFC 8785 says, where it and the standard library agree: no floats, keys sorted as ASCII."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def document(rng: random.Random, depth: int) -> object:
    kind = rng.randrange(8 if depth else 5)
    if kind == 0:
        return rng.choice((None, True, False))
    if kind == 1:
        return rng.choice((0, -1, MAX_INTEGER, -MAX_INTEGER, rng.randint(-MAX_INTEGER, MAX_INTEGER)))
    if kind < 5:
        text = "".join(rng.choices(_TEXT, k=rng.randrange(9)))
        return unicodedata.normalize("NFC", text)
    if kind == 5:
        return [document(rng, depth - 1) for _ in range(rng.randrange(5))]
    return {"".join(rng.choices(_KEYS, k=rng.randrange(5))): document(rng, depth - 1) for _ in range(rng.randrange(6))}


def test_what_is_in_the_profile_is_written_as_rfc_8785_says(rng: random.Random) -> None:
    for _ in range(DOCUMENTS):
        value = document(rng, 3)
        written = encode(value)
        assert written == rfc8785(value), value


def test_what_was_written_reads_back_and_is_known_as_canonical(rng: random.Random) -> None:
    for _ in range(1000):
        value = document(rng, 3)
        written = encode(value)
        assert decode(written) == value
        assert is_canonical(written)
