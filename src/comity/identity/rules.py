"""Rules of accounts and approvals, pure: passwords, lock-out, which functions go together, who may approve."""

from __future__ import annotations

import base64
from collections.abc import Collection
from typing import Final

from comity.core.errors import BadInput, Conflict, NotPermitted, Refused
from comity.core.ids import Owner
from comity.core.ports import Actor
from comity.core.said import Said, say
from comity.core.time import Instant
from comity.core.vocabulary import Function, Permission
from comity.identity.records import SECOND_US

MIN_PASSWORD: Final = 12
_FREE_FAILURES: Final = 3
_FIRST_DELAY_S: Final = 5
_LONGEST_DELAY_S: Final = 900
_LEAST_CHARACTERS: Final = 5
ONE_TIME_BYTES: Final = 15
USER_BYTES: Final = 10

# Who runs the node neither searches nor reads alerts; who supervises does nothing that is supervised.
_OPERATIONAL: Final = frozenset(
    {Function.FIRST_LINE, Function.SECOND_LINE, Function.SHIFT_LEAD, Function.ALERT_OFFICER, Function.BUREAU_OFFICER}
)
_APART: Final[dict[Function, frozenset[Function]]] = {
    Function.ADMINISTRATOR: _OPERATIONAL | {Function.DATA_PROTECTION_SUPERVISOR},
    Function.DATA_PROTECTION_SUPERVISOR: frozenset(Function) - {Function.DATA_PROTECTION_SUPERVISOR},
}


def lock_delay_s(failures: int) -> int:
    """Return how long an account waits after so many failed sign-ins in a row: none for the first three, then doubling.

    5, 10, 20 ... seconds, at most 15 minutes, so that guessing is slow and nobody is locked out for good by others.
    """
    if failures < _FREE_FAILURES:
        return 0
    return min(_FIRST_DELAY_S << min(failures - _FREE_FAILURES, 16), _LONGEST_DELAY_S)


def locked_until(failures: int, at: Instant) -> Instant:
    """Return the instant until which sign-in stays shut after the failure counted last."""
    return Instant(at + lock_delay_s(failures) * SECOND_US)


def check_new_password(password: str, *, name: str, current: str) -> None:
    """Raise `BadInput` for a password that is short, monotonous, the old one, or holds the account's name.

    Length over composition, after NIST SP 800-63B.
    """
    problem: tuple[str, str | Said] | None = None
    if len(password) < MIN_PASSWORD:
        problem = ("password.too-short", say("A password has at least %(least)s characters.", least=MIN_PASSWORD))
    elif len(set(password)) < _LEAST_CHARACTERS:
        problem = (
            "password.monotonous",
            say("A password has at least %(least)s different characters.", least=_LEAST_CHARACTERS),
        )
    elif name.casefold() in password.casefold():
        problem = ("password.holds-name", "A password does not contain the account's name.")
    elif password == current:
        problem = ("password.unchanged", "The new password is the old one.")
    if problem is not None:
        code, message = problem
        raise BadInput(code, message, field="$.new", remedy="Choose a longer phrase that only you know.")


def one_time_password(random: bytes) -> str:
    """Turn 15 random bytes into a password that can be read out: six groups of four."""
    text = base64.b32encode(random[:ONE_TIME_BYTES]).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def user_number(random: bytes) -> str:
    """Turn 10 random bytes into a user number that names nobody."""
    return "u" + base64.b32encode(random[:USER_BYTES]).decode().lower()


def check_functions(present: Collection[Function], added: Function) -> None:
    """Raise `Refused` `account.functions-apart` if one person may not hold the functions together."""
    for held in present:
        if held in _APART.get(added, frozenset()) or added in _APART.get(held, frozenset()):
            raise Refused(
                "account.functions-apart",
                "One person may not hold this function beside those already granted.",
                field="$.function",
                remedy="Grant it to another account, or revoke the other function first.",
            )


def check_approver(approver: Actor, *, asker: str, owner: Owner, permission: Permission) -> None:
    """Raise `NotPermitted` unless the approver is another person of the same authority with the act's permission."""
    if approver.account == asker:
        raise NotPermitted(
            "approval.own-request", "Nobody approves their own request.", remedy="Ask a colleague to approve it."
        )
    if approver.owner != owner or permission not in approver.permissions:
        raise NotPermitted(
            "approval.not-yours",
            "This act can be approved by its own authority's people with the same permission only.",
        )


def check_waiting(state: str, expires: Instant, at: Instant) -> None:
    """Raise `Conflict` if an approval was decided already or has expired."""
    if state != "waiting":
        raise Conflict("approval.decided", "This request was decided already.", field="$.approval")
    if at >= expires:
        raise Conflict(
            "approval.expired",
            "This request waited longer than seven days and has lapsed.",
            field="$.approval",
            remedy="Ask again.",
        )
