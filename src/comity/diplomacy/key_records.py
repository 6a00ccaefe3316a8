"""Signing keys as people see them, and what they ask for."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.agreements.keys import MOST_DAYS
from comity.core.time import Instant
from comity.diplomacy.records import DocumentText

KEY_CASE: Final = "signing-key"

KeyId = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]
Reason = Annotated[str, Meta(min_length=3, max_length=120)]


class RequestRoot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask a root to take this node's keys over: `root` is what `keys root show` prints.

    `days`: how long the node's first key counts from now on.
    """

    root: DocumentText
    days: Days = MOST_DAYS


class RequestKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make a new online key and ask the root to certify it, from `valid_from` (now) for `days`.

    `hybrid`: a pair, ML-DSA-65 beside Ed25519, both of which sign checkpoints and agreements.
    """

    valid_from: Instant | None = None
    days: Days = MOST_DAYS
    hybrid: bool = False


class RequestRevocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask the root to take a key back; `compromised_at` (now): since when somebody else may have had it."""

    key: KeyId
    reason: Reason
    compromised_at: Instant | None = None


class DeedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the root is to sign, as canonical text: take `document` to where the root is (`keys root sign`)."""

    number: int
    act: str
    key: str
    document: str


class InstallDeeds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Install what the root signed: one deed, or several in order, each on a line of its own."""

    document: DocumentText


class ShowKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The keys of this node and of its peers."""


class ListDeeds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every deed about this node's keys, as the root signed it."""


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """One key: when it counts, since when it was somebody else's too, whether it signs now.

    `here`: its private half is on this node; none for a peer's.
    """

    id: str
    suite: str
    since: Instant
    until: Instant | None
    compromised_at: Instant | None
    signs: bool
    here: bool | None = None


class ToldView(msgspec.Struct, frozen=True, kw_only=True):
    """How many of this node's deeds a peer has acknowledged, and why not all."""

    node: str
    party: str
    number: int
    trouble: str | None
    receipt: str | None


class PeerKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a peer; `contradicted`: it showed two deeds of one number."""

    node: str
    party: str
    root: str | None
    deeds: int
    contradicted: bool
    keys: tuple[KeyView, ...]


class KeyState(msgspec.Struct, frozen=True, kw_only=True):
    """All keys, oldest first; `root` is the id of the root, none while the node has its first key alone."""

    node: str
    root: str | None
    deeds: int
    keys: tuple[KeyView, ...]
    told: tuple[ToldView, ...]
    peers: tuple[PeerKeys, ...]


class DeedList(msgspec.Struct, frozen=True, kw_only=True):
    """Deeds in order, each as canonical text."""

    deeds: tuple[str, ...]
