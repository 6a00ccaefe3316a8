"""What supervisors do: keep and read the search log; list, prove and verify the ledger."""

from __future__ import annotations

from comity.core.errors import NotFound
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.time import end_of_day, parse_date, start_of_day
from comity.core.vocabulary import Permission, Purpose
from comity.oversight import rules, sealing, store
from comity.oversight.opening import unlock
from comity.oversight.ports import EvidenceReader
from comity.oversight.records import (
    KeySet,
    KeyStrength,
    LedgerCheckpoint,
    LedgerPage,
    LedgerProof,
    ListLedger,
    Nothing,
    ProveEntry,
    ReadSearchLog,
    SearchLogPage,
    SetKey,
    SweepSearchLog,
    Swept,
    Verification,
)
from comity.oversight.sample_operations import OPERATIONS as SAMPLE_OPERATIONS

_SUPERVISION = (Purpose.SUPERVISION,)
_LEDGER_PURPOSES = (Purpose.SUPERVISION, Purpose.ADMINISTRATION)


def make_operations(evidence: EvidenceReader, strength: KeyStrength) -> tuple[AnyOperation, ...]:
    """Return the operations of this room; `strength` is what unlocking a supervisor's key shall cost."""
    return (*_search_log_operations(strength), *_ledger_operations(evidence))


def _search_log_operations(strength: KeyStrength) -> tuple[AnyOperation, ...]:
    @operation("search-log.set-key", permission=Permission.SEARCH_LOG_READ, purposes=_SUPERVISION, replayable=False)
    def set_key(work: Work, command: SetKey) -> KeySet:
        """Make the key pair that seals searches from now on, under a passphrase that only the supervisor knows."""
        rules.check_passphrase(command.passphrase)
        chance = work.random(sealing.CHANCE_BYTES)
        key = sealing.make_key(command.passphrase, strength, chance, made=work.recorded_at, made_by=work.who.user)
        store.add_key(work, key)
        work.record(key=key.key)
        return KeySet(key=key.key)

    return (set_key, read_search_log, sweep_search_log, *SAMPLE_OPERATIONS)


@operation("search-log.read", permission=Permission.SEARCH_LOG_READ, purposes=_SUPERVISION, kind=Kind.READ)
def read_search_log(work: Work, command: ReadSearchLog) -> SearchLogPage:
    """Open a page of the search log with the supervisor's passphrase; each reading is itself in the ledger."""
    private_keys = unlock(work, command.passphrase)
    first = start_of_day(parse_date(command.since, field="$.since")) if command.since else None
    last = end_of_day(parse_date(command.until, field="$.until")) if command.until else None
    rows = store.page(work, first=first, last=last, user=command.user, after=command.cursor, limit=command.limit + 1)
    shown = rows[: command.limit]
    unsealed = (sealing.unseal(row.sealed, private_keys[row.key]) for row in shown if row.key in private_keys)
    entries = tuple(map(sealing.opened, unsealed))
    locked = len(shown) - len(entries)
    work.record(opened=len(entries), locked=locked)
    return SearchLogPage(entries=entries, locked=locked, cursor=shown[-1].id if len(rows) > len(shown) else None)


@operation("search-log.sweep", permission=Permission.SEARCH_LOG_READ, purposes=_SUPERVISION)
def sweep_search_log(work: Work, command: SweepSearchLog) -> Swept:
    """Erase searches whose three lawful years have passed."""
    erased, more = store.erase_before(work, rules.erasable_before(work.at), command.limit)
    work.record(erased=erased)
    return Swept(erased=erased, more=more)


def _ledger_operations(evidence: EvidenceReader) -> tuple[AnyOperation, ...]:
    @operation("ledger.list", permission=Permission.LEDGER_READ, purposes=_LEDGER_PURPOSES, kind=Kind.READ)
    def list_ledger(work: Work, command: ListLedger) -> LedgerPage:
        """List the ledger's entries in order."""
        lines = evidence.lines(work, command.after, command.limit + 1, command.operation)
        shown = lines[: command.limit]
        return LedgerPage(lines=shown, after=shown[-1].sequence if len(lines) > len(shown) else None)

    @operation("ledger.prove", permission=Permission.LEDGER_READ, purposes=_LEDGER_PURPOSES, kind=Kind.READ)
    def prove(work: Work, command: ProveEntry) -> LedgerProof:
        """Prove that an entry stands in the ledger, under a signed checkpoint."""
        found = evidence.prove(work, command.sequence)
        if found is None:
            raise NotFound("ledger.no-such-entry", "The ledger has no entry of this number.", field="$.sequence")
        return found

    @operation("ledger.checkpoint", permission=Permission.LEDGER_READ, purposes=_LEDGER_PURPOSES, kind=Kind.READ)
    def checkpoint(work: Work, _command: Nothing) -> LedgerCheckpoint:
        """State size and root of the ledger, signed."""
        return evidence.checkpoint(work)

    @operation("ledger.verify", permission=Permission.LEDGER_READ, purposes=_LEDGER_PURPOSES, kind=Kind.READ)
    def verify(work: Work, _command: Nothing) -> Verification:
        """Check every byte of the ledger file and every row against each other."""
        result = evidence.verify(work)
        work.record(sound=result.sound, entries=result.entries)
        return result

    return (list_ledger, prove, checkpoint, verify)
