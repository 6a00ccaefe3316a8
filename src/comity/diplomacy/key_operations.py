"""The node's signing keys: asking the root, installing what it signed, and seeing who knows which."""

from __future__ import annotations

import msgspec

from comity.agreements.keys import Act, Chain, extend, key_of
from comity.core.codec import encode
from comity.core.errors import Refused
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import DAY_US, Instant
from comity.core.vocabulary import Permission, Purpose
from comity.diplomacy import key_rules
from comity.diplomacy.key_records import (
    DeedList,
    DeedRequest,
    InstallDeeds,
    KeyState,
    KeyView,
    ListDeeds,
    PeerKeys,
    RequestKey,
    RequestRevocation,
    RequestRoot,
    ShowKeys,
    ToldView,
)
from comity.diplomacy.services import Services
from comity.exchange.equality import ask_for
from comity.exchange.keys.desk import chain_of
from comity.exchange.keys.store import add_deeds, conflicts, deeds_of, own_chain, told
from comity.exchange.records import Peer, PeerState
from comity.exchange.store import peers

_PURPOSES = (Purpose.ADMINISTRATION,)
_READERS = (Purpose.ADMINISTRATION, Purpose.PEERING, Purpose.SUPERVISION)


def key_operations(services: Services) -> tuple[AnyOperation, ...]:
    """Return the operations on keys for one node."""
    return (*_requests(services), *_deeds(services))


def own_keys(work: Work, services: Services) -> Chain:
    """Return the keys of this node as its deeds leave them."""
    return own_chain(work, services.identity.node, services.identity.key)


def _requests(services: Services) -> tuple[AnyOperation, ...]:
    @operation("keys.request-root", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
    def request_root(work: Work, command: RequestRoot) -> DeedRequest:
        """Ask an offline root to take this node's keys over; nothing changes before its deed is installed."""
        chain = own_keys(work, services)
        if chain.root is not None:
            raise Refused("keys.has-root", "This node has a root, and keeps it.", field="$.root")
        if services.first is None:
            raise Refused("keys.not-here", "The node's first key is not here, which must sign this.")
        until = Instant(work.recorded_at + command.days * DAY_US)
        body = key_rules.next_deed(chain, Act.ESTABLISH, key_rules.read_root(command.root), work.recorded_at)
        work.record(requested=body.act.value, key=body.key.id)
        return key_rules.asked(msgspec.structs.replace(body, valid_until=until), services.first)

    @operation("keys.request", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
    def request_key(work: Work, command: RequestKey) -> DeedRequest:
        """Make a new online key and ask the root to certify it; it signs nothing before its deed is installed."""
        chain = own_keys(work, services)
        key_rules.require_root(chain)
        if services.shelf is None:
            raise Refused("keys.not-here", "No keys can be made here.")
        hand = services.shelf.make(hybrid=command.hybrid)
        since = Instant(max(command.valid_from or 0, work.recorded_at, chain.issued))
        body = key_rules.next_deed(chain, Act.CERTIFY, key_of(hand), work.recorded_at)
        work.record(requested=body.act.value, key=body.key.id)
        until = Instant(since + command.days * DAY_US)
        return key_rules.asked(msgspec.structs.replace(body, valid_from=since, valid_until=until), hand)

    @operation("keys.request-revocation", permission=Permission.PEER_MANAGE, purposes=_PURPOSES)
    def request_revocation(work: Work, command: RequestRevocation) -> DeedRequest:
        """Ask the root to take a key back."""
        chain = own_keys(work, services)
        key_rules.require_root(chain)
        span = key_rules.span_to_revoke(chain, command.key)
        since = Instant(min(command.compromised_at or work.recorded_at, work.recorded_at))
        body = key_rules.next_deed(chain, Act.REVOKE, span.key, work.recorded_at)
        work.record(requested=body.act.value, key=span.key.id)
        return key_rules.asked(msgspec.structs.replace(body, compromised_at=since, reason=command.reason.strip()), None)

    return (request_root, request_key, request_revocation)


def _deeds(services: Services) -> tuple[AnyOperation, ...]:
    @operation("keys.install", permission=Permission.PEER_MANAGE, purposes=_PURPOSES, four_eyes=True)
    def install(work: Work, command: InstallDeeds) -> KeyState:
        """Install deeds that the root signed, and tell every peer; keys count from the time that their deed says."""
        chain = own_keys(work, services)
        fresh = key_rules.new_deeds(deeds_of(work, services.identity.node), key_rules.read_deeds(command.document))
        for deed in fresh:
            chain = extend(chain, deed)
            work.record(deed=deed.number, act=deed.act.value, key=deed.key.id)
        add_deeds(work, services.identity.node, fresh)
        if any(deed.act is Act.REVOKE for deed in fresh):
            # Whoever had the key may have spoken for this node: each peer is asked what it holds.
            for peer in peers(work):
                if peer.state is PeerState.TRUSTED:
                    ask_for(work, peer)
        return _state(work, chain, services)

    @operation("keys.show", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
    def show(work: Work, _command: ShowKeys) -> KeyState:
        """Show the keys of this node and of its peers, when each counts, and which peers know of the newest."""
        return _state(work, own_keys(work, services), services)

    @operation("keys.deeds", permission=Permission.PEER_READ, purposes=_READERS, kind=Kind.READ)
    def list_deeds(work: Work, _command: ListDeeds) -> DeedList:
        """List every deed about this node's keys, so that anybody can follow them from its first key."""
        found = deeds_of(work, services.identity.node)
        return DeedList(deeds=tuple(encode(deed).decode() for deed in found))

    return (install, show, list_deeds)


def _state(work: Work, chain: Chain, services: Services) -> KeyState:
    known = told(work)
    contradicted = conflicts(work)
    trusted = peers(work)
    return KeyState(
        node=chain.node,
        root=None if chain.root is None else chain.root.id,
        deeds=chain.length,
        keys=_own(chain, work.recorded_at, services),
        told=tuple(
            ToldView(
                node=peer.node,
                party=peer.party,
                number=known[peer.node].number if peer.node in known else 0,
                trouble=known[peer.node].trouble if peer.node in known else None,
                receipt=_hex(known[peer.node].receipt) if peer.node in known else None,
            )
            for peer in trusted
        ),
        peers=tuple(_peer(work, peer, contradicted) for peer in trusted),
    )


def _own(chain: Chain, now: Instant, services: Services) -> tuple[KeyView, ...]:
    shelf = services.shelf
    here = {each.key.id: shelf is not None and shelf.holds(bytes.fromhex(each.key.public)) for each in chain.spans}
    usable = [each for each in chain.spans if each.covers(now) and here[each.key.id]]
    return tuple(
        key_rules.key_view(each, signs=bool(usable) and each is usable[-1], here=here[each.key.id])
        for each in chain.spans
    )


def _peer(work: Work, peer: Peer, contradicted: frozenset[str]) -> PeerKeys:
    chain = chain_of(work, peer)
    newest = chain.newest(work.recorded_at)
    return PeerKeys(
        node=peer.node,
        party=peer.party,
        root=None if chain.root is None else chain.root.id,
        deeds=chain.length,
        contradicted=peer.node in contradicted,
        keys=tuple(key_rules.key_view(each, signs=each is newest) for each in chain.spans),
    )


def _hex(receipt: bytes | None) -> str | None:
    return None if receipt is None else bytes(receipt).hex()
