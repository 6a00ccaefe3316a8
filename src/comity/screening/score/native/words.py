"""The words that kernels compare: a lexicon that grows as words are met, and the model's figures as arrays."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from comity.screening.index.mapped.layout import Array
from comity.screening.index.mapped.phonetic import WIDTH, signature, sound
from comity.screening.index.mapped.types import Bytes
from comity.screening.index.mapped.types import Words as Ints
from comity.screening.model.records import Model, Writing
from comity.screening.names import words
from comity.screening.names.records import Part, Script, Token
from comity.screening.names.units import encode
from comity.screening.score.dates import DateWeights
from comity.screening.score.features import BASE, FEATURES, LINES
from comity.screening.score.native import shapes
from comity.screening.score.native.dates import RELATIONS
from comity.screening.score.native.shapes import Lexicon, Weights
from comity.screening.score.rarity import Rarity
from comity.screening.score.spelling import FARTHEST, UNSEEN, WRITING_OF

_WRITINGS: Final = tuple(Writing)
_SCRIPTS: Final = tuple(Script)
_ROOM: Final = 1 << 10
_PARTS: Final = {
    Part.INITIAL: shapes.INITIAL,
    Part.PATRONYMIC: shapes.PATRONYMIC,
    Part.SURNAME: shapes.SURNAME,
}
_KINDS: Final = "sdi"
_THOUSANDTHS: Final = 1000
_HUNDREDTHS: Final = 100.0

_Key = tuple[Script, tuple[str, ...], tuple[str, ...]]


def part_of(token: Token) -> int:
    """Return what a word is in its name, as far as that weighs."""
    return _PARTS.get(token.part, 0)


def is_native(token: Token) -> bool:
    """Say whether kernels can compare a word: letters a-z and digits, not too long, not read in too many ways."""
    return (
        len(token.units) <= shapes.READINGS
        and all(form.isascii() and len(form) <= shapes.LONGEST for form in token.forms)
        and all(units.isascii() for units in token.units)
    )


def plain_word(form: str) -> Token:
    """Return a Latin word that stands alone."""
    return Token(text=form, script=Script.LATIN, forms=(form,), units=(encode(form),))


class WordTable:
    """Words by number, from 1 on. Numbers stay; the arrays are made anew, longer, where room ends."""

    def __init__(self, rarity: Rarity, origins: int) -> None:
        self._rarity = rarity
        self._origins = origins
        self._numbers: dict[_Key, int] = {}
        self._readings = 1
        self._forms: list[tuple[str, ...]] = []
        self._sounds: dict[int, tuple[int, ...]] = {}
        self._lock = threading.Lock()
        self.lexicon = Lexicon(
            letters=np.zeros((_ROOM, shapes.UNITS), np.uint8),
            units=np.zeros((_ROOM, shapes.UNITS), np.uint8),
            first=np.zeros(_ROOM, np.uint32),
            votes=np.zeros((_ROOM, origins)),
            bits=np.zeros((_ROOM, origins)),
            most=np.zeros(_ROOM),
            traits=np.zeros(_ROOM, np.uint32),
        )

    def __len__(self) -> int:
        """How many words are known."""
        return len(self._numbers)

    def number(self, token: Token) -> int:
        """Return the number of a word that `is_native`."""
        key = _key(token)
        found = self._numbers.get(key)
        if found is None:
            with self._lock:
                found = self._numbers.get(key) or self._add(key, token)
        return found

    def sounds(self, number: int) -> tuple[int, ...]:
        """Return the signatures of how a word may sound, one for each reading."""
        found = self._sounds.get(number)
        if found is None:
            found = self._sounds[number] = tuple(dict.fromkeys(map(_signature, self._forms[number - 1])))
        return found

    def plain(self, tokens: Sequence[Token]) -> list[int]:
        """Return the numbers of words of one reading each, as `plain_word` makes them, that are `is_native`."""
        keys = [_key(token) for token in tokens]
        with self._lock:
            new = {key: token for key, token in zip(keys, tokens, strict=True) if key not in self._numbers}
            if new:
                self._put_plain(new)
            return [self._numbers[key] for key in keys]

    def _put_plain(self, new: Mapping[_Key, Token]) -> None:
        first, reading, count = len(self._numbers) + 1, self._readings, len(new)
        self._make_room(first + count, count)
        lexicon, here = self.lexicon, slice(first, first + count)
        units = [token.units[0] for token in new.values()]
        lexicon.letters[here] = _spelt([token.forms[0] for token in new.values()])
        lexicon.units[reading : reading + count] = _spelt(units)
        lexicon.first[here] = np.arange(reading, reading + count)
        lexicon.votes[here], lexicon.bits[here] = self._rarity.of_many(units)
        lexicon.most[here] = lexicon.bits[here].max(axis=1)
        lexicon.traits[here] = [_traits(token) for token in new.values()]
        self._readings += count
        self._forms += [token.forms for token in new.values()]
        # Last: whoever finds the number finds the word.
        self._numbers.update(zip(new, range(first, first + count), strict=True))

    def _add(self, key: _Key, token: Token) -> int:
        votes, bits = self._rarity.votes_and_bits(token.units)
        number = len(self._numbers) + 1
        self._make_room(number, len(token.units))
        lexicon = self.lexicon
        _spell(lexicon.letters[number], token.forms[0])
        lexicon.first[number] = self._readings
        for units in token.units:
            _spell(lexicon.units[self._readings], units)
            self._readings += 1
        lexicon.votes[number], lexicon.bits[number] = votes, bits
        lexicon.most[number] = lexicon.bits[number].max()
        lexicon.traits[number] = _traits(token)
        self._forms.append(token.forms)
        # Last: whoever finds the number finds the word.
        self._numbers[key] = number
        return number

    def _make_room(self, number: int, readings: int) -> None:
        lexicon = self.lexicon
        while number >= len(lexicon.traits):
            lexicon = Lexicon(*(array if name == "units" else _doubled(array) for name, array in _named(lexicon)))
        while self._readings + readings >= len(lexicon.units):
            lexicon = lexicon._replace(units=_doubled(lexicon.units))
        self.lexicon = lexicon


def _key(token: Token) -> _Key:
    return token.script, token.forms, token.units


def _named(lexicon: Lexicon) -> list[tuple[str, Array]]:
    return list(zip(Lexicon._fields, lexicon, strict=True))


def _doubled(array: Array) -> Array:
    return np.concatenate((array, np.zeros_like(array)))


def _spell(row: Bytes, text: str) -> None:
    row[0] = len(text)
    row[1 : len(text) + 1] = np.frombuffer(text.encode(), np.uint8)


def _spelt(texts: Sequence[str]) -> Bytes:
    """Return texts as rows, each its length and its letters."""
    rows = b"".join(bytes((len(text),)) + text.encode().ljust(shapes.LONGEST, b"\0") for text in texts)
    return np.frombuffer(rows, np.uint8).reshape(-1, shapes.UNITS)


def _traits(token: Token) -> int:
    form = token.forms[0]
    flags = {
        shapes.PARTICLE: form in words.PARTICLES,
        shapes.ARTICLE: form in words.ARTICLES,
        shapes.DESCENT: form in words.DESCENT,
        shapes.INITIAL: len(form) == 1,
        shapes.PATRONYMIC: words.is_patronymic(form),
    }
    writing, script = _WRITINGS.index(WRITING_OF[token.script]), _SCRIPTS.index(token.script)
    traits = writing | script << shapes.SCRIPT_SHIFT | len(token.units) << shapes.READINGS_SHIFT
    return traits | sum(flag for flag, holds in flags.items() if holds)


def _signature(form: str) -> int:
    codes = np.zeros(WIDTH, np.uint8)
    length = sound(np.frombuffer(form.encode(), np.uint8), 0, len(form), codes)
    return int(signature(codes, 0, length))


def weights_of(model: Model) -> Weights:
    """Return a model's figures as kernels take them."""
    weights = {name: weight / _THOUSANDTHS for name, weight in model.names.items()}
    place = {name: at for at, name in enumerate(FEATURES)}
    lines = [[name for name in names if name != BASE] for names in LINES.values()]
    told = [name for names in lines for name in names]
    dates = DateWeights(model.dates)
    spelling = [(one.absolute, one.relative) for one in (model.writings[writing] for writing in _WRITINGS)]
    return Weights(
        edits=_edits(model),
        spelling=np.array(spelling, np.float64),
        farthest=np.array([FARTHEST[writing] for writing in _WRITINGS]),
        prior=np.array([bits / _HUNDREDTHS for bits in model.origins.prior]),
        line_features=np.array([place[name] for name in told], np.int64),
        line_weights=np.array([weights[name] for name in told]),
        ends=np.cumsum([len(names) for names in lines if names]).astype(np.int64),
        steps=np.array(model.nearness, np.float64),
        facts=np.array([weights[BASE], weights["unrelated"], model.unrelated / _THOUSANDTHS]),
        dates=np.array([dates.shares(relation) for relation in RELATIONS]),
    )


def _edits(model: Model) -> Ints:
    table = np.full((len(_WRITINGS), len(_KINDS), shapes.ALPHABET, shapes.ALPHABET), UNSEEN, np.int32)
    for at, writing in enumerate(_WRITINGS):
        edits = {key: cost for key, cost in model.writings[writing].edits.items() if key.isascii()}
        for key, cost in sorted(edits.items(), key=lambda edit: len(edit[0])):
            kind, units = _KINDS.index(key[0]), [ord(unit) for unit in key[1:]]
            if len(units) == 1 and kind == 0:
                table[at, kind, units[0], :] = cost
            elif len(units) == 1:
                # By the unit that is left out or put in, whatever stands before it.
                table[at, kind, :, units[0]] = cost
            else:
                table[at, kind, units[0], units[1]] = cost
    return table
