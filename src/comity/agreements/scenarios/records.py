"""A row of a scenario file, the answer to it, and the score of a file."""

from __future__ import annotations

import msgspec

from comity.core.codec import JsonValue
from comity.core.time import Instant


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a row expects; `due` as the file has it, empty where nothing is due."""

    outcome: str
    reason_code: str
    due: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario as its file has it. `expected` None where the file does not say what should come out."""

    id: str
    agreement: str
    at: Instant
    party: str
    role: str
    operation: str
    purpose: str
    category: str
    facts: dict[str, JsonValue]
    expected: Expected | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a row. `due` is a day, or an instant in UTC, or empty.

    `basis` are the sources of the reasons, the principal one first; `reasons` all reason codes that apply; `rules`
    the versions of the rules that spoke; `unread` the names of facts that no rule of law knows.
    """

    id: str
    outcome: str
    reason_code: str
    due: str
    obligations: tuple[str, ...]
    basis: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose answer is not the expected one."""

    id: str
    expected: tuple[str, str, str]
    got: tuple[str, str, str]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows came out as expected on outcome, reason code and due together."""

    rows: int
    matched: int
    outcome_alone: int
    misses: tuple[Miss, ...] = ()
