"""What a hit report may say by category, and how a hit becomes one: closed lists, each with its article."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from comity.alerts.records import HitDetails, HitRecord, Observed
from comity.bureau.commands import Edits
from comity.bureau.records import AlertReference, HitReport
from comity.core.errors import BadInput
from comity.core.said import say
from comity.core.text import clean_line, clean_text

_ALWAYS: Final = ("place",)
_ORDINARY: Final = (
    *_ALWAYS,
    "direction",
    "lane",
    "conveyance",
    "identity",
    "documents",
    "circumstances",
    "remarks",
)
_CHECKS: Final = (
    *_ORDINARY,
    "check_reason",
    "route",
    "companions",
    "children",
    "document_user",
    "object_used",
    "objects_carried",
)
_MISSING_ADULT: Final = (*_ALWAYS, "consent")

FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # Reg (EU) 2018/1862 Art 37(1): the closed list of what a check may bring back; Art 37a for information alerts.
        "DIS": _CHECKS,
        "INQ": _CHECKS,
        "SPE": _CHECKS,
        "INF": _CHECKS,
        # Art 33(2): the place to the issuing State; more only with the consent of the adult who was found.
        "MIS-N": _MISSING_ADULT,
    }
)
"""Fields of a report that a person may fill, by category; `_ORDINARY` (SR 362.0 Art 18(1)) for all others."""

_WORDS: Final = {
    "direction": ("entry", "exit", "inland"),
    "lane": ("free-movement", "third-country", "transit"),
}
_PROSE: Final = frozenset({"circumstances", "identity", "documents", "remarks", "check_reason"})
_PROSE_MAX, _LINE_MAX = 2000, 200


def editable(category: str) -> tuple[str, ...]:
    """Name the fields of a report that may be filled for this category, in the order in which a form shows them."""
    return FIELDS.get(category, _ORDINARY)


def observable(category: str) -> tuple[str, ...]:
    """Name what an officer may add for this category from what was seen and heard at the counter."""
    return tuple(name for name in editable(category) if name in Observed.__struct_fields__)


def draft_of(hit: HitRecord, case: str) -> HitReport:
    """Draft the report of a hit: everything known that its category lets travel."""
    details = hit.details or HitDetails()
    seen: Observed = details.observed
    known: dict[str, str | int | bool | None] = {
        "direction": details.direction,
        "lane": details.lane,
        "conveyance": details.conveyance,
        "identity": details.identity,
        "documents": details.documents,
        "circumstances": hit.circumstances,
        "check_reason": details.reason,
        **msgspec.structs.asdict(seen),
    }
    report = HitReport(
        case=case,
        alert=AlertReference(id=hit.alert, version=hit.alert_version, owner=hit.alert_owner, category=hit.category),
        found_at=hit.found_at,
        place=hit.place,
        action_taken=hit.action_taken,
    )
    open_to = editable(hit.category)
    return msgspec.structs.replace(report, **{name: value for name, value in known.items() if name in open_to})


def edited(report: HitReport, edits: Edits, category: str) -> HitReport:
    """Return the report as corrected. Raises `BadInput` for text that cannot stand in it or a field not open to it."""
    open_to = editable(category)
    given = {name: getattr(edits, name) for name in Edits.__struct_fields__ if name != "clear"}
    asked = {name: value for name, value in given.items() if value is not None}
    for name in (*asked, *edits.clear):
        if name not in open_to:
            raise BadInput(
                "bureau.field-not-open",
                "A report on an alert of this category may not say this.",
                field=f"$.{name}" if name in given else "$.clear",
                remedy="Leave the field out.",
            )
    if "place" in edits.clear:
        raise BadInput("bureau.place-needed", "A hit report names the place.", field="$.place")
    emptied: dict[str, object] = dict.fromkeys(edits.clear)
    cleaned = {name: _clean(name, value) for name, value in asked.items()}
    kept = {name: value for name, value in cleaned.items() if value is not None}
    return msgspec.structs.replace(report, **{**emptied, **kept})


def least(report: HitReport) -> HitReport:
    """Return what a case that was no hit keeps of its report: which alert, when and where; nothing of the person."""
    return HitReport(
        case=report.case,
        alert=report.alert,
        found_at=report.found_at,
        place=report.place,
        action_taken=report.action_taken,
    )


def report_fields(report: HitReport) -> tuple[str, ...]:
    """Name the fields that hold something, dotted to the second level, as agreements do."""
    names: list[str] = []
    for name, value in msgspec.to_builtins(report).items():
        names.extend(f"alert.{inner}" for inner in value) if name == "alert" else names.append(name)
    return tuple(sorted(names))


def _clean(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    words = _WORDS.get(name)
    if words is not None and value and value not in words:
        raise BadInput(f"bureau.{name}", say("It is one of %(names)s.", names=", ".join(words)), field=f"$.{name}")
    if name in _PROSE:
        return clean_text(value, f"$.{name}", _PROSE_MAX, may_be_empty=True) or None
    return clean_line(value, f"$.{name}", _LINE_MAX, may_be_empty=True) or None
