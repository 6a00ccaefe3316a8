"""May this actor ask for this operation, for this purpose? Pure; law is asked later, by `decide`."""

from __future__ import annotations

from comity.core.errors import BadInput, NotPermitted, NotSignedIn
from comity.core.operation import AnyOperation
from comity.core.ports import Actor
from comity.core.said import say
from comity.core.vocabulary import Purpose


def purpose_for(declared: AnyOperation, named: str | None) -> Purpose:
    """Return the one purpose of a call; the operation's only purpose where none was named."""
    if named is None and len(declared.purposes) == 1:
        return declared.purposes[0]
    allowed = ", ".join(purpose.value for purpose in declared.purposes)
    for purpose in declared.purposes:
        if purpose.value == named:
            return purpose
    raise BadInput(
        "purpose.missing" if named is None else "purpose.not-allowed",
        say("%(operation)s needs one purpose of: %(allowed)s.", operation=declared.name, allowed=allowed),
        field="$.purpose",
        remedy="Name the purpose for which the law lets you do this.",
    )


def authorise(declared: AnyOperation, actor: Actor) -> None:
    """Raise unless the actor's functions give the operation's permission.

    Raises `NotSignedIn` for nobody, `NotPermitted` (code `permission.missing`) for somebody without the permission.
    """
    if declared.permission is None:
        return
    if not actor.signed_in:
        raise NotSignedIn(
            "session.missing",
            "Nobody is signed in.",
            remedy="Sign in (session open); on the node's machine its operator may also act with --local.",
        )
    if actor.must_change_password and declared.permission not in actor.permissions:
        raise NotPermitted(
            "password.must-change",
            "The one-time password must be changed before anything else.",
            remedy="Change it (account set-password, or the page that signing in opens), then sign in again.",
        )
    if declared.permission not in actor.permissions:
        raise NotPermitted(
            "permission.missing",
            say(
                "%(operation)s needs the permission %(permission)s, which your functions do not give.",
                operation=declared.name,
                permission=declared.permission.value,
            ),
        )
