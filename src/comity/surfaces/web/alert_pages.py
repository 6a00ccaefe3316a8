"""Alerts: the list, one alert, and the forms that enter, change, extend and delete."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comity.alerts import achieved
from comity.alerts.achieved import ACHIEVEMENTS
from comity.alerts.attached import Picture
from comity.alerts.categories import CATEGORIES, Category, Subject, needs_of
from comity.alerts.commands import (
    AlertPage,
    AlertState,
    ChangeAlert,
    DeleteAlert,
    EnterAlert,
    ExtendAlert,
    KeepAlert,
    TellAchieved,
)
from comity.alerts.field_table import IF_GRANTED, Need
from comity.alerts.history import AlertHistory
from comity.alerts.object_rules import subject_of
from comity.alerts.object_types import OBJECT_TYPES, types_for_tracing
from comity.alerts.objects import IdentifierKind, IssuedDocument, ObjectStatus, ObjectType
from comity.alerts.records import (
    AlertRecord,
    AlertShown,
    CaseType,
    DeletionReason,
    DocumentCategory,
    Gender,
    IdentityCategory,
    MarkKind,
    WarningMark,
)
from comity.alerts.waiting import WaitAlert, Waiting
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.surfaces.web.beside_pages import parts_of
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.flag_pages import may_flag
from comity.surfaces.web.forms import Form, form_of
from comity.surfaces.web.pictures import FACES, name_pictures

_ACTS: Final = {
    "change": "alert_form.html",
    "extend": "alert_extend.html",
    "delete": "alert_delete.html",
    "tell-achieved": "alert_achieved.html",
    "keep": "alert_keep.html",
}
# What a person says when nothing was looked into yet.
_BLANK_VALUES: Final = {"data.identity_category": (IdentityCategory.NOT_CONFIRMED.value,)}
# What the form does not show must survive a change that is made with it.
_NOT_IN_FORM: Final = ("birth_names", "previous_names")
_BESIDE: Final = ("photographs", "document_copies", "dna_profile", "offence_codes")
_USUAL: Final = ("ARR", "REF", "REFX", "MIS-N", "DIS", "OBJ")
"""Categories whose forms are one step away; the others stand behind a fold."""
_DIGITS: Final = 9
_MARKS: Final = "dactyloscopic_data"


async def alerts(visit: Visit) -> Response:
    """List own and received alerts, page by page."""
    query = visit.request.query_params
    command: dict[str, JsonValue] = {"after": query["after"]} if query.get("after") else {}
    if query.get("own") in {"true", "false"}:
        command["own"] = query["own"] == "true"
    protected = query.get("protected") == "true"
    command["protected"] = protected
    page = await visit.ask("alert.list", command, AlertPage)
    shown = {"own": query.get("own", ""), "protected": protected}
    return visit.render("alerts.html", page=page, categories=tuple(CATEGORIES), usual=_USUAL, **shown)


async def alert(visit: Visit) -> Response:
    """Show one alert."""
    record = await _record(visit)
    at_home = visit.actor is not None and visit.actor.owner.party == record.owner.party
    return visit.render(
        "alert.html",
        alert=record,
        own=_is_own(visit, record),
        at_home=at_home,
        waiting=achieved.pending(record.told),
        flaggable=may_flag(visit, record),
        parts=parts_of(visit.actor, record),
    )


async def history(visit: Visit) -> Response:
    """Show what became of an own alert, act by act."""
    command: dict[str, JsonValue] = {"id": visit.path("alert")}
    after = visit.request.query_params.get("after", "")
    if after.isascii() and after.isdigit():
        command["after"] = int(after[:_DIGITS])
    shown = await visit.ask("alert.history", command, AlertHistory)
    return visit.render("alert_history.html", history=shown, party=visit.path("party"))


async def blank(visit: Visit) -> Response:
    """Show the empty form of a category."""
    category = _category(visit.path("category"))
    values = _BLANK_VALUES if len(category.actions) > 1 else {**_BLANK_VALUES, "data.action": tuple(category.actions)}
    return visit.render(
        "alert_form.html", Form(values=values), alert=None, **_choices(category, _about(visit, category))
    )


async def enter(visit: Visit) -> Response:
    """Enter an alert."""
    return await _enter(visit, "alert.enter", EnterAlert, AlertState)


async def wait(visit: Visit) -> Response:
    """Keep a request at home while another State's alert stands in its way."""
    return await _enter(visit, "alert.wait", WaitAlert, Waiting)


async def prepare(visit: Visit) -> Response:
    """Show the form of an act on one alert: `change`, `extend` or `delete`."""
    template = _ACTS.get(visit.path("act"))
    if template is None:
        raise NotFound("http.path", "There is nothing at this address.")
    record = await _record(visit)
    return visit.render(template, form_of(record.data, "data"), alert=record, **_choices_for(record))


async def change(visit: Visit) -> Response:
    """Put the form's data in the place of the alert's."""
    record = await _record(visit)
    category, about = _category(record.category), subject_of(record.data)
    try:
        command = visit.form.command(ChangeAlert, _needed(category, about), id=record.id)
        name_pictures(visit.form, command)
        _keep_unshown(command, record)
        state = await visit.ask("alert.change", command, AlertState)
    except ComityError as error:
        return visit.again("alert_form.html", error, alert=record, **_choices(category, about))
    return _see(state)


async def extend(visit: Visit) -> Response:
    """Move the review date on a recorded assessment."""
    return await _act(visit, "alert.extend", ExtendAlert, "alert_extend.html")


async def delete(visit: Visit) -> Response:
    """Delete an alert, here and at every peer."""
    record = await _record(visit)
    try:
        await visit.ask("alert.delete", visit.form.command(DeleteAlert, id=record.id), AlertState)
    except ComityError as error:
        return visit.again(
            "alert_delete.html", error, alert=record, **_choices(_category(record.category), subject_of(record.data))
        )
    return see("/alerts")


async def tell_achieved(visit: Visit) -> Response:
    """Tell the authority that entered an alert that its purpose is achieved."""
    return await _act(visit, "alert.tell-achieved", TellAchieved, "alert_achieved.html")


async def keep(visit: Visit) -> Response:
    """Reply that an alert is still needed."""
    return await _act(visit, "alert.keep", KeepAlert, "alert_keep.html")


async def _act(visit: Visit, operation: str, kind: type[msgspec.Struct], template: str) -> Response:
    record = await _record(visit)
    try:
        state = await visit.ask(operation, visit.form.command(kind, id=record.id), AlertState)
    except ComityError as error:
        return visit.again(template, error, alert=record, **_choices_for(record))
    return _see(state)


async def _enter(
    visit: Visit, operation: str, kind: type[msgspec.Struct], result: type[AlertState | Waiting]
) -> Response:
    category = _category(visit.path("category"))
    about = _about(visit, category)
    try:
        command = visit.form.command(kind, _needed(category, about), category=category.code)
        name_pictures(visit.form, command)
        entered = await visit.ask(operation, command, result)
    except ComityError as error:
        return visit.again("alert_form.html", error, alert=None, **_choices(category, about))
    return _see(entered) if isinstance(entered, AlertState) else see("/alerts/waiting")


async def _record(visit: Visit) -> AlertShown:
    command: dict[str, JsonValue] = {"id": visit.path("alert"), "party": visit.path("party")}
    return await visit.ask("alert.show", command, AlertShown)


def _category(code: str) -> Category:
    category = CATEGORIES.get(code)
    if category is None:
        raise NotFound("alert.unknown-category", "This node has no form for that category.")
    return category


def _is_own(visit: Visit, record: AlertRecord) -> bool:
    return visit.actor is not None and visit.actor.owner == record.owner


def _keep_unshown(command: dict[str, JsonValue], record: AlertRecord) -> None:
    data = command.get("data")
    if isinstance(data, dict):
        # Of a picture the digest is enough: its bytes are here already.
        for name in _BESIDE:
            kept, added = msgspec.to_builtins(_bare(getattr(record.data, name))), data.get(name)
            if kept:
                data[name] = [*kept, *added] if isinstance(kept, tuple | list) and isinstance(added, list) else kept
    person = data.get("person") if isinstance(data, dict) else None
    if isinstance(person, dict):
        stored = msgspec.to_builtins(record.data.person)
        person |= {name: stored[name] for name in _NOT_IN_FORM if name in stored}
    if isinstance(data, dict) and record.data.person is not None and record.data.dactyloscopic_data:
        data[_MARKS] = msgspec.to_builtins(record.data.dactyloscopic_data)


def _bare(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(map(_bare, value))
    return msgspec.structs.replace(value, content=None) if isinstance(value, Picture) else value


def _about(visit: Visit, category: Category) -> Subject:
    """Return what a new alert is about: what the address asks for, where the category leaves a choice."""
    wanted = visit.request.query_params.get("about", "")
    return next((one for one in category.subjects if one == wanted), max(category.subjects))


def _needed(category: Category, about: Subject) -> set[str]:
    """Name the inputs that the category's minimum data ask for."""
    needs = needs_of(category.code)
    return {
        f"data.{name}"
        for name, need in needs.items()
        if need is Need.MANDATORY
        and name not in IF_GRANTED
        and (about is Subject.PERSON or not name.startswith("person."))
    }


def _choices_for(record: AlertRecord) -> dict[str, object]:
    return _choices(_category(record.category), subject_of(record.data))


def _choices(category: Category, about: Subject) -> dict[str, object]:
    needs = needs_of(category.code)
    return {
        "category": category,
        "about": about.value,
        "picture_kinds": FACES,
        "object_types": _object_types(category, about),
        "object_statuses": tuple(ObjectStatus),
        "issued_documents": tuple(IssuedDocument),
        "identifier_kinds": _identifier_kinds(_object_types(category, about)),
        "mark_kinds": tuple(MarkKind),
        "case_types": tuple(CaseType),
        "needed": {name for name, need in needs.items() if need is Need.MANDATORY},
        "open_fields": {name for name, need in needs.items() if need is not Need.FORBIDDEN},
        "actions": sorted(category.actions),
        "grounds": sorted(category.grounds),
        "genders": tuple(Gender),
        "identity_categories": tuple(IdentityCategory),
        "warnings": tuple(WarningMark),
        "document_categories": tuple(DocumentCategory),
        "deletion_reasons": tuple(DeletionReason),
        "achievements": ACHIEVEMENTS[category.code],
    }


def _object_types(category: Category, about: Subject) -> tuple[ObjectType, ...]:
    if about is not Subject.OBJECT:
        allowed = types_for_tracing(category.code)
        return tuple(one for one in ObjectType if one in allowed)
    seizure = category.subjects == {Subject.OBJECT}
    return tuple(one for one, rule in OBJECT_TYPES.items() if (rule.seizure if seizure else rule.check))


def _identifier_kinds(types: tuple[ObjectType, ...]) -> tuple[IdentifierKind, ...]:
    return tuple(kind for kind in IdentifierKind if any(kind in OBJECT_TYPES[one].identifiers for one in types))


def _see(state: AlertState) -> Response:
    return see(f"/alerts/{state.owner.party}/{state.id}")
