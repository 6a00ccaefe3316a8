"""An error as a record, so that it crosses a process boundary and is the same error on the other side."""

from __future__ import annotations

from typing import Final

import msgspec

from comity.core.errors import (
    BadInput,
    ComityError,
    Conflict,
    Defect,
    FieldProblem,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Pending,
    Refused,
    Unreachable,
)
from comity.core.said import Said

_PLAIN: Final = (BadInput, NotFound, NotPermitted, NotSignedIn, Unreachable, Defect)
_REASONED: Final = (Refused, Conflict)
KINDS: Final = (*(kind.__name__ for kind in (*_PLAIN, *_REASONED)), Pending.__name__)


_TRACE_NOTE: Final = "trace "


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A `ComityError` told in full: `kind` is its class, `trace` finds it in the node's log.

    `said` and `remedy_said` are detail and remedy with their values apart, where they have any.
    """

    kind: str
    code: str
    detail: str
    remedy: str
    trace: str
    problems: tuple[FieldProblem, ...] = ()
    reasons: tuple[str, ...] = ()
    approval: str | None = None
    said: Said | None = None
    remedy_said: Said | None = None


def kind_of(error: ComityError) -> str:
    """Name the class of the tree that `error` belongs to; a subclass of a room counts as its parent."""
    return next((parent.__name__ for parent in type(error).__mro__ if parent.__name__ in KINDS), Defect.__name__)


def describe(error: ComityError, trace: str) -> Failure:
    """Tell an error as a record."""
    return Failure(
        kind=kind_of(error),
        code=error.code,
        detail=error.message,
        remedy=error.remedy,
        trace=trace,
        problems=error.problems,
        reasons=error.reasons if isinstance(error, Refused) else (),
        approval=error.approval if isinstance(error, Pending) else None,
        said=error.words if isinstance(error.words, Said) else None,
        remedy_said=error.remedy_words if isinstance(error.remedy_words, Said) else None,
    )


def revive(failure: Failure) -> ComityError:
    """Make the error of a record again, with its trace noted; an unknown kind is a defect of the other side."""
    error = _revived(failure)
    error.add_note(_TRACE_NOTE + failure.trace)
    return error


def trace_of(error: ComityError) -> str | None:
    """Give the trace that `revive` noted, None for an error of this process."""
    notes: list[str] = getattr(error, "__notes__", [])
    return next((note.removeprefix(_TRACE_NOTE) for note in notes if note.startswith(_TRACE_NOTE)), None)


def _revived(failure: Failure) -> ComityError:
    if failure.kind == Pending.__name__:
        return Pending(failure.approval or "")
    words, remedy = failure.said or failure.detail, failure.remedy_said or failure.remedy
    for reasoned in _REASONED:
        if failure.kind == reasoned.__name__:
            refused = reasoned(failure.code, words, remedy=remedy, reasons=failure.reasons)
            refused.problems = failure.problems
            return refused
    plain = next((kind for kind in _PLAIN if kind.__name__ == failure.kind), Defect)
    return plain(failure.code, words, remedy=remedy, problems=failure.problems)
