"""Deadlines (floor 3): the register of what is running, due and breached, per case and party."""

from comity.deadlines.duties import Duties
from comity.deadlines.operations import make_operations
from comity.deadlines.records import Deadline, Standing

__all__ = ["Deadline", "Duties", "Standing", "make_operations"]
