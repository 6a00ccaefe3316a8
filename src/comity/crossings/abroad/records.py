"""What is asked of other parties at a check, and what they answer. Answers are shown and never stored."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

import msgspec

from comity.core.ids import RecordId
from comity.core.personal import Personal
from comity.crossings.asking import CaseNumber
from comity.exchange.modes.records import Said


@unique
class AskedState(StrEnum):
    """How far a question to another party came. Only `answered` is an answer; the others are UNKNOWN."""

    ANSWERED = "answered"
    SILENT = "silent"
    CHECK_FIRST = "check-first"


@unique
class Fear(StrEnum):
    """Whether the person was asked about fear, and what they said; nobody is named abroad before."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class AskedAbroad(msgspec.Struct, frozen=True, kw_only=True):
    """One party that an agreement lets this check ask, about what, and whether it answered; never what.

    `reason` is a code where it did not. `agreement` is the hash of the version that the question rests on.
    """

    party: str
    category: str
    state: AskedState
    reason: str | None = None
    agreement: str | None = None


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One field of what was answered, by its name in agreements."""

    field: str
    value: Annotated[str, Personal]


class AnswerAbroad(msgspec.Struct, frozen=True, kw_only=True):
    """What one party answered. `nothing-told` is not "no hit": what may not be told is not told either."""

    party: str
    category: str
    said: Annotated[Said, Personal]
    records: tuple[tuple[AnswerLine, ...], ...] = ()
    obligations: tuple[str, ...] = ()


class AskAbroad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask a party about the person of a check, after the person was asked about fear of that State."""

    check: str
    party: str
    fear_expressed: Fear = Fear.UNKNOWN
    case: CaseNumber = ""


class AnswersAbroad(msgspec.Struct, frozen=True, kw_only=True):
    """How far the questions of a check came, and what was answered to them just now."""

    check: RecordId
    asked: tuple[AskedAbroad, ...]
    answers: tuple[AnswerAbroad, ...]
