"""Entering, changing, extending and deleting alerts.

Only the owner (party and authority) changes an alert. Each act is one change set: rows, statement to entitled peers,
tidings to other rooms, ledger references.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, cast

import msgspec

from comity.alerts import achieved, attached_rules, before, pictures, rules, store
from comity.alerts.before_records import Clearance, Existing
from comity.alerts.care import rules as care
from comity.alerts.categories import FREE_MOVEMENT, Category, category_of
from comity.alerts.character import character_fact, suspected
from comity.alerts.commands import AlertState, ChangeAlert, DeleteAlert, EnterAlert, ExtendAlert
from comity.alerts.failure import Failure
from comity.alerts.field_table import Group
from comity.alerts.history import remember
from comity.alerts.records import (
    ALERT_KIND,
    AlertData,
    AlertPayload,
    AlertRecord,
    Assessment,
    DeletionReason,
    Grounds,
)
from comity.alerts.wire import schema_of
from comity.core.decision import Fact, Question, Stage
from comity.core.errors import Conflict
from comity.core.ids import Owner, RecordRef
from comity.core.operation import AnyOperation, operation
from comity.core.ports import Publication, RecordChanged, Urgency, Work
from comity.core.time import CivilDate, date_of
from comity.core.vocabulary import Permission, Purpose

PURPOSES: Final = (Purpose.BORDERS, Purpose.POLICE, Purpose.RETURN)


@operation("alert.enter", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def enter(work: Work, command: EnterAlert) -> AlertState:
    """Enter an alert on a person, a thing or a mark.

    Raises `Refused`: no agreement permits it, minimum data or a condition is missing, the case may be political, or
    another State's alert on the subject has to be talked about first; `Conflict` `alert.one-per-state`,
    `alert.incompatible`.
    """
    category = category_of(command.category)
    owner, grounds = work.who.owner, command.grounds
    contents = pictures.contents_of(command.data)
    data = pictures.without_bytes(command.data)
    existing = before.existing_alerts(work, category.code, data)
    left = before.left_over(existing, grounds.clearance)
    more = (*before.facts_of(left, owner.party), *_facts_on(data, grounds), *care.requester_facts(work, data, grounds))
    _follow(work, "enter", category, owner, data=data, grounds=grounds, more=more)
    entered = date_of(work.at)
    failures = (
        *rules.check_grounds(category, grounds, data),
        *attached_rules.check_new(command.data),
        *before.check_clearance(data, existing, grounds.clearance),
        *before.check_others(left, owner.party),
        *care.check_victim(work, category.code, data, grounds),
    )
    _refuse_bad_data(category, command.data, entered, contents, failures)
    before.refuse_own(left, owner.party)
    review = rules.review_date(category, entered, data)
    record = AlertRecord(
        id=work.new_id(),
        owner=owner,
        category=category.code,
        version=1,
        data=data,
        entered=entered,
        review_date=review,
        delete_by=review,
        grounds=grounds,
    )
    work.change(
        *store.insert_alert(record, own=True),
        *store.insert_subjects(record, before.claims(data, grounds.clearance)),
        *pictures.keep(owner.party, record.id, data, contents, {}),
    )
    remember(work, "enter", record, record.version)
    return announce(work, "enter", category, record, contents)


@operation("alert.change", permission=Permission.ALERT_WRITE, purposes=PURPOSES)
def change(work: Work, command: ChangeAlert) -> AlertState:
    """Correct or complete the data of an alert.

    Raises `NotPermitted` for anyone but the owner, `Conflict` if `version` is not the present one, and `Refused` as
    `alert.enter` does.
    """
    old = owned(work, command.id, command.version)
    category, home = category_of(old.category), old.owner.party
    held = pictures.stored_contents(work, home, old.id) if has_pictures(old.data) else {}
    contents = {**held, **pictures.contents_of(command.data)}
    data = attached_rules.with_kept(pictures.without_bytes(command.data), old.data)
    grounds = _grounds_after(old, command)
    existing = _met_anew(work, category, data, old)
    left = before.left_over(existing, grounds.clearance if grounds else Clearance())
    more = (*before.facts_of(left, home), *_facts_on(data, grounds), *care.requester_facts(work, data, grounds))
    _follow(work, "change", category, old.owner, data=data, grounds=grounds, more=more)
    failures = (
        *attached_rules.check_kept(command.data, old.data),
        *before.check_others(left, home),
        *care.check_victim(work, category.code, data, grounds),
    )
    _refuse_bad_data(category, command.data, old.entered, contents, failures)
    before.refuse_own(left, home)
    review = old.review_date
    if not old.assessments:
        review = rules.review_date(category, old.entered, data)
    record = msgspec.structs.replace(
        old,
        version=old.version + 1,
        data=data,
        grounds=grounds,
        review_date=review,
        delete_by=achieved.delete_by(review, old.told),
    )
    clearance = grounds.clearance if grounds else Clearance()
    once, now = set(before.claims(old.data, clearance)), set(before.claims(data, clearance))
    work.change(
        *store.replace_alert(old, record),
        *store.delete_subjects(old, sorted(once - now)),
        *store.insert_subjects(record, sorted(now - once)),
        *pictures.keep(home, record.id, data, contents, held),
    )
    remember(work, "change", record, record.version, old=old)
    return announce(work, "change", category, record, contents)


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


OPERATIONS: Final = cast("tuple[AnyOperation, ...]", (enter, change, extend, delete))


def owned(work: Work, alert: str, version: int) -> AlertRecord:
    """Return the own party's alert after checking owner and version."""
    record = store.get_alert(work, work.who.owner.party, alert)
    rules.check_owner(work.who.owner, record.owner)
    if record.version != version:
        raise Conflict("alert.changed-since", "The alert has a newer version than the one named.", field="$.version")
    return record


def _refuse_bad_data(
    category: Category,
    data: AlertData,
    entered: CivilDate,
    contents: pictures.Contents,
    more: Collection[Failure] = (),
) -> None:
    rules.refuse(
        (
            *rules.check_data(category, data),
            *rules.check_nationalities(category, data, FREE_MOVEMENT),
            *rules.check_entry_day(category, data, entered),
            *pictures.check(data, contents),
            *more,
        )
    )


def _grounds_after(old: AlertRecord, command: ChangeAlert) -> Grounds | None:
    """Return the grounds with what a person found about the new data."""
    if old.grounds is None:
        return None
    return msgspec.structs.replace(
        old.grounds,
        character=command.character or old.grounds.character,
        clearance=before.joined(old.grounds.clearance, command.clearance),
    )


def _met_anew(work: Work, category: Category, data: AlertData, old: AlertRecord) -> tuple[Existing, ...]:
    """Return the alerts on the subject that the data before the change did not meet."""
    now = before.existing_alerts(work, category.code, data, without=old.id)
    known = before.existing_alerts(work, category.code, old.data, without=old.id) if now else ()
    return tuple(one for one in now if one not in known)


def _facts_on(data: AlertData, grounds: Grounds | None) -> tuple[Fact, ...]:
    """Return what the data themselves tell the decision point: the case's character, DNA and what else there is."""
    character = suspected(data.offence_codes, data.reason, data.offence)
    facts = character_fact(character, grounds.character if grounds else None)
    if data.dna_profile is not None:
        facts += (
            Fact(name="photographs_available", value=bool(data.photographs)),
            Fact(name="dactyloscopic_data_available", value=bool(data.dactyloscopic_data)),
            Fact(name="dna_of_relative", value=data.dna_profile.of_relative),
        )
    return facts


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


def announce(
    work: Work, act: str, category: Category, record: AlertRecord, contents: pictures.Contents | None = None
) -> AlertState:
    """Tell peers, other rooms and the ledger about a new version; pictures not given are read from beside the alert."""
    if contents is None and has_pictures(record.data):
        contents = pictures.stored_contents(work, record.owner.party, record.id)
    payload = payload_of(record, contents or {})
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


def has_pictures(data: AlertData) -> bool:
    """Say whether bytes are kept beside an alert."""
    return bool(data.photographs or data.document_copies)


_NO_CONTENTS: Final[pictures.Contents] = {}


def payload_of(record: AlertRecord, contents: pictures.Contents = _NO_CONTENTS) -> AlertPayload:
    """Return the alert as it travels: data with their pictures, and clocks, without grounds and assessments."""
    data = pictures.with_bytes(record.data, contents)
    shared = {name: getattr(data, name) for name in AlertData.__struct_fields__}
    return AlertPayload(
        **shared,
        category=record.category,
        authority=record.owner.authority,
        entered=record.entered,
        review_date=record.review_date,
        delete_by=record.delete_by,
        hidden_until=record.hidden_until,
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
        schema=schema_of(record.category, record.data, hidden=record.hidden_until is not None),
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
