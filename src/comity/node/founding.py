"""`node init`: keys, configuration, empty database and the first people of a node, or nothing at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.keys_pkcs11 import TokenKey
from comity.adapters.peerlink.certificates import Identity as TlsIdentity
from comity.adapters.peerlink.certificates import make_certificate
from comity.adapters.sql.place import Place
from comity.agreements.keys import key_of
from comity.agreements.signatures import node_id
from comity.core.codes import parse_party
from comity.core.errors import BadInput
from comity.core.ids import parse_authority
from comity.core.ports import Signer
from comity.core.said import say
from comity.core.vocabulary import Purpose, Role
from comity.identity.commands import AccountCreated
from comity.identity.foundation import OPERATOR, Foundation, Founded, found
from comity.identity.records import Authority
from comity.node.bootstrap import founding_services, open_storage
from comity.node.config import Listen, NodeConfig, Profile
from comity.node.directory import NodeDirectory
from comity.node.identity_document import Hand, state_identity
from comity.node.keys import new_signer
from comity.node.sign_in import operator_of
from comity.runtime.acts import Acts

_SERIAL_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new node is told. `authorities` are `ID:ROLE[,ROLE]` as typed, at least one."""

    party: str
    authorities: tuple[str, ...]
    profile: Profile
    http: Listen
    peer: Listen
    plain_http_accepted: bool = False
    token: TokenKey | None = None
    database: Place | None = None
    peer_addresses: tuple[Listen, ...] = ()


class FirstAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A first account and the password it must change at its first sign-in; shown once."""

    name: str
    functions: tuple[str, ...]
    authority: str
    one_time_password: str


class FoundedNode(msgspec.Struct, frozen=True, kw_only=True):
    """What `node init` tells: who the node is, and its first accounts."""

    node: str
    party: str
    profile: str
    directory: str
    http: str
    peer: str
    accounts: tuple[FirstAccount, ...]


def found_node(path: Path, founding: Founding) -> FoundedNode:
    """Make a node in the new or empty directory `path`.

    Raises `BadInput` for an unknown party, role or authority name, or a directory that is not empty. If anything
    fails on the way, what was made is removed again.
    """
    party = parse_party(founding.party, field="--party")
    authorities = tuple(parse_authority_option(text, party) for text in founding.authorities)
    directory = NodeDirectory(path)
    existed = path.exists()
    directory.prepare()
    try:
        with new_signer(directory, founding.token) as signer:
            return _fill(directory, founding, authorities, signer)
    except BaseException:
        for inside in path.iterdir():
            shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
        if not existed:
            path.rmdir()
        raise


def parse_authority_option(text: str, party: str) -> Authority:
    """Return the authority in `ID:ROLE[,ROLE]`. Raises `BadInput` naming the option."""
    name, _, roles = text.partition(":")
    known = {role.value: role for role in Role}
    unknown = [role for role in roles.split(",") if role not in known]
    if unknown:
        raise BadInput(
            "node.role-unknown",
            "An authority is given as ID:ROLE[,ROLE] with known roles.",
            field="--authority",
            remedy=say("Roles: %(names)s.", names=", ".join(sorted(known))),
        )
    identifier = parse_authority(name, field="--authority")
    title = name.replace("-", " ").title()
    return Authority(id=identifier, name=title, party=party, roles=tuple(known[role] for role in roles.split(",")))


def _fill(
    directory: NodeDirectory, founding: Founding, authorities: tuple[Authority, ...], signer: Signer
) -> FoundedNode:
    clock = SystemClock()
    node = node_id(signer.suite, signer.public_key)
    _write_certificate(directory, make_certificate(node, clock.now(), os.urandom(_SERIAL_BYTES)))
    config = NodeConfig(
        schema="comity-node/1",
        node=node,
        party=founding.party,
        profile=founding.profile,
        created=clock.now(),
        http=founding.http,
        peer=founding.peer,
        operator=os.getuid(),
        operator_authority=_operating(authorities),
        plain_http_accepted=founding.plain_http_accepted,
        token=founding.token,
        database=founding.database,
        peer_addresses=founding.peer_addresses,
    )
    config.check()
    directory.write_config(config)
    with directory.locked():
        founded = _first_people(directory, config, clock, authorities)
        state_identity(directory, config, Hand(signer, key_of(signer)), founded.authorities, clock.now())
    return FoundedNode(
        node=node,
        party=config.party,
        profile=config.profile,
        directory=str(directory.path),
        http=f"{config.http.host}:{config.http.port}",
        peer=f"{config.peer.host}:{config.peer.port}",
        accounts=tuple(_first(account) for account in founded.accounts),
    )


def _operating(authorities: tuple[Authority, ...]) -> str:
    """Return the authority that runs the node: the first named with that role, else the one that founding adds."""
    return next((authority.id for authority in authorities if Role.NODE_OPERATOR in authority.roles), OPERATOR)


def _first_people(
    directory: NodeDirectory, config: NodeConfig, clock: SystemClock, authorities: tuple[Authority, ...]
) -> Founded:
    foundation = Foundation(party=config.party, profile=config.profile, authorities=authorities)
    database = open_storage(directory, config)
    try:
        acts = Acts(database.works(clock, founding_services()), database.writer)
        return acts.act("node.found", operator_of(config), Purpose.ADMINISTRATION, lambda work: found(work, foundation))
    finally:
        database.close()


def _write_certificate(directory: NodeDirectory, made: TlsIdentity) -> None:
    for path, text in ((directory.tls_key, made.private_key), (directory.tls_certificate, made.certificate)):
        path.touch(mode=0o600)
        path.write_text(text, "ascii")


def _first(created: AccountCreated) -> FirstAccount:
    membership = created.account.memberships[0]
    return FirstAccount(
        name=created.account.name,
        functions=tuple(function.value for function in membership.functions),
        authority=membership.authority,
        one_time_password=created.one_time_password,
    )
