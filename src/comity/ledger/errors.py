"""Errors of the evidence library.

    LedgerError
    ├── TornTail          the file ends inside a frame: a crash while writing, repairable
    ├── Corrupt           bytes of the file are not what was written
    ├── BadCheckpoint     a signed note is malformed or its signature is wrong
    ├── BadFrontier       stored tree state is not what `Frontier.to_bytes` writes
    ├── BadEntry          a salt, hash, number or name that cannot stand in the ledger
    └── NoSuchProof       a proof was asked for a leaf or size that the tree does not have

No text here carries bytes of an entry: offsets, sequence numbers and rule names only.
"""

from __future__ import annotations


class LedgerError(Exception):
    """Base of every refusal of this package. `code` is for machines, `remedy` for the operator."""

    code = "ledger.error"
    remedy = "Run `comity ledger verify` and keep its output."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TornTail(LedgerError):
    """The last frame, starting at byte `offset`, is incomplete; everything before it is sound."""

    code = "ledger.torn-tail"
    remedy = "Truncate the file at the offset and write the missing frames again from the rows."

    def __init__(self, offset: int) -> None:
        super().__init__(f"the file ends inside the frame that starts at byte {offset}")
        self.offset = offset


class Corrupt(LedgerError):
    """The frame that starts at byte `offset` was changed after it was written."""

    code = "ledger.corrupt"
    remedy = "Keep the file as evidence and compare it with a backup and the witnesses' checkpoints."

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(f"frame at byte {offset}: {why}")
        self.offset = offset
        self.reason = why


class BadCheckpoint(LedgerError):
    """A checkpoint that breaks the signed-note form or whose signature does not verify."""

    code = "ledger.bad-checkpoint"
    remedy = "Ask the node for its checkpoint again and check the key that you trust for it."


class BadFrontier(LedgerError):
    """Stored tree state that no tree can have."""

    code = "ledger.bad-frontier"
    remedy = "Discard the stored state and build it again from the ledger file."


class BadEntry(LedgerError):
    """A value that cannot be written to the ledger."""

    code = "ledger.bad-entry"
    remedy = "Correct the caller: hashes have 32 bytes, salts 16, numbers count up from 0."


class NoSuchProof(LedgerError):
    """A leaf index or tree size outside the tree."""

    code = "ledger.no-such-proof"
    remedy = "Ask for an index below the tree size, and for sizes that the ledger has reached."
