"""The mode `blind`: the asker learns hit or no hit, the owner learns nothing on no hit (private set intersection).

The owner holds a set of exact keys (a document number, a name with its date, as the subject writes them); the asker
has a few keys to look up. The owner's set is published once per asker, each key raised to a secret of the owner, cut
into segments by a hash of the key, so that one change republishes one segment and not the whole. A question is the
asker's keys, raised to a secret of the asker; the owner raises them once more and gives them back in order; the asker
takes its secret off and looks into the segments it has. The owner never sees a key or an answer.

What the owner does see is how many keys are asked for, so questions are filled up to a round number, and a budget
keeps an asker from trying out all keys there are. Nothing here is fuzzy: a key is equal or it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Protocol

import msgspec

from comity.core.errors import BadInput, Refused
from comity.core.said import say
from comity.core.time import Instant

SEGMENTS: Final = 256
"""Into how many parts an owner's set is cut: at a million keys, one change costs the work of 4,000."""
MAX_QUESTION: Final = 1024
"""Keys in one question; a ferry or an aircraft fits."""

_ROUND: Final = 32
_MAX_KEY: Final = 512
_DAY: Final = 24 * 3600 * 1_000_000


class BlindSegment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of an owner's set in its published form, replaced whole when `version` grows."""

    segment: int
    version: int
    data: bytes


class BlindOwner(Protocol):
    """The side that holds the set, for one asker, with a secret for that asker alone."""

    def change(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Add and remove keys; takes effect with the next `publish`."""
        ...

    def publish(self, most: int | None = None) -> tuple[BlindSegment, ...]:
        """Return the segments that changed since they were last returned, in order, at most so many."""
        ...

    def weigh(self, question: bytes) -> int:
        """Return how many keys a question asks about, filling included. Raises `BadInput` `blind.malformed`."""
        ...

    def answer(self, question: bytes) -> bytes:
        """Return the answer to a question, without learning what was asked.

        Raises `BadInput` `blind.malformed`, `blind.too-many`.
        """
        ...


class BlindAsker(Protocol):
    """The side that asks, with a secret for each question."""

    def take(self, segment: BlindSegment) -> None:
        """Keep a segment in the place of its older version; older than what is kept is passed over.

        Raises `BadInput` `blind.malformed`.
        """
        ...

    def ask(self, keys: Sequence[str]) -> BlindQuestion:
        """Return a question about the keys. Raises `BadInput` for none, too many or too long ones."""
        ...


class BlindQuestion(Protocol):
    """One question under way; it forgets its secret with itself."""

    @property
    def message(self) -> bytes:
        """What the owner gets."""
        ...

    def hits(self, answer: bytes) -> frozenset[str]:
        """Return the keys that are in the owner's set, by the segments kept now.

        Raises `BadInput` `blind.malformed` for an answer to another question or of another length: no answer, which
        is never "no hit".
        """
        ...


def segment_of(key: str) -> int:
    """Return the number of the segment in which a key stands, the same for owner and asker."""
    return sha256(b"comity-blind-segment\n" + key.encode()).digest()[0]


def clean_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of a question, each once, in order.

    Raises `BadInput` `blind.empty`, `blind.too-many`, `blind.key-too-long`.
    """
    unique = tuple(dict.fromkeys(keys))
    if not unique:
        raise BadInput("blind.empty", "A question asks about at least one key.", field="$.keys")
    if len(unique) > MAX_QUESTION:
        raise BadInput(
            "blind.too-many",
            say("A question asks about %(most)s keys at most.", most=MAX_QUESTION),
            field="$.keys",
            remedy="Ask in several questions.",
        )
    for place, key in enumerate(unique):
        if not 0 < len(key) <= _MAX_KEY:
            raise BadInput(
                "blind.key-too-long",
                say("A key has 1 to %(most)s characters.", most=_MAX_KEY),
                field=f"$.keys[{place}]",
            )
    return unique


def filled(count: int) -> int:
    """Return to how many a question about `count` keys is filled up, so that its length tells little."""
    return -(-count // _ROUND) * _ROUND


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much an asker may look up: keys in any 24 hours, filling included, as the agreement's quota says."""

    keys_a_day: int


class Spent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question that was answered: when, and how many keys it held."""

    at: Instant
    keys: int


def check_budget(budget: Budget, spent: Sequence[Spent], asked: int, now: Instant) -> None:
    """Refuse a question that would exceed the budget of the 24 hours that end now.

    Raises `Refused` `blind.budget`; its remedy tells when the earliest question leaves the count.
    """
    counted = [each for each in spent if now - each.at < _DAY]
    if asked > budget.keys_a_day:
        raise Refused(
            "blind.budget",
            "The question asks about more keys than the agreement allows in a day.",
            remedy="Ask about fewer.",
        )
    if sum(each.keys for each in counted) + asked > budget.keys_a_day:
        wait_s = (min(each.at for each in counted) + _DAY - now) // 1_000_000
        raise Refused(
            "blind.budget",
            "The budget of blind look-ups for 24 hours is spent.",
            remedy=say("Some of it is free again in %(wait_s)s s.", wait_s=wait_s),
        )
