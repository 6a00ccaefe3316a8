"""Keeps the index in step with records: every change of a record is a change of the index in the same change set."""

from __future__ import annotations

from collections.abc import Callable

from comity.core.ports import RecordChanged, Work
from comity.screening import store
from comity.screening.records import Subject
from comity.screening.rules import keys_of

SubjectOf = Callable[[RecordChanged], Subject | None]
"""Reads a record of another room as a subject; None where it holds nobody to search for."""


def projection(subject_of: SubjectOf) -> Callable[[Work, RecordChanged], None]:
    """Return the projection that keeps records of one kind in the index; bootstrap knows how to read them.

    A record holds one version at a time; the newest change wins, and a removal removes every trace.
    """

    def project(work: Work, change: RecordChanged) -> None:
        subject = None if change.record is None else subject_of(change)
        if store.holds(work, change):
            work.change(*store.remove(change))
        if subject is not None:
            work.change(*store.add(change, subject, keys_of(subject)))

    return project
