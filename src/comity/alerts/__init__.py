"""Alerts (floor 4): what is entered on persons, who owns it, how long it lives, and the hits confirmed on it."""

from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.operations import OPERATIONS
from comity.alerts.store import TABLES

__all__ = ["OPERATIONS", "TABLES", "Confirmation", "record_hit"]
