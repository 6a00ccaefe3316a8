"""Deadlines (floor 3): the register of what is running, due and breached, per case and party."""

from comity.deadlines.operations import OPERATIONS
from comity.deadlines.records import Deadline, Standing

__all__ = ["OPERATIONS", "Deadline", "Standing"]
