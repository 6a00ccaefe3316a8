"""Rules on what is attached to an alert by acts of its own: links, a victim's data; and on DNA profiles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from comity.alerts.attached import Victim
from comity.alerts.failure import Failure
from comity.alerts.records import AlertData

_OWN_ACTS: Final = {
    "links": "Alerts are linked by an act of its own, since a link needs a clear operational need.",
    "misused_identity": "A victim's data are added by an act of their own, since they need the victim's consent.",
}


def check_new(data: AlertData) -> Iterable[Failure]:
    """Check that nothing comes with a new alert that has an act of its own."""
    return check_kept(data, AlertData(action=data.action))


def check_kept(data: AlertData, old: AlertData) -> Iterable[Failure]:
    """Check that a change leaves what has acts of its own: left out, it stays as it is."""
    for name, text in _OWN_ACTS.items():
        if getattr(data, name) and getattr(data, name) != getattr(old, name):
            yield Failure(code="OUT_OF_SCOPE", field=f"$.data.{name}", text=text)


def with_kept(data: AlertData, old: AlertData) -> AlertData:
    """Return new data with what has acts of its own as it was."""
    return msgspec.structs.replace(data, links=old.links, misused_identity=old.misused_identity)


def victim_fields(victim: Victim) -> tuple[str, ...]:
    """Name what is held of a victim as law does, for the closed list of Art 62(3)."""
    beside = {"documents", "address", "parents_names"}
    return tuple(name if name in beside else f"person.{name}" for name in msgspec.to_builtins(victim))
