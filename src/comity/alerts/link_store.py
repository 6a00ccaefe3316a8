"""Which links of an alert may be shown: all of them to whoever may see all linked alerts, otherwise none (Art 63)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from comity.alerts import store
from comity.alerts.attached import AlertLink
from comity.alerts.beside_tables import LINK_HIDDEN
from comity.alerts.records import AlertRecord
from comity.core.ports import Delete, Insert, Work
from comity.core.time import Instant


def shown_links(work: Work, record: AlertRecord, may_see: Callable[[AlertRecord], bool]) -> tuple[AlertLink, ...]:
    """Return the links that may be shown: none where one leads to an alert that the asker may not see.

    A link to what is gone is no link any more. None either where this party hides them, since they offend its law.
    """
    if not record.data.links or is_hidden(work, record.owner.party, record.id):
        return ()
    linked = [(link, store.find_alert(work, link.party, link.id)) for link in record.data.links]
    there = [(link, other) for link, other in linked if other is not None]
    if not all(may_see(other) for _, other in there):
        return ()
    return tuple(link for link, _ in there)


def is_hidden(work: Work, party: str, alert: str) -> bool:
    """Say whether this party hides the links of an alert."""
    query = select(LINK_HIDDEN.c.id).where(LINK_HIDDEN.c.party == party, LINK_HIDDEN.c.id == alert)
    return bool(work.read(query))


def hide_links(party: str, alert: str, since: Instant) -> Insert:
    """Return the change that hides the links of an alert here."""
    return Insert(LINK_HIDDEN, {"party": party, "id": alert, "since": since})


def show_links(party: str, alert: str) -> Delete:
    """Return the change that shows them again."""
    return Delete(LINK_HIDDEN, {"party": party, "id": alert})
