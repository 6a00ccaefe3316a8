"""Which match a person decides on: the one shown, in the version shown, still held so and not decided before."""

from __future__ import annotations

from typing import Final

from comity.alerts.store import find_alert
from comity.core.errors import Conflict, NotFound
from comity.core.ports import Work
from comity.crossings import referral_store, second_line, store
from comity.crossings.records import Decide, Match, Resolution, StoredCheck, Verdict
from comity.screening.listed import LISTING_KIND
from comity.screening.store import find_version
from comity.training.records import TRAINING_KIND

INDEXED_ONLY: Final = frozenset({LISTING_KIND, TRAINING_KIND})
"""Kinds of records that this room finds in the index and not among alerts."""


def open_match(work: Work, stored: StoredCheck, command: Decide) -> Match:
    """Return the match decided on, in the version shown, not yet decided, and still held in that version."""
    match = named_match(work, stored, command)
    if _held_version(work, match) != command.version:
        raise _moved_on()
    earlier = earlier_decision(work, command.check, match)
    if earlier is not None and not _may_follow(work, earlier):
        raise Conflict(
            "crossing.already-decided",
            "This match was decided on before.",
            field="$.alert",
            remedy="Undo that decision first if it was a mistake.",
        )
    return match


def named_match(work: Work, stored: StoredCheck, command: Decide) -> Match:
    """Return the match that a command names, in the version shown."""
    named = [
        match
        for match in second_line.matches_open_to(work, stored)
        if match.alert.id == command.alert and command.party in {None, match.owner.party}
    ]
    if len(named) != 1:
        raise NotFound(
            "crossing.match-not-found",
            "This check shows no such match, or several of different owners.",
            field="$.alert",
            remedy="Name the alert as shown, with its owner's party.",
        )
    if named[0].alert.version != command.version:
        raise _moved_on()
    return named[0]


def _moved_on() -> Conflict:
    return Conflict(
        "crossing.alert-moved-on",
        "The alert was changed or withdrawn since this check.",
        field="$.version",
        remedy="Check the person again and decide on what is shown then.",
    )


def earlier_decision(work: Work, check: str, match: Match) -> Resolution | None:
    """Return what was decided on a match before."""
    for each in store.resolutions(work, check):
        if (each.alert, each.alert_owner) == (match.alert, match.owner):
            return each
    return None


def _may_follow(work: Work, earlier: Resolution) -> bool:
    """Say whether a decision may follow: after an undone one, or the second line's on what could not be told."""
    if earlier.verdict is Verdict.CANNOT_TELL:
        return referral_store.holds(work, earlier.check)
    return earlier.verdict is Verdict.UNDONE


def _held_version(work: Work, match: Match) -> int | None:
    """Return the version in which the matched record is held now."""
    if match.alert.kind in INDEXED_ONLY:
        return find_version(work.read, match.alert.kind, match.owner.party, match.alert.id)
    present = find_alert(work, match.owner.party, match.alert.id)
    return None if present is None else present.version
