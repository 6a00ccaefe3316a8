"""What supervision sees: entries of the search log and of the ledger, and the commands that ask for them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from comity.core.ids import Owner, RecordId, RecordRef
from comity.core.personal import Personal
from comity.core.time import DateText, Instant
from comity.core.vocabulary import Purpose

PAGE_LIMIT = 200

PageSize = Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)]
Passphrase = Annotated[str, Personal, msgspec.Meta(extra_json_schema={"format": "password"})]
"""Secret of one person; marked personal so that no log, error, job or page repeats it."""


class KeyStrength(msgspec.Struct, frozen=True, kw_only=True):
    """What one argon2id derivation costs: passes and bytes of memory, stored beside the key it protects."""

    passes: int
    memory_bytes: int


class SealedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's X25519 key pair: the public key in clear, the private one encrypted under a passphrase."""

    key: str
    public_key: bytes
    salt: bytes
    sealed_private_key: bytes
    strength: KeyStrength
    made: Instant
    made_by: str


class LoggedSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One search, as law wants it logged (Reg (EU) 2018/1861 Art 12, 2018/1862 Art 12), but for the data used.

    `found` names what was shown to the searcher, and nothing else.
    """

    search: RecordId
    at: Instant
    recorded_at: Instant
    user: str
    owner: Owner
    purpose: Purpose
    operation: str
    justification: Annotated[str, Personal]
    found: tuple[RecordRef, ...]


class SearchEntry(LoggedSearch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The content that is sealed; `terms` are the canonical bytes of the data used."""

    terms: Annotated[bytes, Personal]


class OpenedSearch(LoggedSearch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the supervisor reads; `terms` are the data used as text: JSON as it was sealed."""

    terms: Annotated[str, Personal]


class SetKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Make a new key pair for the search log. Earlier entries stay readable with the passphrase of their own key."""

    passphrase: Passphrase


class KeySet(msgspec.Struct, frozen=True, kw_only=True):
    """The key that seals from now on: the first 16 hex digits of the SHA-256 of its public key."""

    key: str


class ReadSearchLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which searches to open: `since` and `until` are days in UTC, both included; `cursor` continues a page."""

    passphrase: Passphrase
    since: DateText | None = None
    until: DateText | None = None
    user: str | None = None
    limit: PageSize = 50
    cursor: str | None = None


class SearchLogPage(msgspec.Struct, frozen=True, kw_only=True):
    """Opened entries, oldest first. `locked` counts those of this page sealed for a key of another passphrase."""

    entries: tuple[OpenedSearch, ...]
    locked: int
    cursor: str | None


class SweepSearchLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Erase searches older than the lawful period, at most `limit` at a time."""

    limit: PageSize = PAGE_LIMIT


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """How many searches were erased; `more` says that others are still due."""

    erased: int
    more: bool


class ListLedger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page of the ledger in order, after sequence number `after`; None starts at the first entry.

    `operation` keeps to the acts of one name, such as `alert.enter` or `exchange.accept`.
    """

    operation: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    limit: PageSize = 50


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `entry` is the canonical JSON text that was hashed, None once erased lawfully under `erased_rule`.

    `leaf` is SHA-256(0x00 + salt + entry) in hex; `salt` in hex is None once erased.
    """

    sequence: int
    recorded_at: Instant
    leaf: str
    salt: str | None
    entry: str | None
    operation: str = ""
    erased_rule: str | None = None
    erased_at: Instant | None = None


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in order; `after` asks for the next page, None at the end."""

    lines: tuple[LedgerLine, ...]
    after: int | None


class ProveEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask for the proof that one entry stands in the ledger."""

    sequence: Annotated[int, msgspec.Meta(ge=0)]


class LedgerProof(msgspec.Struct, frozen=True, kw_only=True):
    """An inclusion proof (RFC 9162 section 2.1.3) with the signed checkpoint it leads to (C2SP tlog-checkpoint).

    Hashes are hex. Whoever holds the node's public key checks it with nothing else.
    """

    line: LedgerLine
    path: tuple[str, ...]
    checkpoint: str


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A command that needs no more than its name."""


class LedgerCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the node states about its ledger, signed: number of entries, root in hex, and the C2SP note.

    `key` names the key that signed it.
    """

    size: int
    root: str
    note: str
    key: str = ""


class CheckpointKey(msgspec.Struct, frozen=True, kw_only=True):
    """Which checkpoints a key signed: how many, and how many entries the first and the last of them cover."""

    key: str
    checkpoints: int
    first: int
    last: int


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What checking every byte of the ledger file and every row against each other found.

    `problems` are sentences that name sequence numbers and offsets, never content.
    """

    sound: bool
    entries: int
    erased_lawfully: int
    root: str
    problems: tuple[str, ...]
    keys: tuple[CheckpointKey, ...] = ()
