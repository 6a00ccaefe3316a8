"""Clocks of law: how long is there for it, whose days count, and what it means when nobody answers.

Pure: the instant asked about comes in as an argument. `records` holds the words, `due` counts, `working_days` knows
each party's weekends and public holidays, `standing` says what a clock has come to.
"""

from comity.agreements.clocks.due import due_of, last_instant
from comity.agreements.clocks.records import Clock, Due, Limit, Silence, State, Term
from comity.agreements.clocks.standing import state_of
from comity.agreements.clocks.working_days import WorkWeek, party_work_week

__all__ = [
    "Clock",
    "Due",
    "Limit",
    "Silence",
    "State",
    "Term",
    "WorkWeek",
    "due_of",
    "last_instant",
    "party_work_week",
    "state_of",
]
