"""Alerts (floor 4): what is entered on persons, who owns it, how long it lives, and the hits confirmed on it."""

from comity.alerts.achieving import OPERATIONS as _ACHIEVING
from comity.alerts.expiry import expire
from comity.alerts.flags import OPERATIONS as _FLAGS
from comity.alerts.history import OPERATIONS as _HISTORY
from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.operations import OPERATIONS as _ALERTS
from comity.alerts.receiver import AlertReceiver
from comity.alerts.store import METADATA

OPERATIONS = (*_ALERTS, *_ACHIEVING, *_HISTORY, *_FLAGS)

__all__ = ["METADATA", "OPERATIONS", "AlertReceiver", "Confirmation", "expire", "record_hit"]
