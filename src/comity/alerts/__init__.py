"""Alerts (floor 4): what is entered on persons, who owns it, how long it lives, and the hits confirmed on it."""

from comity.alerts.achieving import OPERATIONS as _ACHIEVING
from comity.alerts.beside_tables import METADATA
from comity.alerts.care.orders import OPERATIONS as _ORDERS
from comity.alerts.care.victims import OPERATIONS as _VICTIMS
from comity.alerts.code_reading import OPERATIONS as _CODES
from comity.alerts.expiry import expire
from comity.alerts.figures import OPERATIONS as _FIGURES
from comity.alerts.flags import OPERATIONS as _FLAGS
from comity.alerts.hiding import OPERATIONS as _HIDING
from comity.alerts.history import OPERATIONS as _HISTORY
from comity.alerts.hits import Confirmation, record_hit
from comity.alerts.linking import OPERATIONS as _LINKING
from comity.alerts.misused import OPERATIONS as _MISUSED
from comity.alerts.operations import OPERATIONS as _ALERTS
from comity.alerts.reading import OPERATIONS as _READING
from comity.alerts.receiver import AlertReceiver
from comity.alerts.receiving import OPERATIONS as _RECEIVING
from comity.alerts.vetting import OPERATIONS as _VETTING
from comity.alerts.waiting import OPERATIONS as _WAITING

OPERATIONS = (
    *_ALERTS,
    *_READING,
    *_ACHIEVING,
    *_HISTORY,
    *_FLAGS,
    *_LINKING,
    *_HIDING,
    *_MISUSED,
    *_RECEIVING,
    *_VETTING,
    *_CODES,
    *_WAITING,
    *_FIGURES,
    *_ORDERS,
    *_VICTIMS,
)

__all__ = ["METADATA", "OPERATIONS", "AlertReceiver", "Confirmation", "expire", "record_hit"]
