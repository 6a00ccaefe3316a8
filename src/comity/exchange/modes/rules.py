"""Rules of questions, pure: when they count, whom an answer would betray, how often a peer may ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from comity.core.time import SECOND_US, Instant
from comity.exchange.modes.records import Held, Question, Said
from comity.exchange.rules import SKEW_US

LIFETIME_US: Final = 5 * SECOND_US
"""How long a question may be answered; whoever asked stands at a counter."""
PROTECTION_FIRST: Final = "protection.check-first"
"""Somebody must look at the person's need of protection before the question travels."""


def is_stale(question: Question, now: Instant) -> bool:
    """Say whether a question came too late to be answered, or from a clock too far ahead of ours."""
    return now >= question.expires + SKEW_US or question.issued > now + SKEW_US or question.expires <= question.issued


def betrays(asker: str, states: Collection[str], *, full_trust: bool) -> bool:
    """Say whether telling this party would tell a person's State of nationality or former residence.

    Outside full trust it would (Reg (EU) 2024/1348 Art 7(2); LAW.md 14): nobody is told by a machine.
    """
    return not full_trust and asker in states


def tellable(found: Iterable[Held], asker: str, *, full_trust: bool) -> tuple[Held, ...]:
    """Return what may be told to the asker; the rest is answered exactly as if it were not there."""
    return tuple(each for each in found if not betrays(asker, each.states, full_trust=full_trust))


def said_of(found: Collection[Held]) -> Said:
    """Return the word for what may be told."""
    return Said.HIT if found else Said.NOTHING_TOLD
