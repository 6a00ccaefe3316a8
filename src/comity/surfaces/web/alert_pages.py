"""Alerts: the list, one alert, and the forms that enter, change, extend and delete."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.responses import Response

from comity.alerts.categories import CATEGORIES, Category, Need, needs_of
from comity.alerts.commands import (
    AlertPage,
    AlertState,
    ChangeAlert,
    DeleteAlert,
    EnterAlert,
    ExtendAlert,
)
from comity.alerts.records import (
    AlertRecord,
    AlertShown,
    DeletionReason,
    DocumentCategory,
    Gender,
    IdentityCategory,
    WarningMark,
)
from comity.core.codec import JsonValue
from comity.core.errors import ComityError, NotFound
from comity.surfaces.web.desk import Visit, see
from comity.surfaces.web.forms import Form, form_of

_ACTS: Final = {"change": "alert_form.html", "extend": "alert_extend.html", "delete": "alert_delete.html"}
# What a person says when nothing was looked into yet.
_BLANK_VALUES: Final = {"data.identity_category": (IdentityCategory.NOT_CONFIRMED.value,)}
# What the form does not show must survive a change that is made with it.
_NOT_IN_FORM: Final = ("birth_names", "previous_names")


async def alerts(visit: Visit) -> Response:
    """List own and received alerts, page by page."""
    query = visit.request.query_params
    command: dict[str, JsonValue] = {"after": query["after"]} if query.get("after") else {}
    if query.get("own") in {"true", "false"}:
        command["own"] = query["own"] == "true"
    page = await visit.ask("alert.list", command, AlertPage)
    return visit.render("alerts.html", page=page, own=query.get("own", ""), categories=tuple(CATEGORIES))


async def alert(visit: Visit) -> Response:
    """Show one alert."""
    record = await _record(visit)
    return visit.render("alert.html", alert=record, own=_is_own(visit, record))


async def blank(visit: Visit) -> Response:
    """Show the empty form of a category."""
    category = _category(visit.path("category"))
    return visit.render("alert_form.html", Form(values=_BLANK_VALUES), alert=None, **_choices(category))


async def enter(visit: Visit) -> Response:
    """Enter an alert."""
    category = _category(visit.path("category"))
    try:
        command = visit.form.command(EnterAlert, category=category.code)
        state = await visit.ask("alert.enter", command, AlertState)
    except ComityError as error:
        return visit.again("alert_form.html", error, alert=None, **_choices(category))
    return _see(state)


async def prepare(visit: Visit) -> Response:
    """Show the form of an act on one alert: `change`, `extend` or `delete`."""
    template = _ACTS.get(visit.path("act"))
    if template is None:
        raise NotFound("http.path", "There is nothing at this address.")
    record = await _record(visit)
    shown = _choices(_category(record.category))
    return visit.render(template, form_of(record.data, "data"), alert=record, **shown)


async def change(visit: Visit) -> Response:
    """Put the form's data in the place of the alert's."""
    record = await _record(visit)
    try:
        command = visit.form.command(ChangeAlert, id=record.id)
        _keep_unshown(command, record)
        state = await visit.ask("alert.change", command, AlertState)
    except ComityError as error:
        return visit.again("alert_form.html", error, alert=record, **_choices(_category(record.category)))
    return _see(state)


async def extend(visit: Visit) -> Response:
    """Move the review date on a recorded assessment."""
    record = await _record(visit)
    try:
        state = await visit.ask("alert.extend", visit.form.command(ExtendAlert, id=record.id), AlertState)
    except ComityError as error:
        return visit.again("alert_extend.html", error, alert=record, **_choices(_category(record.category)))
    return _see(state)


async def delete(visit: Visit) -> Response:
    """Delete an alert, here and at every peer."""
    record = await _record(visit)
    try:
        await visit.ask("alert.delete", visit.form.command(DeleteAlert, id=record.id), AlertState)
    except ComityError as error:
        return visit.again("alert_delete.html", error, alert=record, **_choices(_category(record.category)))
    return see("/alerts")


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
    person = data.get("person") if isinstance(data, dict) else None
    if isinstance(person, dict):
        stored = msgspec.to_builtins(record.data.person)
        person |= {name: stored[name] for name in _NOT_IN_FORM if name in stored}


def _choices(category: Category) -> dict[str, object]:
    needs = needs_of(category.code)
    return {
        "category": category,
        "needed": {name for name, need in needs.items() if need is Need.MANDATORY},
        "open_fields": {name for name, need in needs.items() if need is not Need.FORBIDDEN},
        "actions": sorted(category.actions),
        "grounds": sorted(category.grounds),
        "genders": tuple(Gender),
        "identity_categories": tuple(IdentityCategory),
        "warnings": tuple(WarningMark),
        "document_categories": tuple(DocumentCategory),
        "deletion_reasons": tuple(DeletionReason),
    }


def _see(state: AlertState) -> Response:
    return see(f"/alerts/{state.owner.party}/{state.id}")
