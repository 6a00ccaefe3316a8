"""Judging one alert: how complete it is, and what about it cannot be. Pure; the day comes in as an argument."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from comity.alerts.categories import CATEGORIES
from comity.alerts.field_table import FIELD_RULES, Need
from comity.alerts.records import AlertData, AlertRecord, Person
from comity.core.time import CivilDate, Period, add_period, days_between, earliest_day, latest_day, parse_partial_date

_WEIGHTS: Final = {Need.MANDATORY: 4, Need.IF_AVAILABLE: 3, Need.ALLOWED: 1}
"""What a field counts. Our own choice: biometrics tell people apart best, and most false matches lack them."""
_NOT_COUNTED: Final = frozenset(
    {
        # Whether there is something to say depends on the case, so leaving it out is no lack.
        "person.birth_names",
        "person.previous_names",
        "person.aliases",
        "warnings",
        "authority",
        "links",
        "register_number",
        "misused_identity",
        "free_movement",
        "departure_by",
        "decision_valid_until",
        "dna_profile",
        "document_copies",
        "offence_codes",
        "objects",
        "suspended",
        "entry_ban",
        "identity_category",
    }
)
LOW: Final = 60
"""Below this percentage an alert counts as incomplete; our own choice."""
_OLDEST: Final = 120
_STALE_SHARE: Final = (3, 4)
_NEVER_HIT: Final = Period(months=12)


class Judged(NamedTuple):
    """The score in percent, and the names of fields that are lacking."""

    score: int
    lacks: tuple[str, ...]


def completeness(category: str, data: AlertData) -> Judged:
    """Weigh the fields an alert of its category may hold and does; what depends on the case is not counted."""
    group = CATEGORIES[category].group
    whole = held = 0
    lacks: list[str] = []
    for rule in FIELD_RULES:
        weight = _WEIGHTS.get(rule.needs[group], 0)
        about_person = rule.field.startswith("person.") or rule.field == "documents"
        if not weight or rule.field in _NOT_COUNTED or (about_person and data.person is None):
            continue
        whole += weight
        if _value(data, rule.field):
            held += weight
        else:
            lacks.append(rule.field)
    return Judged(100 if not whole else held * 100 // whole, tuple(lacks))


def implausible(data: AlertData, entered: CivilDate, today: CivilDate) -> tuple[str, ...]:
    """Name the fields whose value cannot be: births to come or too long ago, names with digits, days out of order."""
    found = list(_of_person(data.person, today)) if data.person is not None else []
    if any(one.issued is not None and one.issued > today for one in data.documents):
        found.append("documents")
    if data.decision_valid_until is not None and data.decision_valid_until < entered:
        found.append("decision_valid_until")
    return tuple(found)


def is_stale(alert: AlertRecord, today: CivilDate) -> bool:
    """Say whether three quarters of an alert's time have gone and nobody changed a word of it."""
    span = days_between(alert.entered, alert.review_date)
    gone = days_between(alert.entered, today)
    return alert.version == 1 and span > 0 and gone * _STALE_SHARE[1] >= span * _STALE_SHARE[0]


def is_old_enough_to_be_hit(alert: AlertRecord, today: CivilDate) -> bool:
    """Say whether an alert stands for a year, after which never having been hit is worth a look."""
    return add_period(alert.entered, _NEVER_HIT) <= today


def _of_person(person: Person, today: CivilDate) -> tuple[str, ...]:
    found: list[str] = []
    born = parse_partial_date(person.birth_date)
    first, last = earliest_day(born), latest_day(born)
    if first > today or add_period(last, Period(months=12 * _OLDEST)) < today:
        found.append("person.birth_date")
    if any(sign.isdigit() for sign in f"{person.surnames}{person.forenames or ''}"):
        found.append("person.surnames")
    return tuple(found)


def _value(data: AlertData, field: str) -> object:
    value: object = data
    for step in field.split("."):
        if not isinstance(value, msgspec.Struct):
            return None
        value = getattr(value, step, None)
    return value
