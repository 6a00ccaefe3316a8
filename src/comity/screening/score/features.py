"""What two names side by side show, as numbers that a weight each turns into bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.screening.names.records import Part
from comity.screening.score.pairing import Pairing

# Names of the features, in the order in which `features_of` gives them. A number behind a name is where a bend lies.
FEATURES: Final = (
    "agree", "agree.10", "agree.20", "agree.30", "spelling", "one-word-agrees", "conflict.1", "conflict.2", "covered",
    "covered.60", "covered.all", "covered.either", "covered.either.all", "apart", "apart.8", "more-words", "order",
    "patronymic.left", "patronymic.differs", "patronymic.agrees", "patronymic.conflict", "patronymic.first", "equal",
    "single", "long", "last.differs", "first.differs", "single.agree", "worst", "worst.4",
)  # fmt: skip
BASE: Final = "base"
"""The weight that every pair of related names gets."""

# How the features are told to a person: line by line, each a group of features that belong together.
LINES: Final = {
    "name.agreeing-words": ("agree", "agree.10", "agree.20", "agree.30", "one-word-agrees", "single.agree"),
    "name.spelling": ("spelling", "worst", "worst.4", "equal"),
    "name.covered": ("covered", "covered.60", "covered.all", "covered.either", "covered.either.all", "single", "long"),
    "name.differing-words": (
        "conflict.1", "conflict.2", "apart", "apart.8", "more-words", "last.differs", "first.differs",
    ),
    "name.order": ("order",),
    "name.patronymic": (
        "patronymic.left", "patronymic.differs", "patronymic.agrees", "patronymic.conflict", "patronymic.first",
    ),
    "name.base": (BASE,),
}  # fmt: skip

MOST_AGREEING: Final = 45.0
LONG: Final = 3
NEARLY_ALL: Final = 0.99
HARDLY: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Sums:
    agree: float
    spelling: float
    one_apart: float
    other_apart: float
    covered: float
    covered_either: float
    conflicts: int


def are_related(pairing: Pairing) -> bool:
    """Say whether any word of one name is in the other; names without one are judged as a whole, not by features."""
    return bool(pairing.pairs)


def features_of(pairing: Pairing) -> tuple[float, ...]:
    """Return the features of two related names, in the order of `FEATURES`."""
    sums = _sums(pairing)
    one_left, other_left = set(pairing.one_left), set(pairing.other_left)
    shorter = min(len(pairing.ones), len(pairing.others))
    worst = max((pair.discount for pair in pairing.pairs), default=0.0)
    agree, covered, either = sums.agree, sums.covered, sums.covered_either
    apart = min(sums.one_apart, sums.other_apart)
    first = 0 in one_left and 0 in other_left
    last = len(pairing.ones) - 1 in one_left and len(pairing.others) - 1 in other_left
    return (
        min(agree, MOST_AGREEING),
        max(0.0, agree - 10),
        max(0.0, agree - 20),
        max(0.0, agree - 30),
        sums.spelling,
        float(len(pairing.pairs) == 1),
        float(sums.conflicts == 1),
        float(sums.conflicts > 1),
        covered,
        max(0.0, covered - 0.6),
        float(covered > NEARLY_ALL),
        either,
        float(either > NEARLY_ALL),
        apart,
        max(0.0, apart - 8),
        float(abs(len(one_left) - len(other_left))),
        float(_turns(pairing)),
        *_patronymics(pairing, first=first, conflicts=sums.conflicts),
        float(covered > NEARLY_ALL and sums.spelling < HARDLY),
        float(shorter == 1),
        float(shorter >= LONG),
        float(last),
        float(first),
        agree if shorter == 1 else 0.0,
        worst,
        max(0.0, worst - 4),
    )


def _sums(pairing: Pairing) -> _Sums:
    agree = spelling = lost = 0.0
    for pair in pairing.pairs:
        agree += pair.worth
        spelling += pair.discount
        lost += pair.rarity - pair.worth
    one_apart = sum(pairing.one_bits[place] for place in pairing.one_left) + lost
    other_apart = sum(pairing.other_bits[place] for place in pairing.other_left) + lost
    shares = (
        max(0.0, 1.0 - one_apart / (sum(pairing.one_bits) or 1.0)),
        max(0.0, 1.0 - other_apart / (sum(pairing.other_bits) or 1.0)),
    )
    return _Sums(
        agree=agree,
        spelling=spelling,
        one_apart=one_apart,
        other_apart=other_apart,
        covered=min(shares),
        covered_either=max(shares),
        conflicts=min(len(pairing.one_left), len(pairing.other_left)),
    )


def _turns(pairing: Pairing) -> bool:
    """Say whether pairs stand in another order in the two names, where order tells anything.

    A name that says which part is the surname may put it first or last.
    """
    if any(token.part is Part.SURNAME for token in (*pairing.ones, *pairing.others)):
        return False
    places = [pair.other[0] for pair in sorted(pairing.pairs, key=lambda pair: pair.one)]
    return places != sorted(places)


def _patronymics(pairing: Pairing, *, first: bool, conflicts: int) -> tuple[float, float, float, float, float]:
    mine = [at for at, token in enumerate(pairing.ones) if token.part is Part.PATRONYMIC]
    theirs = [at for at, token in enumerate(pairing.others) if token.part is Part.PATRONYMIC]
    if not mine and not theirs:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    one_left, other_left = set(pairing.one_left), set(pairing.other_left)
    mine_left = [at for at in mine if at in one_left]
    theirs_left = [at for at in theirs if at in other_left]
    differ = bool(mine_left) and bool(theirs_left)
    both = bool(mine) and bool(theirs)
    conflict = both and conflicts > 0
    begins = first or (0 in one_left and len(pairing.others) - 2 in other_left) or 0 in other_left
    return (
        float(bool(mine_left or theirs_left)),
        float(differ),
        float(both and not mine_left),
        float(conflict and not differ),
        float(conflict and conflicts == 1 and begins),
    )
