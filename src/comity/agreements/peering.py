"""The peering agreement: what two nodes may say to each other before any treaty.

It follows from the two identity documents alone, so both sides compute the same bytes and hash, whoever starts. Only
what makes a node the node goes in (party, keys, profile); addresses and authorities may change without a new peering.
"""

from __future__ import annotations

from typing import Final, TypeVar

from comity.agreements.identity import Identity
from comity.agreements.records import Agreement, Clause, FieldList, Party, PeerNode
from comity.agreements.sourced import Confidence, Sourced
from comity.agreements.vocabulary import (
    PEERING_FIELDS,
    PEERING_OPERATIONS,
    Category,
    Correction,
    Form,
    Mode,
    Onward,
    Scope,
    Suspension,
    Termination,
)
from comity.core.errors import Refused
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose

T = TypeVar("T")

_SOURCE: Final = "mutual trust of two nodes: each operator accepted the other's identity document"
_FIELDS: Final = "messages"
_ALWAYS: Final = CivilDate("1970-01-01")


def make_peering(one: Identity, other: Identity) -> Agreement:
    """Return the peering agreement of two nodes, the same in whatever order they are given.

    In force from the later of the two signatures. Raises `Refused`: `peering.profile` for an exercise and a production
    node, `peering.same-party` for two nodes of one party.
    """
    if one.profile is not other.profile:
        raise Refused(
            "peering.profile",
            "A node of an exercise and one of production never peer.",
            field="$.profile",
            remedy="Ask the other side for the identity of its node of the same profile.",
        )
    if one.party == other.party:
        raise Refused(
            "peering.same-party",
            "Peers are nodes of different parties.",
            field="$.party",
            remedy="Check that this is the peer's document and not your own.",
        )
    nodes = sorted((_peer(one), _peer(other)), key=lambda each: each.node)
    return Agreement(
        schema="comity-agreement/1",
        id="-".join(("peering", *(node.node for node in nodes))),
        version=1,
        title=_said("Peering of two nodes"),
        form=_said(Form.PEERING),
        legal_basis=(_said("Mutual trust of two nodes"),),
        parties=tuple(Party(code=code, bound_from=_said(_ALWAYS)) for code in sorted(node.party for node in nodes)),
        clauses=(_clause(),),
        log_retention=_said("P3Y"),
        onward_transfer=_said(Onward.FORBIDDEN),
        correction=_said(Correction.OWNER_ONLY),
        suspension=_said(Suspension.FROM_RECEIPT),
        termination=_said(Termination.TERMS_SURVIVE),
        field_lists=(
            FieldList(id=_FIELDS, category=Category.PEERING, allowed=(_said(tuple(sorted(PEERING_FIELDS))),)),
        ),
        nodes=tuple(nodes),
    )


def _clause() -> Clause:
    return Clause(
        id="peering",
        article=_said("closed list of peering"),
        operations=_said(PEERING_OPERATIONS),
        categories=_said((Category.PEERING,)),
        purposes=_said((Purpose.PEERING,)),
        mode=_said(Mode.MESSAGE),
        fields=(_FIELDS,),
        givers=Sourced[Scope | tuple[str, ...]](value=Scope.ANY_PARTY, source=_SOURCE, confidence=Confidence.VERIFIED),
        receivers=Sourced[Scope | tuple[str, ...]](
            value=Scope.ANY_PARTY, source=_SOURCE, confidence=Confidence.VERIFIED
        ),
    )


def _peer(identity: Identity) -> PeerNode:
    return PeerNode(
        node=identity.node,
        party=identity.party,
        profile=identity.profile,
        suite=identity.key.suite,
        public_key=identity.key.public,
        tls_fingerprint=identity.tls.fingerprint,
    )


def _said(value: T) -> Sourced[T]:
    return Sourced(value=value, source=_SOURCE, confidence=Confidence.VERIFIED)
