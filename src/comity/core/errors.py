"""The errors of the house: one base class, a small tree, a remedy on each.

    ComityError
    |-- BadInput        what was given cannot be read; nothing was done
    |   `-- NotFound    the thing named does not exist, or may not be seen by the asker
    |-- Refused         read and understood, and refused by a rule of law, agreement or house
    |   |-- Conflict    the record moved on, or the request contradicts an earlier one
    |   `-- Pending     not done yet: a second person must approve it first
    |-- NotPermitted    the asker may not do this
    |   `-- NotSignedIn the asker is nobody yet
    |-- Unreachable     a peer, server or file did not answer; trying again may help
    `-- Defect          our own mistake

Texts never hold values of personal data: they name the place (a field path, an offset), the rule and the remedy.
Only the web surface knows HTTP numbers, only the command line knows exit codes; both map these classes.
"""

from __future__ import annotations

import msgspec

from comity.core.said import Said


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong at one place.

    `field` is a JSON path (`$.person.names[0]`), a byte offset (`@17`) or a row (`row 12`); never a value. `said` is
    the message with its values apart, where it has any.
    """

    field: str
    code: str
    message: str
    said: Said | None = None


def problem_at(field: str, code: str, words: str | Said) -> FieldProblem:
    """Tell one thing wrong at one place, be it a plain sentence or one with values."""
    return FieldProblem(field=field, code=code, message=str(words), said=words if isinstance(words, Said) else None)


class ComityError(Exception):
    """Base of every error that crosses a seam of the house.

    `code` is a dotted kebab-case name that programs may rely on (`agreement.purpose-not-covered`);
    `message` says what happened, `remedy` what a person can do next; `words` and `remedy_words` are the same with
    values apart, where there are any.
    """

    default_remedy = "Read the message and try again."

    def __init__(
        self,
        code: str,
        message: str | Said,
        *,
        field: str | None = None,
        remedy: str | Said | None = None,
        problems: tuple[FieldProblem, ...] = (),
    ) -> None:
        super().__init__(code, str(message))
        self.code = code
        self.words = message
        self.message = str(message)
        self.remedy_words: str | Said = remedy or self.default_remedy
        if field is not None and not problems:
            problems = (problem_at(field, code, message),)
        self.problems = problems

    @property
    def remedy(self) -> str:
        """What a person can do next, in English."""
        return str(self.remedy_words)

    def __str__(self) -> str:
        places = ", ".join(problem.field for problem in self.problems)
        where = f" (at {places})" if places else ""
        return f"{self.message}{where}"


class BadInput(ComityError):
    """What was given cannot be read or breaks its own format; nothing was done."""

    default_remedy = "Correct the named place and send it again."


class NotFound(BadInput):
    """The thing named does not exist, or the asker may not know that it does."""

    default_remedy = "Check the identifier; list what you may see."


class Refused(ComityError):
    """Read, understood and refused by a rule; the refusal itself is in the ledger.

    `reasons` are all the reason codes that failed, the principal one first.
    """

    default_remedy = "See the reasons; a rule, not a fault, stands against it."

    def __init__(
        self,
        code: str,
        message: str | Said,
        *,
        field: str | None = None,
        remedy: str | Said | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, message, field=field, remedy=remedy)
        self.reasons = reasons


class Conflict(Refused):
    """The record moved on since it was read, or a request id came back with other content."""

    default_remedy = "Read the current version and decide again."


class Pending(Refused):
    """Stored and waiting for a second person; `approval` names what that person approves."""

    default_remedy = "Ask a second authorised person to approve it."

    def __init__(self, approval: str) -> None:
        super().__init__("approval.pending", "A second person must approve this act before it takes effect.")
        self.approval = approval


class NotPermitted(ComityError):
    """The asker's functions, authority or purpose do not cover this act."""

    default_remedy = "Ask someone whose function covers it, or have the function granted."


class NotSignedIn(NotPermitted):
    """Nobody is signed in, or the session has ended."""

    default_remedy = "Sign in and try again."


class Unreachable(ComityError):
    """A peer, server or file did not answer; the act may succeed later."""

    default_remedy = "Check that the other side runs and try again."


class Defect(ComityError):
    """Our own mistake; the ledger and the log hold the trace id."""

    default_remedy = "Report the trace id to the people who run this node."
