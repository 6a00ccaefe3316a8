"""The forms of supplementary information, as data: letters are never code (LAW.md 1.7).

Carried from the public tables of the SIRENE manuals; each row keeps source and confidence. Letters B, C and D were
abolished by Decision 2011/406/EU.
"""

from __future__ import annotations

import msgspec

_MANUAL = "SIRENE Manual (2013/115/EU, 2017/1528); the manuals of 2021 were not readable"
_WORDS = "SIRENE Manual, as quoted in public terminology collections"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """One form. `period` is the answer time in ISO 8601 elapsed time; None where it depends on another duty."""

    letter: str
    use: str
    trigger: str
    period: str | None
    source: str
    confidence: str


def _recalled(letter: str, use: str, trigger: str, period: str | None) -> Form:
    return Form(letter=letter, use=use, trigger=trigger, period=period, source=_MANUAL, confidence="from-memory")


def _verified(letter: str, use: str, trigger: str, period: str | None) -> Form:
    return Form(letter=letter, use=use, trigger=trigger, period=period, source=_WORDS, confidence="verified")


FORMS: tuple[Form, ...] = (
    _recalled("A", "supplementary information to an arrest alert", "entry of an arrest alert", None),
    _recalled("E", "multiple or incompatible alerts", "second alert on one subject", "PT12H"),
    _recalled("F", "request to add or remove a flag", "executing State cannot act", "PT12H"),
    _verified("G", "hit report", "match confirmed as hit", "PT12H"),
    _recalled("H", "action could not be taken", "hit without possible action", "PT12H"),
    _recalled("I", "request to use data for another purpose", "other purpose needed", None),
    _recalled("J", "data wrong or unlawfully entered", "evidence of error", None),
    _recalled("K", "request of a data subject", "request received", None),
    _recalled("L", "same description: is it the same person", "doubt on identity", "PT12H"),
    _recalled("M", "miscellaneous supplementary information", "no other form fits", "PT12H"),
    _recalled("N", "hit on a refusal alert, holder of a valid permit", "hit", "PT12H"),
    _recalled("O", "consultation on granting or keeping a permit", "permit procedure", None),
    _recalled("P", "further data on objects", "object hit", "PT12H"),
    _verified("Q", "misused identity: data of the victim, with consent", "identity misuse established", None),
)

HIT_FORM = "G"
"""Letter of the hit report in the table above."""


def form_of(letter: str) -> Form:
    """Return the form of a letter; a letter outside the table is a programmer's mistake."""
    return next(form for form in FORMS if form.letter == letter)
