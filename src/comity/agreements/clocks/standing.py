"""What a clock has come to: running, met, met late, or over with nothing done."""

from __future__ import annotations

from comity.agreements.clocks.due import last_instant
from comity.agreements.clocks.records import Due, State
from comity.core.time import CivilDate, Instant, start_of_day


def state_of(due: Due | None, at: Instant, done: Instant | CivilDate | None = None, *, started: bool = True) -> State:
    """Say what a clock has come to at `at`.

    `due` None means at once: it is met when done and over when not, for no time of grace is known. `done` is when the
    act was done, by instant or day; a day counts from its first instant, for whoever acted on the due day was in time.
    What was done after `at` is not known yet.
    """
    if not started:
        return State.NOT_STARTED
    acted = start_of_day(done) if isinstance(done, str) else done
    if acted is not None and acted > at:
        acted = None
    if due is None:
        return State.OVER if acted is None else State.MET
    last = last_instant(due)
    if acted is not None:
        return State.MET if acted <= last else State.LATE
    return State.RUNNING if at <= last else State.OVER
