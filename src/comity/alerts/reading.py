"""Reading alerts: one, a page of them, and what is held on a subject before one is entered."""

from __future__ import annotations

from typing import Final, cast

import msgspec

from comity.alerts import before, pictures, store
from comity.alerts.before_records import Looked
from comity.alerts.categories import CATEGORIES, category_of
from comity.alerts.commands import AlertPage, ListAlerts, LookFirst, ShowAlert
from comity.alerts.field_table import Group
from comity.alerts.flag_store import lines_on
from comity.alerts.link_store import shown_links
from comity.alerts.object_rules import first_identifier
from comity.alerts.operations import PURPOSES, has_pictures
from comity.alerts.records import ALERT_KIND, AlertData, AlertRecord, AlertShown, AlertSummary, WarningMark
from comity.alerts.warning_marks import MarkPlace, seen_marks
from comity.core.codec import encode
from comity.core.decision import Decision, Question, Stage
from comity.core.errors import BadInput, NotFound
from comity.core.ids import Owner, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Search, Work
from comity.core.vocabulary import Permission


@operation("alert.show", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def show(work: Work, command: ShowAlert) -> AlertShown:
    """Show the present version of an alert, own or received.

    Raises `NotFound` also where the asker may not see it. Grounds, assessments and originals are the owner's alone; of
    a misused identity it only says that it is misused.
    """
    record = store.get_alert(work, command.party or work.who.owner.party, command.id)
    if record.owner != work.who.owner:
        if not may_see(work, record):
            raise NotFound("alert.not-found", "There is no such alert here.", field="$.id")
        record = msgspec.structs.replace(record, grounds=None, assessments=(), hidden=None)
    record = msgspec.structs.replace(record, data=_narrow(work, record))
    work.record(RecordRef(kind=ALERT_KIND, id=record.id, version=record.version), category=record.category)
    originals = work.originals(ALERT_KIND, record.id) if record.owner == work.who.owner else ()
    return AlertShown(**msgspec.structs.asdict(record), originals=originals, flags=lines_on(work, record))


@operation("alert.list", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def list_alerts(work: Work, command: ListAlerts) -> AlertPage:
    """List own and received alerts that the asker may see, page by page."""
    categories = tuple(code for code, one in CATEGORIES.items() if (one.group in PROTECTED) is command.protected)
    if command.category:
        categories = (category_of(command.category).code,)
    query = store.page_statement(_read_cursor(command.after), categories, own=command.own, limit=command.limit)
    records = [store.alert_of(row) for row in work.read(query)]
    allowed: dict[tuple[Owner, str], bool] = {}
    visible: list[AlertRecord] = []
    for record in records:
        key = (record.owner, record.category)
        if key not in allowed:
            allowed[key] = record.owner == work.who.owner or _may_use(work, *key).permitted
        if allowed[key] and not _is_hidden_from(work, record):
            visible.append(record)
    cursor = f"{records[-1].id}:{records[-1].owner.party}" if len(records) == command.limit else None
    work.record(*(RecordRef(kind=ALERT_KIND, id=record.id, version=record.version) for record in visible))
    return AlertPage(alerts=tuple(_summary(work, record) for record in visible), next=cursor)


@operation("alert.look-first", permission=Permission.ALERT_WRITE, purposes=PURPOSES, kind=Kind.SEARCH)
def look_first(work: Work, command: LookFirst) -> Looked:
    """Look for alerts on the same subject, own and foreign, before one is entered.

    Tells of those that the asker may see how they stand to the new one, which comes first, and which form to write.
    """
    category = category_of(command.category)
    found = before.existing_alerts(work, category.code, command.data)
    seen = tuple(
        one
        for one in found
        if (record := store.find_alert(work, one.party, one.id)) is not None
        and (record.owner == work.who.owner or may_see(work, record))
    )
    work.log_search(
        Search(
            search=work.new_id(),
            operation="alert.look-first",
            terms=encode(pictures.without_bytes(command.data)),
            justification="before an alert is entered",
            found=tuple(RecordRef(kind=ALERT_KIND, id=one.id, version=1) for one in seen),
        )
    )
    return Looked(existing=seen)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (show, list_alerts, look_first))


PROTECTED: Final = frozenset({Group.MIS, Group.CHI_VUL})
"""Alerts that protect the person: missing, at risk, vulnerable."""


def may_see(work: Work, record: AlertRecord) -> bool:
    """Say whether the actor may see another authority's alert: by its agreement, and not while it is hidden."""
    return _may_use(work, record.owner, record.category).permitted and not _is_hidden_from(work, record)


def _is_hidden_from(work: Work, record: AlertRecord) -> bool:
    """Say whether an alert is hidden from an end user now; its owner and the bureaux see it (Art 26(4))."""
    if record.owner == work.who.owner or Permission.BUREAU_WORK in work.who.permissions:
        return False
    return record.hidden_until is not None and record.hidden_until > work.at


def _narrow(work: Work, record: AlertRecord) -> AlertData:
    """Return the data with their pictures, with links only as far as they may be seen, without a victim's data."""
    held = pictures.stored_contents(work, record.owner.party, record.id) if has_pictures(record.data) else {}
    data = pictures.with_bytes(record.data, held)
    links = shown_links(work, record, lambda other: other.owner == work.who.owner or may_see(work, other))
    if record.owner != work.who.owner:
        marks = seen_marks(data.warnings, MarkPlace.OFFICE, work.who.role)
        data = msgspec.structs.replace(data, warnings=tuple(map(WarningMark, marks)))
    return msgspec.structs.replace(data, links=links, misused_identity=None)


def _may_use(work: Work, owner: Owner, category: str) -> Decision:
    return work.decide(
        Question(
            stage=Stage.USE,
            operation="search",
            category=category,
            purpose=work.purpose,
            actor=work.who.owner,
            role=work.who.role,
            owner=owner,
        )
    )


def _summary(work: Work, record: AlertRecord) -> AlertSummary:
    person = record.data.person
    thing = record.data.objects[0] if record.data.objects and person is None else None
    return AlertSummary(
        id=record.id,
        owner=record.owner,
        category=record.category,
        version=record.version,
        surnames=person.surnames if person else None,
        forenames=person.forenames if person else None,
        action=record.data.action,
        object_type=thing.type if thing else None,
        identifier=first_identifier(thing) if thing else None,
        review_date=record.review_date,
        delete_by=record.delete_by,
        own=record.owner.party == work.who.owner.party,
    )


def _read_cursor(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    alert, colon, party = cursor.partition(":")
    if not colon:
        raise BadInput("alert.cursor", "This is not a cursor that a list gave.", field="$.after")
    return alert, party
