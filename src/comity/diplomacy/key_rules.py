"""Deeds: how they are asked for, read, and followed."""

from __future__ import annotations

import msgspec

from comity.agreements.identity import Identity
from comity.agreements.keys import SCHEMA, Act, Chain, Deed, DeedBody, Key, Span, body_bytes, deed_digest, mark
from comity.core.codec import decode_canonical_as, encode
from comity.core.errors import BadInput, Refused
from comity.core.ports import Signer, Work
from comity.core.time import Instant
from comity.diplomacy.key_records import DeedRequest, KeyView
from comity.exchange.keys.desk import contradiction
from comity.exchange.keys.store import add_deeds, deeds_of


def next_deed(chain: Chain, act: Act, key: Key, now: Instant) -> DeedBody:
    """Return the frame of the deed that continues a chain."""
    return DeedBody(
        schema=SCHEMA,
        node=chain.node,
        number=chain.length + 1,
        previous=chain.digests[-1] if chain.digests else None,
        act=act,
        key=key,
        issued=max(now, chain.issued),
    )


def asked(body: DeedBody, own: Signer | None) -> DeedRequest:
    """Return a deed that the root has still to sign; `own` is the key that must show itself."""
    members = {name: getattr(body, name) for name in DeedBody.__struct_fields__}
    deed = Deed(**members, own=None if own is None else mark(own, body_bytes(body)))
    return DeedRequest(number=body.number, act=body.act.value, key=body.key.id, document=encode(deed).decode())


def read_deeds(text: str) -> tuple[Deed, ...]:
    """Read deeds, one on each line. Raises `BadInput`."""
    return tuple(decode_canonical_as(line.strip().encode(), Deed) for line in text.splitlines() if line.strip())


def new_deeds(held: tuple[Deed, ...], given: tuple[Deed, ...]) -> tuple[Deed, ...]:
    """Return those that are not held yet. Raises `Refused` `keys.contradiction` for another one of a held number."""
    for deed in given:
        if deed.number <= len(held) and deed_digest(deed) != deed_digest(held[deed.number - 1]):
            raise Refused(
                "keys.contradiction",
                "There is another deed of this number here.",
                field="$.document",
                remedy="Peers would freeze this node. Find out who signed the other one before anything else.",
            )
    return tuple(deed for deed in given if deed.number > len(held))


def follow_deeds(work: Work, identity: Identity) -> Identity:
    """Keep what an identity document says about keys beyond what is held; return it with all that is known.

    Raises `Refused` `keys.contradiction` where it says otherwise than what is held.
    """
    held = deeds_of(work, identity.node)
    if contradiction(work, identity.node, identity.deeds) is not None:
        raise Refused(
            "keys.contradiction",
            "The document's keys are not those that this node told before.",
            field="$.document",
            remedy="Do not trust it; ask the peer's operator by other means which deeds its root signed.",
        )
    add_deeds(work, identity.node, new_deeds(held, identity.deeds))
    longer = held if len(held) > len(identity.deeds) else identity.deeds
    return msgspec.structs.replace(identity, deeds=longer)


def key_view(span: Span, *, signs: bool, here: bool | None = None) -> KeyView:
    """Return a key as people see it."""
    return KeyView(
        id=span.key.id,
        suite=span.key.suite,
        since=span.since,
        until=span.until,
        compromised_at=span.compromised_at,
        signs=signs,
        here=here,
    )


def require_root(chain: Chain) -> None:
    """Insist that the node has a root. Raises `Refused` `keys.no-root`."""
    if chain.root is None:
        raise Refused(
            "keys.no-root",
            "This node has no root yet that could certify keys or take them back.",
            remedy="Make one on a machine without network (keys root make), then ask with `keys request-root`.",
        )


def read_root(text: str) -> Key:
    """Read the public side of a root. Raises `BadInput`."""
    return decode_canonical_as(text.strip().encode(), Key)


def span_to_revoke(chain: Chain, name: str) -> Span:
    """Return the key that is to be taken back. Raises `BadInput` `keys.unknown`, `keys.known-already`."""
    span = chain.span(name)
    if span is None:
        raise BadInput("keys.unknown", "The node has no such key.", field="$.key", remedy="See `keys show`.")
    if span.compromised_at is not None:
        raise BadInput("keys.known-already", "This key was taken back before.", field="$.key")
    return span
