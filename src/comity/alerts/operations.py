"""Entering, changing, extending, deleting and reading alerts.

Only the owner (party and authority) changes an alert. Each act is one change set: rows, statement to entitled peers,
tidings to other rooms, ledger references.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

import msgspec

from comity.alerts import achieved, rules, store
from comity.alerts.categories import CATEGORIES, FREE_MOVEMENT, Category, category_of
from comity.alerts.commands import (
    AlertPage,
    AlertState,
    ChangeAlert,
    DeleteAlert,
    EnterAlert,
    ExtendAlert,
    ListAlerts,
    ShowAlert,
)
from comity.alerts.compatibility import excluded_by
from comity.alerts.failure import Failure
from comity.alerts.field_table import Group
from comity.alerts.flag_store import lines_on
from comity.alerts.history import remember
from comity.alerts.object_rules import first_identifier
from comity.alerts.records import (
    ALERT_KIND,
    AlertData,
    AlertPayload,
    AlertRecord,
    AlertShown,
    AlertSummary,
    Assessment,
    DeletionReason,
    Grounds,
)
from comity.alerts.subjects import subject_keys
from comity.alerts.wire import schema_of
from comity.core.decision import Decision, Fact, Question, Stage
from comity.core.errors import BadInput, Conflict, NotFound
from comity.core.ids import Owner, RecordRef
from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Publication, RecordChanged, Urgency, Work
from comity.core.time import CivilDate, date_of
from comity.core.vocabulary import Permission, Purpose

PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE, Purpose.RETURN)


@operation("alert.enter", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def enter(work: Work, command: EnterAlert) -> AlertState:
    """Enter an alert on a person, a thing or a mark.

    Raises `Refused`: no agreement permits it, minimum data or a condition is missing; `Conflict` `alert.one-per-state`,
    `alert.incompatible`.
    """
    category = category_of(command.category)
    owner = work.who.owner
    _follow(work, "enter", category, owner, data=command.data, grounds=command.grounds)
    entered = date_of(work.at)
    _refuse_bad_data(category, command.data, entered, rules.check_grounds(category, command.grounds, command.data))
    review = rules.review_date(category, entered, command.data)
    record = AlertRecord(
        id=work.new_id(),
        owner=owner,
        category=category.code,
        version=1,
        data=command.data,
        entered=entered,
        review_date=review,
        delete_by=review,
        grounds=command.grounds,
    )
    subjects = subject_keys(record.data)
    _refuse_second_alert(work, record, subjects)
    work.change(*store.insert_alert(record, own=True), *store.insert_subjects(record, subjects))
    remember(work, "enter", record, record.version)
    return announce(work, "enter", category, record)


@operation("alert.change", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def change(work: Work, command: ChangeAlert) -> AlertState:
    """Correct or complete the data of an alert.

    Raises `NotPermitted` for anyone but the owner, `Conflict` if `version` is not the present one, and `Refused` as
    `alert.enter` does.
    """
    old = owned(work, command.id, command.version)
    category = category_of(old.category)
    _follow(work, "change", category, old.owner, data=command.data, grounds=old.grounds)
    _refuse_bad_data(category, command.data, old.entered)
    review = old.review_date
    if not old.assessments:
        review = rules.review_date(category, old.entered, command.data)
    record = msgspec.structs.replace(
        old,
        version=old.version + 1,
        data=command.data,
        review_date=review,
        delete_by=achieved.delete_by(review, old.told),
    )
    before, after = set(subject_keys(old.data)), set(subject_keys(record.data))
    _refuse_second_alert(work, record, sorted(after - before))
    work.change(
        *store.replace_alert(old, record),
        *store.delete_subjects(old, sorted(before - after)),
        *store.insert_subjects(record, sorted(after - before)),
    )
    remember(work, "change", record, record.version, old=old)
    return announce(work, "change", category, record)


@operation("alert.extend", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def extend(work: Work, command: ExtendAlert) -> AlertState:
    """Extend an alert beyond its review date on an individual assessment.

    Raises `Refused` without a reasoned assessment, for a date before the present one or beyond one review period, and
    for a check extended before without another authority that agrees.
    """
    old = owned(work, command.id, command.version)
    category = category_of(old.category)
    more = rules.extension_facts(old, command)
    _follow(work, "extend", category, old.owner, data=old.data, grounds=old.grounds, more=more)
    failures = list(rules.check_extension(category, old, command.until, work.at))
    if achieved.pending(old.told) is not None:
        failures.insert(0, rules.PURPOSE_IN_DOUBT)
    if not rules.is_reasoned(command.assessment):
        failures.insert(0, rules.NO_ASSESSMENT)
    rules.refuse(failures)
    assessment = Assessment(assessed=work.at, until=command.until, text=command.assessment, agreed_by=command.agreed_by)
    record = msgspec.structs.replace(
        old,
        version=old.version + 1,
        review_date=command.until,
        delete_by=command.until,
        assessments=(*old.assessments, assessment),
    )
    work.change(*store.replace_alert(old, record))
    remember(work, "extend", record, record.version)
    return announce(work, "extend", category, record)


@operation("alert.delete", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def delete(work: Work, command: DeleteAlert) -> AlertState:
    """Delete an alert here and, by a tombstone, at every peer that holds a copy."""
    old = owned(work, command.id, command.version)
    category = category_of(old.category)
    _follow(work, "delete", category, old.owner)
    return withdraw(work, old, command.reason)


@operation("alert.show", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def show(work: Work, command: ShowAlert) -> AlertShown:
    """Show the present version of an alert, own or received.

    Raises `NotFound` also where the asker may not see it. Grounds, assessments and originals are the owner's alone.
    """
    record = store.get_alert(work, command.party or work.who.owner.party, command.id)
    if record.owner != work.who.owner:
        if not _may_use(work, record.owner, record.category).permitted:
            raise NotFound("alert.not-found", "There is no such alert here.", field="$.id")
        record = msgspec.structs.replace(record, grounds=None, assessments=())
    work.record(RecordRef(kind=ALERT_KIND, id=record.id, version=record.version), category=record.category)
    originals = work.originals(ALERT_KIND, record.id) if record.owner == work.who.owner else ()
    return AlertShown(**msgspec.structs.asdict(record), originals=originals, flags=lines_on(work, record))


@operation("alert.list", permission=Permission.ALERT_READ, purposes=PURPOSES, kind=Kind.READ)
def list_alerts(work: Work, command: ListAlerts) -> AlertPage:
    """List own and received alerts that the asker may see, page by page."""
    categories = (category_of(command.category).code,) if command.category else tuple(CATEGORIES)
    query = store.page_statement(_read_cursor(command.after), categories, own=command.own, limit=command.limit)
    records = [store.alert_of(row) for row in work.read(query)]
    allowed: dict[tuple[Owner, str], bool] = {}
    visible: list[AlertRecord] = []
    for record in records:
        key = (record.owner, record.category)
        if key not in allowed:
            allowed[key] = record.owner == work.who.owner or _may_use(work, *key).permitted
        if allowed[key]:
            visible.append(record)
    cursor = f"{records[-1].id}:{records[-1].owner.party}" if len(records) == command.limit else None
    work.record(*(RecordRef(kind=ALERT_KIND, id=record.id, version=record.version) for record in visible))
    return AlertPage(alerts=tuple(_summary(work, record) for record in visible), next=cursor)


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (enter, change, extend, delete, show, list_alerts))


def owned(work: Work, alert: str, version: int) -> AlertRecord:
    """Return the own party's alert after checking owner and version."""
    record = store.get_alert(work, work.who.owner.party, alert)
    rules.check_owner(work.who.owner, record.owner)
    if record.version != version:
        raise Conflict("alert.changed-since", "The alert has a newer version than the one named.", field="$.version")
    return record


def _refuse_bad_data(category: Category, data: AlertData, entered: CivilDate, more: Collection[Failure] = ()) -> None:
    rules.refuse(
        (
            *rules.check_data(category, data),
            *rules.check_nationalities(category, data, FREE_MOVEMENT),
            *rules.check_entry_day(category, data, entered),
            *more,
        )
    )


def _refuse_second_alert(work: Work, record: AlertRecord, subjects: Collection[str]) -> None:
    """Refuse what the own State's other alerts on the same subject stand against."""
    held = store.subject_holders(work, record.owner.party, tuple(subjects)) if subjects else ()
    others = {category for category, holder in held if holder != record.id}
    if record.category in others:
        raise Conflict(
            "alert.one-per-state",
            "This State already has an alert of this category on the same subject.",
            reasons=("ONE_PER_STATE",),
            remedy="Look for the present alert and change it instead.",
        )
    if others & excluded_by(record.category):
        raise Conflict(
            "alert.incompatible",
            "This State has an alert on the same subject that does not go together with this category.",
            reasons=("INCOMPATIBLE_ALERT",),
            remedy="The authorities of both agree which one stands; delete the other first.",
        )


def _follow(
    work: Work,
    act: str,
    category: Category,
    owner: Owner,
    *,
    data: AlertData | None = None,
    grounds: Grounds | None = None,
    more: tuple[Fact, ...] = (),
) -> None:
    """Ask the one decision point whether the act may be done, and refuse with its reasons if not."""
    facts = more
    if grounds is not None:
        facts += tuple(Fact(name=name, value=getattr(grounds, name)) for name in rules.ASSERTED)
    question = Question(
        stage=Stage.ACT,
        operation=act,
        category=category.code,
        purpose=work.purpose,
        actor=work.who.owner,
        role=work.who.role,
        owner=owner,
        fields=rules.present_fields(data) if data else (),
        facts=facts,
    )
    rules.follow(work.decide(question))


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


def announce(work: Work, act: str, category: Category, record: AlertRecord) -> AlertState:
    """Tell peers, other rooms and the ledger about a new version."""
    payload = payload_of(record)
    work.publish(publication_of(work, act, category, record, record.version, payload=payload))
    work.emit(RecordChanged(kind=ALERT_KIND, id=record.id, owner=record.owner, version=record.version, record=record))
    work.record(
        RecordRef(kind=ALERT_KIND, id=record.id, version=record.version),
        category=category.code,
        proportionality_recorded=record.grounds is not None,
        extensions=len(record.assessments),
    )
    return _state(record, version=record.version)


def withdraw(work: Work, old: AlertRecord, reason: DeletionReason) -> AlertState:
    """Erase an own alert, keep the evidence, and tell peers, other rooms and the ledger."""
    category = category_of(old.category)
    version = old.version + 1
    work.change(*store.erase_alert(old), store.insert_tombstone(old, version, work.recorded_at, reason.value))
    remember(work, "delete", old, version, what=reason.value)
    work.publish(publication_of(work, "delete", category, old, version, payload=None))
    work.emit(RecordChanged(kind=ALERT_KIND, id=old.id, owner=old.owner, version=version, record=None))
    work.record(RecordRef(kind=ALERT_KIND, id=old.id, version=version), category=category.code, reason=reason.value)
    return _state(old, version=version, deleted=True)


def payload_of(record: AlertRecord) -> AlertPayload:
    """Return the alert as it travels: data and clocks, without grounds and assessments."""
    shared = {name: getattr(record.data, name) for name in AlertData.__struct_fields__}
    return AlertPayload(
        **shared,
        category=record.category,
        authority=record.owner.authority,
        entered=record.entered,
        review_date=record.review_date,
        delete_by=record.delete_by,
    )


def publication_of(
    work: Work, act: str, category: Category, record: AlertRecord, version: int, *, payload: AlertPayload | None
) -> Publication:
    """Return a version of an alert as it is offered to peers; without payload, that it is gone."""
    return Publication(
        kind=ALERT_KIND,
        id=record.id,
        owner=record.owner,
        category=category.code,
        operation=act,
        purpose=category.purpose,
        version=version,
        schema=schema_of(record.category, record.data),
        payload=payload,
        issued=work.recorded_at,
        delete_by=record.delete_by,
        urgency=Urgency.URGENT if category.group in _URGENT else Urgency.ORDINARY,
    )


_URGENT: Final = frozenset({Group.ARR, Group.MIS, Group.CHI_VUL})
"""Someone may slip away, or be harmed, while these wait: arrest, missing and vulnerable persons."""


def _state(record: AlertRecord, *, version: int, deleted: bool = False) -> AlertState:
    return AlertState(
        id=record.id,
        owner=record.owner,
        category=record.category,
        version=version,
        notice_date=rules.notice_date(record.review_date),
        review_date=record.review_date,
        delete_by=record.delete_by,
        deleted=deleted,
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
