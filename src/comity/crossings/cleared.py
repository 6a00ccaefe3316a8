"""Matches that were found to be another person before: recognised by document, alert and its version.

Known to the own authority only. Ends when the document or the alert changes, or with the alert's review date; what is
cleared is still shown, last.
"""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from comity.alerts.store import find_alert
from comity.core.codec import decode_own_as, encode
from comity.core.hashing import Digest, digest
from comity.core.ids import Owner
from comity.core.ports import Delete, Insert, Work
from comity.core.time import CivilDate, add_period, date_of
from comity.crossings.asking import Cleared
from comity.crossings.finding_records import Findings
from comity.crossings.records import Asked, Document, Match
from comity.crossings.store import METADATA
from comity.screening.normalise import normal_number

SCHEMA: Final = 1
_NO_REVIEW: Final = "P1Y"
"""How long a cleared listing is remembered, which has no review date. House rule; law names no period."""

CROSSING_CLEARED: Final = sa.Table(
    "crossing_cleared",
    METADATA,
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("authority", sa.String(48), primary_key=True),
    sa.Column("document", sa.String(64), primary_key=True),
    sa.Column("alert_party", sa.String(12), primary_key=True),
    sa.Column("alert", sa.String(26), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("expires", sa.String(10), nullable=False, index=True),
    sa.Column("schema", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index("crossing_cleared_by_alert", "alert_party", "alert"),
)
"""`document` is a digest of authority, country and number: found again by whoever holds the document. Rows go whole."""

# Asked by every check that found something; building the statement anew would take longer than running it.
_KNOWN: Final = sa.select(
    CROSSING_CLEARED.c.alert_party, CROSSING_CLEARED.c.alert, CROSSING_CLEARED.c.version, CROSSING_CLEARED.c.body
).where(
    CROSSING_CLEARED.c.party == sa.bindparam("party"),
    CROSSING_CLEARED.c.authority == sa.bindparam("authority"),
    CROSSING_CLEARED.c.document == sa.bindparam("document"),
    CROSSING_CLEARED.c.expires >= sa.bindparam("today"),
)


def recognise(work: Work, asked: Asked, findings: Findings) -> Findings:
    """Mark what was cleared before in the version found now; nothing is read where nothing was found."""
    if asked.document is None or not findings.candidates:
        return findings
    key = {**_own(work.who.owner), "document": _mark(work.who.owner, asked.document)}
    rows = work.read(_KNOWN, {**key, "today": date_of(work.at)})
    known = {(row.alert_party, row.alert, row.version): row.body for row in rows}
    if not known:
        return findings
    candidates = tuple(
        msgspec.structs.replace(one, cleared=decode_own_as(body, Cleared))
        if (body := known.get((one.owner.party, one.alert.id, one.alert.version)))
        else one
        for one in findings.candidates
    )
    return msgspec.structs.replace(findings, candidates=candidates)


def remember(work: Work, asked: Asked, match: Match, reason: str) -> None:
    """Keep that this document is not the one sought, until the alert changes or is reviewed."""
    if asked.document is None:
        return
    key = _key(work.who.owner, asked.document, match)
    today = date_of(work.at)
    row = {
        **key,
        "version": match.alert.version,
        "expires": _expiry(work, match, today),
        "schema": SCHEMA,
        "body": encode(Cleared(on=today, reason=reason)),
    }
    work.change(Delete(CROSSING_CLEARED, key), Insert(CROSSING_CLEARED, row))


def forget(work: Work, asked: Asked, match: Match) -> None:
    """Take back that a match was cleared; none is no error."""
    if asked.document is not None:
        work.change(Delete(CROSSING_CLEARED, _key(work.who.owner, asked.document, match)))


def forget_alert(work: Work, party: str, alert: str) -> None:
    """Drop what was cleared on an alert that changed or went."""
    work.change(Delete(CROSSING_CLEARED, {"alert_party": party, "alert": alert}))


def drop_past(work: Work, today: CivilDate) -> None:
    """Remove what has reached its last day; the days before went by the same way."""
    columns = CROSSING_CLEARED.c
    for row in work.read(sa.select(columns.expires).distinct().where(columns.expires < today)):
        work.change(Delete(CROSSING_CLEARED, {"expires": row.expires}))


def _expiry(work: Work, match: Match, today: CivilDate) -> CivilDate:
    alert = find_alert(work, match.owner.party, match.alert.id)
    return alert.review_date if alert is not None else add_period(today, _NO_REVIEW)


def _own(owner: Owner) -> dict[str, object]:
    return {"party": owner.party, "authority": owner.authority}


def _key(owner: Owner, document: Document, match: Match) -> dict[str, object]:
    return {
        **_own(owner),
        "document": _mark(owner, document),
        "alert_party": match.owner.party,
        "alert": match.alert.id,
    }


def _mark(owner: Owner, document: Document) -> Digest:
    """Digest the document under the authority, so that marks of two authorities tell nothing of each other."""
    parts = (owner.party, owner.authority, document.country or "", normal_number(document.number))
    return digest("\n".join(parts).encode())
