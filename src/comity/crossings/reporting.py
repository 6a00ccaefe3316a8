"""What a check knows of the person found, put in the words of a hit report: nobody types it a second time."""

from __future__ import annotations

import msgspec

from comity.alerts.records import HitDetails, Observed
from comity.core.text import clean_line
from comity.crossings.records import Asked, Document, Identity

_JUSTIFICATION, _LINE = 2000, 200


def hit_details(question: Asked, observed: Observed) -> HitDetails:
    """Return what the check and the officer know. Raises `BadInput` for text that cannot stand in a form."""
    return HitDetails(
        identity=_identity(question.identity),
        documents=_document(question.document),
        direction=question.direction.value,
        lane=question.lane.value,
        conveyance=question.conveyance or None,
        reason=question.justification[:_JUSTIFICATION] or None,
        observed=_with_things(_clean(observed), question),
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


def _with_things(observed: Observed, question: Asked) -> Observed:
    """Take the plates and containers asked about for what was used, unless the officer says something else."""
    things = ", ".join(f"{thing.kind.value} {thing.number}" for thing in question.things)
    return observed if observed.object_used or not things else msgspec.structs.replace(observed, object_used=things)


def _clean(observed: Observed) -> Observed:
    """Bring every text to one clean line; one that is empty after that is left out."""
    cleaned = {
        name: clean_line(value, f"$.observed.{name}", _LINE, may_be_empty=True) or None
        for name, value in msgspec.structs.asdict(observed).items()
        if isinstance(value, str)
    }
    return msgspec.structs.replace(observed, **cleaned)
