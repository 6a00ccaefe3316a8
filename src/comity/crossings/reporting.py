"""What a check knows of the person found, put in the words of a hit report: nobody types it a second time."""

from __future__ import annotations

import msgspec

from comity.alerts.records import HitDetails, Observed
from comity.core.text import clean_line
from comity.crossings.records import Check, Document, Identity

_JUSTIFICATION, _LINE = 2000, 200


def hit_details(question: Check, observed: Observed) -> HitDetails:
    """Return what the check and the officer know. Raises `BadInput` for text that cannot stand in a form."""
    return HitDetails(
        identity=_identity(question.identity),
        documents=_document(question.document),
        direction=question.direction.value,
        lane=question.lane.value,
        reason=question.justification[:_JUSTIFICATION] or None,
        observed=_clean(observed),
    )


def _identity(person: Identity) -> str | None:
    """Write the identity as checked in one line, in codes that need no translation."""
    name = ", ".join(part for part in (person.surnames, person.forenames) if part)
    parts = (name, person.birth_date, person.nationality, person.gender)
    return "; ".join(part for part in parts if part) or None


def _document(document: Document | None) -> str | None:
    if document is None:
        return None
    return " ".join(part for part in (document.category, document.country, document.number) if part)


def _clean(observed: Observed) -> Observed:
    """Bring every text to one clean line; one that is empty after that is left out."""
    cleaned = {
        name: clean_line(value, f"$.observed.{name}", _LINE, may_be_empty=True) or None
        for name, value in msgspec.structs.asdict(observed).items()
        if isinstance(value, str)
    }
    return msgspec.structs.replace(observed, **cleaned)
