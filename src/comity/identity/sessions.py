"""Signing in and out, and who stands behind a token."""

from __future__ import annotations

from dataclasses import dataclass

from comity.core.errors import NotSignedIn, Refused
from comity.core.hashing import digest
from comity.core.ids import AccountId, Owner
from comity.core.operation import Audit, Kind, operation
from comity.core.ports import Actor, Change, Delete, Guard, Insert, Row, Update, Work
from comity.core.time import Instant
from comity.core.vocabulary import Permission, Purpose, Role, permissions_of
from comity.identity import rules, store
from comity.identity.commands import CloseSession, Done, OpenSession, SessionOpened, SessionShown, ShowSession
from comity.identity.passwords import SALT_BYTES, hash_password, is_outdated, verify_password
from comity.identity.records import IDLE_US, SESSION_US, TOUCH_US, AccountState, Authority, Membership

SESSION_TABLES = frozenset(
    table.name for table in (store.ACCOUNT, store.AUTHORITY, store.MEMBER, store.GRANT, store.SESSION)
)
"""Everything that `live_session` reads: whoever remembers its answer forgets it when one of these changes."""

_TOKEN_BYTES = 32
_OWN = frozenset({Permission.SESSION_OWN})


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session in force. `touch` are the changes that note its use, empty if that was noted a moment ago."""

    actor: Actor
    expires: Instant
    must_change_password: bool
    touch: tuple[Change, ...]


@operation("session.open", permission=None, purposes=(Purpose.ADMINISTRATION,), replayable=False)
def open_session(work: Work, command: OpenSession) -> SessionOpened:
    """Sign in with account name and password.

    Raises `NotSignedIn` `session.refused` alike for an unknown name, a wrong password, a disabled and a waiting
    account, after about the same time; each wrong password makes the account wait longer.
    """
    settings = store.foundation(work.read)
    row = store.find_account_row(work.read, name=command.name)
    right = verify_password(settings.decoy if row is None else row.password, command.password)
    if row is None or row.state != AccountState.ACTIVE or row.locked_until > work.recorded_at:
        raise _not_signed_in()
    if not right:
        _count_failure(work, row)
        raise _not_signed_in()
    authority, role = _acting_for(work, row.id, command)
    _note_success(work, row, command.password, settings.profile)
    token = work.random(_TOKEN_BYTES).hex()
    expires = Instant(work.recorded_at + SESSION_US)
    work.change(
        Insert(
            store.SESSION,
            {
                "token": token_digest(token),
                "account": row.id,
                "authority": authority.id,
                "role": role.value,
                "opened": work.recorded_at,
                "expires": expires,
                "used": work.recorded_at,
            },
        )
    )
    work.record(signed_in=row.user, authority=authority.id)
    return SessionOpened(
        token=token,
        expires=expires,
        authority=authority.id,
        role=role,
        must_change_password=bool(row.must_change),
    )


@operation("session.close", permission=Permission.SESSION_OWN, purposes=(Purpose.ADMINISTRATION,))
def close_session(work: Work, command: CloseSession) -> Done:
    """Sign out: end one session, or all of the account."""
    key: dict[str, object] = {"account": work.who.account}
    if command.token is not None:
        key["token"] = token_digest(command.token)
    work.change(Delete(store.SESSION, key))
    return Done()


@operation(
    "session.show",
    permission=Permission.SESSION_OWN,
    purposes=(Purpose.ADMINISTRATION,),
    kind=Kind.READ,
    audit=Audit.NONE,
)
def show_session(work: Work, _command: ShowSession) -> SessionShown:
    """Show who is signed in and what they may do."""
    who = work.who
    row = store.find_account_row(work.read, account=who.account)
    if row is None:
        raise NotSignedIn("session.missing", "Nobody is signed in.")
    return SessionShown(
        name=row.name,
        user=row.user,
        party=who.owner.party,
        authority=who.owner.authority,
        authority_name=store.get_authority(work.read, who.owner.authority).name,
        role=who.role,
        functions=who.functions,
        permissions=tuple(sorted(who.permissions)),
        must_change_password=bool(row.must_change),
    )


def token_digest(token: str) -> str:
    """Return what is stored and looked up in place of a token."""
    return digest(token.encode())


def live_session(read: store.Read, token: str, at: Instant) -> LiveSession:
    """Return the session whose token has this digest (`token_digest`), at clock time `at`.

    Raises `NotSignedIn` for an unknown, ended or idle session and a disabled account. Functions are read anew each
    time, so a revocation works at once. Until a one-time password is changed, the actor can do nothing but that.
    """
    row = store.find_session(read, token)
    if row is None or row.state != AccountState.ACTIVE or at >= min(row.expires, row.used + IDLE_US):
        raise NotSignedIn("session.ended", "The session has ended.")
    authority = store.get_authority(read, row.authority)
    actor = _actor(read, row.account, row.user, authority, Role(row.role), only_own=bool(row.must_change))
    stale = at - row.used >= TOUCH_US
    touch = (Update(store.SESSION, {"token": token}, {"used": at}),) if stale else ()
    return LiveSession(
        actor=actor, expires=Instant(row.expires), must_change_password=bool(row.must_change), touch=touch
    )


def actor_of_token(read: store.Read, token: str, at: Instant) -> Actor:
    """Return the actor behind a token's digest at clock time `at`; raises as `live_session`."""
    return live_session(read, token, at).actor


def _actor(read: store.Read, account: str, user: str, authority: Authority, role: Role, *, only_own: bool) -> Actor:
    granted = store.memberships(read, (account,))[account]
    functions = next((member.functions for member in granted if member.authority == authority.id), ())
    if only_own:
        functions = ()
    return Actor(
        account=AccountId(account),
        user=user,
        owner=Owner(party=authority.party, authority=authority.id),
        role=role,
        functions=functions,
        permissions=permissions_of(functions) | _OWN,
        must_change_password=only_own,
    )


def _acting_for(work: Work, account: str, command: OpenSession) -> tuple[Authority, Role]:
    chosen = _choose(store.memberships(work.read, (account,))[account], command.authority)
    authority = store.get_authority(work.read, chosen)
    role = command.role or authority.roles[0]
    if role not in authority.roles:
        raise Refused("session.role-not-held", "The authority does not have this role.", field="$.role")
    return authority, role


def _choose(granted: tuple[Membership, ...], wanted: str | None) -> str:
    names = tuple(member.authority for member in granted)
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted not in names or wanted is None:
        raise Refused(
            "session.authority-needed",
            "Name one of the authorities that this account acts for.",
            field="$.authority",
        )
    return wanted


def _count_failure(work: Work, row: Row) -> None:
    failures = row.failures + 1
    # Guarded, so that guesses sent at the same moment are all counted.
    work.change_if_refused(
        Guard(store.ACCOUNT, {"id": row.id}, {"failures": row.failures}),
        store.update_account(row.id, failures=failures, locked_until=rules.locked_until(failures, work.recorded_at)),
    )


def _note_success(work: Work, row: Row, password: str, profile: str) -> None:
    work.change(Guard(store.ACCOUNT, {"id": row.id}, {"password": row.password, "state": row.state}))
    values: dict[str, object] = {}
    if row.failures:
        values |= {"failures": 0, "locked_until": 0}
    if is_outdated(row.password, profile=profile):
        values["password"] = hash_password(password, profile=profile, salt=work.random(SALT_BYTES))
    if values:
        work.change(store.update_account(row.id, **values))


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn(
        "session.refused",
        "Name and password do not fit, or the account must wait.",
        remedy="Check both and try again; after several failures wait a few minutes.",
    )
