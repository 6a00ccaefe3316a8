"""A case as a file has it, and its answer."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from comity.agreements.life.records import Happening
from comity.core.codec import JsonValue
from comity.core.decision import Question
from comity.core.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line: a request, and where it is known what a lawyer would answer."""

    id: str
    request: dict[str, JsonValue]
    article: str | None = None
    expect: str | None = None


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A case in the words of the vocabulary: the question, its instant, what happened to the agreement before.

    `unread` are the keys of the request that say nothing in any vocabulary.
    """

    question: Question
    at: Instant
    happenings: tuple[Happening, ...]
    unread: tuple[str, ...] = ()


class CaseAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one case: outcome and effect, all reasons (the principal one first), clauses, duties, basis."""

    id: str
    outcome: str
    effect: str
    reason_code: str
    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    obligations: tuple[str, ...]
    basis: tuple[str, ...]
    due: str | None = None
    unread: tuple[str, ...] = ()
    expect: str | None = None
    right: bool | None = None
