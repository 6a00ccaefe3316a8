"""Acts of the exchange on the house's own works and writer: run, commit durably, only then return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from comity.core.errors import Conflict, Refused
from comity.core.ports import GuardFailed, OpenWork, Work, WorkFactory, Writer
from comity.core.vocabulary import Purpose
from comity.exchange.peers import peer_actor
from comity.exchange.records import Peer

T = TypeVar("T")

_RUNS: Final = 8

EntryOf = Callable[[OpenWork, str, str, tuple[str, ...]], bytes]
"""Makes the canonical ledger entry from a work, the act's name, its outcome (`done`, `refused`) and reason codes."""


@dataclass(frozen=True, slots=True)
class WorkActs:
    """`comity.exchange.ports.Acts`. Blocks; call it from a worker thread."""

    works: WorkFactory
    writer: Writer
    entry_of: EntryOf

    def act(self, name: str, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run `do` as the peer, commit, and return its result. An act that changed nothing leaves no entry."""
        for _ in range(_RUNS):
            with self.works.open(peer_actor(peer), Purpose.PEERING) as work:
                try:
                    result = do(work)
                except Refused as error:
                    self._enter_refusal(name, work, error)
                    raise
                change_set = work.conclude(self.entry_of(work, name, "done", ()))
            if not change_set.changes:
                return result
            try:
                self.writer.submit(change_set).result()
            except GuardFailed:
                continue
            return result
        raise Conflict("exchange.contended", "Others kept changing the same rows; nothing of this act stands.")

    def view(self, peer: Peer, do: Callable[[Work], T]) -> T:
        """Run `do` on a snapshot; what it would change is dropped."""
        with self.works.open(peer_actor(peer), Purpose.PEERING) as work:
            return do(work)

    def _enter_refusal(self, name: str, work: OpenWork, error: Refused) -> None:
        work.forget()
        entry = self.entry_of(work, name, "refused", (error.code, *error.reasons))
        self.writer.submit(work.conclude(entry)).result()
