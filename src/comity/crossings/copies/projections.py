"""Reactions to alerts that change or go: copies that hold them are stale from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from comity.alerts.records import ALERT_KIND
from comity.core.ports import RecordChanged, Work
from comity.crossings.copies.store import mark_stale

PROJECTIONS: Final[Mapping[str, Callable[[Work, RecordChanged], None]]] = {ALERT_KIND: mark_stale}
