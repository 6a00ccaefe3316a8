"""Who stands behind a token or a local user, remembered only while nothing about accounts changes."""

from __future__ import annotations

from comity.core.commit import ChangeSet, Writer
from comity.core.ids import AccountId, Owner
from comity.core.ports import Actor, Clock
from comity.core.time import Instant
from comity.core.vocabulary import Function, Purpose, Role, permissions_of
from comity.identity import SESSION_TABLES
from comity.identity.records import TOUCH_US
from comity.identity.sessions import LiveSession, live_session, token_digest
from comity.node.config import NodeConfig
from comity.runtime.acts import Acts

ANONYMOUS = Actor(
    account=AccountId(""),
    user="",
    owner=Owner(party="", authority=""),
    role=None,
    permissions=frozenset(),
    signed_in=False,
)

OPERATOR = AccountId("operator")
_REMEMBERED = 4096


def operator_of(config: NodeConfig) -> Actor:
    """Return the node's own operator: automatic acts, and the local shell of the user who set the node up."""
    functions = (Function.ADMINISTRATOR, Function.TREATY_OFFICER)
    return Actor(
        account=OPERATOR,
        user="operator",
        owner=Owner(party=config.party, authority=config.operator_authority),
        role=Role.NODE_OPERATOR,
        functions=functions,
        permissions=permissions_of(functions),
    )


class SignIn:
    """Turns tokens into actors. A change of accounts, functions or sessions is seen by the next call."""

    def __init__(self, acts: Acts, writer: Writer, clock: Clock) -> None:
        self._acts = acts
        self._writer = writer
        self._clock = clock
        self._sessions: dict[str, tuple[LiveSession, Instant]] = {}
        self._changes = 0
        writer.subscribe(SESSION_TABLES, self._forget)

    def __call__(self, token: str | None) -> Actor:
        """Return the actor of a session's token; nobody for None. Raises `NotSignedIn` for one that is over."""
        if token is None:
            return ANONYMOUS
        digest, at = token_digest(token), self._clock.now()
        known = self._sessions.get(digest)
        if known is not None and at < known[1]:
            return known[0].actor
        return self._read(digest, at).actor

    def _read(self, digest: str, at: Instant) -> LiveSession:
        changes = self._changes
        session = self._acts.view(ANONYMOUS, Purpose.ADMINISTRATION, lambda work: live_session(work.read, digest, at))
        if session.touch:
            # That it was used now is no act of anybody: it keeps the session alive, and the ledger need not know.
            self._writer.submit(ChangeSet(session.touch, None, b"", None, at))
        elif changes == self._changes and len(self._sessions) < _REMEMBERED:
            # Nothing changed since before the reading; at the next noting of use it is read anew.
            self._sessions[digest] = (session, Instant(min(session.expires, at + TOUCH_US)))
        return session

    def _forget(self) -> None:
        self._changes += 1
        self._sessions.clear()
