"""Before an alert is entered: which alerts on the same subject there are, how they go together, who comes first.

Reg (EU) 2018/1862 Art 23; SR 362.0 Arts 9b, 9c, 40. An own alert on the subject is changed instead. One of another
State that does not go with the new one asks for a consultation (form E) first; one on somebody else who is described
alike asks for data that tell the two apart (form L).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from comity.alerts import store
from comity.alerts.before_records import Basis, Clearance, Existing, Relation
from comity.alerts.compatibility import excluded_by, goes_with, prevails
from comity.alerts.failure import Failure
from comity.alerts.records import AlertData
from comity.alerts.subjects import subjects_of
from comity.core.decision import Fact
from comity.core.errors import Conflict
from comity.core.ports import Work

CONSULT: Final = "E"
"""The form by which bureaux agree on incompatible alerts."""
_TELL_APART: Final = "L"
_TELLING: Final = ("characteristics", "birth_place", "gender", "nationalities")


def existing_alerts(work: Work, category: str, data: AlertData, *, without: str | None = None) -> tuple[Existing, ...]:
    """Return every alert held on the same subject, own and foreign, but for the own one `without`."""
    known = {each.digest: each.basis for each in subjects_of(data)}
    found: dict[tuple[str, str], tuple[str, set[Basis]]] = {}
    for row in store.subjects_held(work, tuple(known)):
        if (row.party, row.id) != (work.who.owner.party, without):
            found.setdefault((row.party, row.id), (row.category, set()))[1].add(known[row.subject])
    home = work.who.owner.party
    return tuple(
        _existing(category, party, alert, other, bases, own=party == home)
        for (party, alert), (other, bases) in sorted(found.items())
    )


def _existing(category: str, party: str, alert: str, other: str, bases: set[Basis], *, own: bool) -> Existing:
    excluded = other in excluded_by(category) if own else other not in goes_with(category)
    relation = Relation.INCOMPATIBLE if excluded else Relation.COMPATIBLE
    if own and other == category:
        relation = Relation.SAME
    form = None
    if not own and bases == {Basis.NAME}:
        form = _TELL_APART
    if not own and relation is Relation.INCOMPATIBLE:
        form = CONSULT
    return Existing(
        party=party,
        id=alert,
        category=other,
        by=tuple(sorted(bases)),
        relation=relation,
        prevails=relation is not Relation.COMPATIBLE and prevails(category, other),
        form=form,
    )


def left_over(existing: Collection[Existing], clearance: Clearance) -> tuple[Existing, ...]:
    """Return the alerts that neither a consultation nor a look-alike's explanation settles.

    A document or mark is one person's: such an alert is never explained away as somebody else's.
    """
    settled = {(one.party, one.id) for one in clearance.consultations}
    alike = {(one.party, one.id) for one in clearance.look_alikes}
    return tuple(
        one
        for one in existing
        if (one.party, one.id) not in settled and not ((one.party, one.id) in alike and set(one.by) == {Basis.NAME})
    )


def check_clearance(data: AlertData, existing: Collection[Existing], clearance: Clearance) -> Iterable[Failure]:
    """Check that what is cleared exists, is reasoned, and that look-alikes are told apart by data of the alert."""
    held = {(one.party, one.id) for one in existing}
    for name in ("consultations", "look_alikes"):
        for number, one in enumerate(getattr(clearance, name)):
            if (one.party, one.id) not in held:
                yield Failure(
                    code="CONDITION_UNMET",
                    field=f"$.grounds.clearance.{name}[{number}]",
                    text="No such alert on this subject is held.",
                )
    if clearance.look_alikes and not _tells_apart(data):
        yield Failure(
            code="MIN_DATA_MISSING",
            field="$.data.person.characteristics",
            text="Someone else is described alike: add features, place of birth, gender, nationality or a document.",
        )


def _tells_apart(data: AlertData) -> bool:
    person = data.person
    return bool(data.documents) or (person is not None and any(getattr(person, name) for name in _TELLING))


def facts_of(left: Collection[Existing], home: str) -> tuple[Fact, ...]:
    """Return what the decision point is told: that a search was made, and what other States have on the subject."""
    others = tuple(sorted({one.category for one in left if one.party != home}))
    searched = Fact(name="existing_searched", value=True)
    return (searched, Fact(name="existing_others", value=others)) if others else (searched,)


def check_others(left: Collection[Existing], home: str) -> Iterable[Failure]:
    """Check that no other State's alert is left that does not go with this one."""
    if any(one.party != home and one.relation is Relation.INCOMPATIBLE for one in left):
        yield Failure(
            code="INCOMPATIBLE_ALERT",
            field="$.grounds.clearance",
            text="Another State has an alert on this subject that does not go with this one: consult its bureau first.",
        )


def joined(old: Clearance, new: Clearance | None) -> Clearance:
    """Return what settles alerts on the subject after a change, each once."""
    if new is None:
        return old
    return Clearance(
        consultations=tuple(dict.fromkeys((*old.consultations, *new.consultations))),
        look_alikes=tuple(dict.fromkeys((*old.look_alikes, *new.look_alikes))),
    )


def refuse_own(left: Collection[Existing], home: str) -> None:
    """Raise `Conflict` `alert.one-per-state` or `alert.incompatible` for own alerts on the subject."""
    own = [one for one in left if one.party == home]
    if any(one.relation is Relation.SAME for one in own):
        raise Conflict(
            "alert.one-per-state",
            "This State already has an alert of this category on the same subject.",
            reasons=("ONE_PER_STATE",),
            remedy="Look for the present alert and change it instead.",
        )
    if any(one.relation is Relation.INCOMPATIBLE for one in own):
        raise Conflict(
            "alert.incompatible",
            "This State has an alert on the same subject that does not go together with this category.",
            reasons=("INCOMPATIBLE_ALERT",),
            remedy="The authorities of both agree which one stands; delete the other first.",
        )


def claims(data: AlertData, clearance: Clearance) -> tuple[str, ...]:
    """Return the digests that the new alert claims for itself: not the name that a look-alike of ours has too."""
    alike = bool(clearance.look_alikes)
    return tuple(dict.fromkeys(each.digest for each in subjects_of(data) if not (alike and each.basis is Basis.NAME)))
