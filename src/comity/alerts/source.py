"""Own alerts, offered to peers that came later than they."""

from __future__ import annotations

from comity.alerts import store
from comity.alerts.categories import category_of
from comity.alerts.operations import has_pictures, payload_of, publication_of
from comity.alerts.pictures import stored_contents
from comity.alerts.records import ALERT_KIND
from comity.core.ports import Publication, Work


class AlertSource:
    """`comity.exchange.ports.Source` for alerts."""

    kind = ALERT_KIND

    def offers(self, work: Work, after: str, limit: int) -> tuple[Publication, ...]:
        """Return the present versions of own alerts behind `after`."""
        records = (store.alert_of(row) for row in work.read(store.offered_statement(after, limit)))
        return tuple(
            publication_of(
                work,
                "enter",
                category_of(record.category),
                record,
                record.version,
                payload=payload_of(record, stored_contents(work, record.owner.party, record.id))
                if has_pictures(record.data)
                else payload_of(record),
            )
            for record in records
        )
