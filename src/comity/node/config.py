"""What a node is told once, at `node init`: who it is and where it listens."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from comity.adapters.hub.place import HubPlace
from comity.adapters.keys_pkcs11 import TokenKey
from comity.adapters.sql.place import Place
from comity.core import codec
from comity.core.codes import parse_party
from comity.core.errors import BadInput
from comity.core.said import say
from comity.core.time import Instant
from comity.exchange.modes.relaying import BrokerPlace

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, not bound to
_LOOPBACK = frozenset({"127.0.0.1", "::1"})

Profile = Literal["exercise", "production"]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address to listen on: host name or number, and port."""

    host: str
    port: Port


class NodeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`config.json` of a node's directory, in canonical bytes.

    `http_hosts` are further names (with port) under which browsers reach the node; a request for any other host is
    refused.

    `operator` is the user id of this machine whose shell may act as the node's operator over the local socket, for the
    authority `operator_authority`.
    `http_tls` names certificate and key files for HTTPS; without them a production node starts only with
    `plain_http_accepted`, which is entered in the ledger at each start. `token` says where the signing key is, if not
    in the node's directory. `degraded_checks`: border checks go on while the ledger cannot be written, on own records
    and on those of partners whose agreements allow it. `database` says where the rows are, if not in the node's
    directory; `peer_addresses` are told to peers in place of `peer`, where several processes or a balancer stand
    before them.
    """

    schema: Literal["comity-node/1"]
    node: str
    party: str
    profile: Profile
    created: Instant
    http: Listen
    peer: Listen
    operator: int
    operator_authority: str
    http_tls: tuple[str, str] | None = None
    http_hosts: tuple[str, ...] = ()
    plain_http_accepted: bool = False
    token: TokenKey | None = None
    degraded_checks: bool = False
    database: Place | None = None
    hub: HubPlace | None = None
    brokers: BrokerPlace | None = None
    peer_addresses: tuple[Listen, ...] = ()

    def told_addresses(self) -> tuple[Listen, ...]:
        """Return where peers are told to find the node."""
        return self.peer_addresses or (self.peer,)

    def hosts(self) -> tuple[str, ...]:
        """Return every Host header to accept; none (all are) where the node listens everywhere and names no host."""
        if self.http.host in _EVERYWHERE:
            return self.http_hosts
        local = (f"localhost:{self.http.port}",) if self.http.host in _LOOPBACK else ()
        return (f"{self.http.host}:{self.http.port}", *local, *self.http_hosts)

    def check(self) -> None:
        """Raise `BadInput` for an unknown party, or a database that is named by no URL or with its password."""
        parse_party(self.party, field="$.party")
        if self.database is not None:
            self.database.check()


def read_config(data: bytes, name: str) -> NodeConfig:
    """Return the configuration in `data`; `name` is told in errors. Raises `BadInput`."""
    try:
        config = codec.decode_as(data, NodeConfig)
    except BadInput as error:
        raise BadInput(
            "node.config-unreadable",
            say("%(name)s is not a node's configuration: %(message)s", name=name, message=error.message),
            field=error.problems[0].field if error.problems else name,
            remedy="Restore it from a backup, or make the node anew with `comity node init`.",
        ) from error
    config.check()
    return config
