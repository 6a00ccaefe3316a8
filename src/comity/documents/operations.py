"""What can be asked of this room: to read a zone."""

from __future__ import annotations

from typing import Final

from comity.core.operation import AnyOperation, Audit, Kind, operation
from comity.core.ports import Work
from comity.core.time import date_of
from comity.core.vocabulary import Permission, Purpose
from comity.documents.formats.mrz import read_zone
from comity.documents.records import ReadZone, Zone


# Audit.NONE: reading a zone is arithmetic on what the asker holds in hand. No record of the node is looked up, nothing
# is kept, and a ledger line for each scan would only tell when an officer held a document. What follows, a check, is a
# search and is logged as one.
@operation(
    "document.read",
    permission=Permission.CROSSING_CHECK,
    purposes=(Purpose.BORDERS, Purpose.POLICE),
    kind=Kind.READ,
    audit=Audit.NONE,
)
def read_document(work: Work, command: ReadZone) -> Zone:
    """Read a machine-readable zone and verify its check digits; nobody is searched for."""
    return read_zone(command.zone, date_of(work.at))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (read_document,)
