"""Errors of the evidence library, as leaves of the house's tree (`comity.core.errors`).

    BadInput
    |-- TornTail       the file ends inside a frame: a crash while writing, repairable
    |-- Corrupt        bytes of the file are not what was written
    |-- BadCheckpoint  a signed note is malformed or its signature is wrong
    |-- BadFrontier    stored tree state is not what `Frontier.to_bytes` writes
    |-- BadEntry       a salt, hash, number or name that cannot stand in the ledger
    `-- NotFound
        `-- NoSuchProof  a proof was asked for a leaf or size that the tree does not have
    Refused
    |-- SplitView      two histories of one ledger: what a witness exists to find
    |-- Unproved       a checkpoint came without the proof that it continues the one seen before
    `-- Conflict
        `-- OldView    the checkpoint starts from another size than the one the witness saw last

No text here carries bytes of an entry: offsets, sequence numbers and rule names only.
"""

from __future__ import annotations

from comity.core.errors import BadInput, Conflict, NotFound, Refused


class TornTail(BadInput):
    """The last frame, starting at byte `offset`, is incomplete; everything before it is sound."""

    default_remedy = "Cut the file off at the offset and write the missing frames again from the rows."

    def __init__(self, offset: int) -> None:
        super().__init__("ledger.torn-tail", "The file ends inside a frame.", field=f"@{offset}")
        self.offset = offset


class Corrupt(BadInput):
    """The frame that starts at byte `offset` was changed after it was written."""

    default_remedy = "Keep the file as evidence; compare it with a backup and the checkpoints peers hold."

    def __init__(self, offset: int, why: str) -> None:
        super().__init__("ledger.corrupt", f"The ledger file was changed: {why}.", field=f"@{offset}")
        self.offset = offset


class BadCheckpoint(BadInput):
    """A checkpoint that breaks the signed-note form or whose signature does not verify."""

    default_remedy = "Ask the node for its checkpoint again and check the key that you trust for it."

    def __init__(self, why: str) -> None:
        super().__init__("ledger.bad-checkpoint", f"The checkpoint is refused: {why}.")


class BadFrontier(BadInput):
    """Stored tree state that no tree can have."""

    default_remedy = "Discard the stored state and build it again from the ledger file."

    def __init__(self, why: str) -> None:
        super().__init__("ledger.bad-frontier", f"The stored tree state is refused: {why}.")


class BadEntry(BadInput):
    """A value that cannot be written to the ledger."""

    default_remedy = "Hashes have 32 bytes, salts 16; numbers count up from 0; correct the caller."

    def __init__(self, why: str) -> None:
        super().__init__("ledger.bad-entry", f"This cannot stand in the ledger: {why}.")


class NoSuchProof(NotFound):
    """A leaf index or tree size outside the tree."""

    default_remedy = "Ask for an index below the tree size, and for sizes that the ledger has reached."

    def __init__(self, why: str) -> None:
        super().__init__("ledger.no-such-proof", f"No such proof: {why}.")


class SplitView(Refused):
    """The ledger's key signed two histories that cannot both be true; `seen` and `shown` are the two notes."""

    default_remedy = "Stop trusting this ledger, keep both notes as evidence and tell its supervisor."

    def __init__(self, seen: bytes, shown: bytes) -> None:
        super().__init__("ledger.split-view", "The ledger shows two different histories of the same size.")
        self.seen = seen
        self.shown = shown


class Unproved(Refused):
    """The proof does not show that the ledger only grew since the checkpoint seen before."""

    default_remedy = "Ask the ledger for the proof from the size seen last; if it has none, treat it as a split view."

    def __init__(self) -> None:
        super().__init__("ledger.unproved", "The proof does not show that the ledger only grew.")


class OldView(Conflict):
    """The request does not start where the witness stands; `size` is the number of leaves it saw last."""

    default_remedy = "Prove growth from the size that the witness saw last."

    def __init__(self, size: int) -> None:
        super().__init__("ledger.old-view", f"The witness has seen {size} entries; the request starts elsewhere.")
        self.size = size
