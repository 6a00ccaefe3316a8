"""Nodes that trust each other and have an agreement in force: what every story and measurement begins with."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.core import codec
from comity.core.errors import NotFound, Pending, Unreachable
from comity.core.vocabulary import Function, Purpose
from comity.diplomacy.records import AgreementState, AgreementView, PeerList
from comity.exercise.process import NodeProcess, found
from comity.exercise.staff import Person, Staff
from comity.identity.commands import Decided
from comity.runtime.records import Call
from comity.surfaces.cli.socket_client import SocketTransport

T = TypeVar("T")

AUTHORITIES: Mapping[str, tuple[str, ...]] = {
    "DEU": (
        "bundeskriminalamt:judicial_authority,police,migration_authority,sirene_bureau",
        "bundespolizei:border_guard,police",
    ),
    "FRA": (
        "police-aux-frontieres:border_guard,police",
        "sirene-france:sirene_bureau,judicial_authority,migration_authority",
    ),
    "IRL": ("immigration-service:border_guard,police", "sirene-ireland:sirene_bureau,judicial_authority"),
    "AUS": ("australian-border-force:border_guard,police", "australian-passport-office:police"),
    "NZL": ("immigration-new-zealand:border_guard,police", "internal-affairs:police"),
}
"""Authorities of the exercise's parties; the bodies exist, their people here do not."""
_ANYWHERE: Final = ("police:border_guard,police", "bureau:sirene_bureau,judicial_authority,migration_authority")
"""Authorities of any other party."""

_PATIENCE_S = 30.0
_LOOK_S = 0.01


@dataclass(slots=True)
class Member:
    """One party of the exercise: its node and its people."""

    node: NodeProcess
    staff: Staff

    def operate(self, operation: str, command: object, kind: type[T]) -> T:
        """Act as the node's operator, over its local socket."""
        call = Call(
            operation=operation,
            command=msgspec.json.encode(command),
            request_id=secrets.token_hex(16),
            purpose=Purpose.ADMINISTRATION,
        )
        body = SocketTransport(self.node.directory / "run" / "api.sock").send(call, None)
        return codec.quick(body, kind)


class Federation:
    """The nodes of an exercise, all running."""

    def __init__(self, members: Mapping[str, Member]) -> None:
        self.members = dict(members)

    @classmethod
    def open(cls, folder: Path, parties: Sequence[str]) -> Federation:
        """Make and start a node for each party, and sign its first people in."""
        with ThreadPoolExecutor(len(parties)) as pool:
            nodes = list(pool.map(lambda party: found(folder / party.lower(), party, authorities_of(party)), parties))
            try:
                list(pool.map(NodeProcess.start, nodes))
                staff = list(pool.map(Staff, nodes))
            except BaseException:
                for node in nodes:
                    node.kill()
                raise
        return cls({node.party: Member(node, people) for node, people in zip(nodes, staff, strict=True)})

    @property
    def patience_s(self) -> float:
        """How long to wait for what all have to do: the more nodes on one machine, the longer it takes."""
        return _PATIENCE_S * max(1.0, len(self.members) / 3)

    def __getitem__(self, party: str) -> Member:
        return self.members[party]

    def trust_all(self) -> None:
        """Have every node trust every other; return when all peering agreements are in force at both ends."""
        documents = {
            party: (one.node.directory / "identity.json").read_text("utf-8") for party, one in self.members.items()
        }
        for party, member in self.members.items():
            for other, document in documents.items():
                if other != party:
                    member.operate("node.trust", {"document": document}, dict)
        for member in self.members.values():
            await_until(partial(_all_peered, member, len(documents) - 1), "all peerings are in force", self.patience_s)

    def agree(self, instrument: str = "schengen-sis") -> str:
        """Propose an instrument among these parties and have two people of each sign it; return its hash."""
        agreement = narrow_parties(load_instrument(instrument), self.members)
        document = canonical_bytes(agreement).decode()
        signers = {party: _treaty_officers(party, member) for party, member in self.members.items()}
        proposers = next(iter(signers.values()))
        view = codec.decode_as(
            _together(*proposers, "agreement.propose", {"document": document}).encode(), AgreementView
        )
        for first, second in signers.values():
            await_until(partial(_has, first, view.agreement), "the proposal arrives", self.patience_s)
            _together(first, second, "agreement.sign", {"agreement": view.agreement})
        for first, _ in signers.values():
            in_force = partial(_has, first, view.agreement, AgreementState.IN_FORCE)
            await_until(in_force, "the agreement is in force", self.patience_s)
        return view.agreement

    def close(self) -> None:
        """Stop every node."""
        for member in self.members.values():
            member.staff.close()
        with ThreadPoolExecutor(len(self.members)) as pool:
            list(pool.map(lambda member: member.node.stop(), self.members.values()))


def authorities_of(party: str) -> tuple[str, ...]:
    """Return the authorities that a party's node is made with."""
    return AUTHORITIES.get(party, _ANYWHERE)


def await_until(seen: Callable[[], bool], what: str, patience_s: float = _PATIENCE_S) -> float:
    """Look again and again until `seen` says yes; return the seconds it took. Raises `Unreachable` when patience ends.

    From outside a node there is nothing to wait on but its answers.
    """
    begun = time.monotonic()
    while not seen():
        if time.monotonic() - begun > patience_s:
            raise Unreachable("exercise.waited-in-vain", f"Waited {patience_s:.0f} s in vain until {what}.")
        time.sleep(_LOOK_S)
    return time.monotonic() - begun


def _all_peered(member: Member, count: int) -> bool:
    shown = member.operate("peer.list", {}, PeerList)
    return sum(peer.peering is AgreementState.IN_FORCE for peer in shown.peers) == count


def _treaty_officers(party: str, member: Member) -> tuple[Person, Person]:
    authority = authorities_of(party)[0].partition(":")[0]
    return (
        member.staff.hire("treaty-officer-1", authority, Function.TREATY_OFFICER),
        member.staff.hire("treaty-officer-2", authority, Function.TREATY_OFFICER),
    )


def _together(first: Person, second: Person, operation: str, command: object) -> str:
    """Have the first ask for an act and the second approve it; return its answer as JSON text."""
    approval = ""
    try:
        first.client.call(operation, command, dict)
    except Pending as held:
        approval = held.approval
    return second.client.call("approval.approve", {"approval": approval}, Decided).result or ""


def _has(person: Person, agreement: str, state: AgreementState | None = None) -> bool:
    """Say whether the person's node holds the agreement, in this state if one is named."""
    try:
        shown = person.client.call(
            "agreement.show", {"agreement": agreement}, AgreementView, purpose=Purpose.ADMINISTRATION
        )
    except NotFound:
        return False
    return state is None or shown.state is state
