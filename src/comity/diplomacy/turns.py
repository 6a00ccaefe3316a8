"""Writing down what follows: turns from notices, the version that an amendment replaces, where a version stands."""

from __future__ import annotations

from typing import Final

from comity.agreements.life.records import Happening, Turn
from comity.agreements.life.terms import terms_of
from comity.agreements.load import agreement_id
from comity.agreements.records import Agreement
from comity.agreements.signing import Verified, in_force_since
from comity.core.ids import AgreementId
from comity.core.ports import Work
from comity.core.time import Instant
from comity.diplomacy import notice_rules, rules, store
from comity.diplomacy.notices import NoticeView
from comity.diplomacy.records import AgreementState, Event

AMENDED: Final = "amended"
"""Why a version ended that a later one replaced: its terms do not survive, those of the later one go on."""
_LAST: Final = 2**62


def follow(work: Work, found: store.Stored, views: tuple[NoticeView, ...]) -> tuple[Happening, ...]:
    """Write the turns that follow from these notices and are not written yet; return them.

    Whoever calls has claimed the version, so that no two acts write the same turn.
    """
    agreement, name = found.agreement, agreement_id(found.agreement)
    signed = in_force_since(agreement, [Verified(signed=each) for each in found.signatures]) is not None
    written = {_key(event.notice, event) for event in found.events}
    fresh = []
    follows = notice_rules.happenings(views, terms_of(agreement), signed=signed, now=work.recorded_at)
    for notice, happening in follows:
        if _key(notice, happening) in written:
            continue
        store.add_event(work, name, happening, notice)
        fresh.append(happening)
        if happening.turn is Turn.BEGIN:
            replace_older(work, found, happening.since)
    return tuple(fresh)


def as_event(name: AgreementId, happening: Happening) -> Event:
    """Return a turn that is being written, as it will be read back but for its number."""
    members = {field: getattr(happening, field) for field in Happening.__struct_fields__}
    return Event(sequence=_LAST, agreement=name, **members)


def _key(notice: str | None, happening: Happening) -> tuple[str | None, Turn, str | None]:
    return notice, happening.turn, happening.towards


def replace_older(work: Work, found: store.Stored, since: Instant) -> None:
    """End the versions of the same lineage that stand, at the moment the new one begins: until then they govern."""
    own = agreement_id(found.agreement)
    for other in store.of_lineage(work, found.agreement.id):
        name = agreement_id(other.agreement)
        state, _ = rules.state_of(other.events, since)
        if name != own and state in {AgreementState.IN_FORCE, AgreementState.SUSPENDED}:
            store.claim(work, other)
            store.add_event(work, name, _end(work, since, AMENDED))


def check_lineage(work: Work, agreement: Agreement) -> None:
    """Refuse a version that does not follow from the one it names as its parent; raises as `rules.check_parent`."""
    parent = None if agreement.parent is None else store.find(work, agreement.parent)
    amends = any(
        rules.state_of(each.events, work.recorded_at)[0] in {AgreementState.IN_FORCE, AgreementState.SUSPENDED}
        for each in store.of_lineage(work, agreement.id)
        if agreement_id(each.agreement) != agreement_id(agreement)
    )
    rules.check_parent(agreement, parent.agreement if parent else None, amends=amends)


def end_now(work: Work, found: store.Stored, reason: str) -> None:
    """End a version now, if it stands or is to stand."""
    state, _ = rules.state_of(found.events, work.recorded_at)
    if state in {AgreementState.IN_FORCE, AgreementState.SIGNED, AgreementState.SUSPENDED}:
        store.claim(work, found)
        store.add_event(work, agreement_id(found.agreement), _end(work, work.recorded_at, reason))


def begin(work: Work, name: AgreementId, since: Instant, reason: str) -> None:
    """Write that a version begins."""
    store.add_event(work, name, Happening(turn=Turn.BEGIN, since=since, recorded_at=work.recorded_at, reason=reason))


def _end(work: Work, since: Instant, reason: str) -> Happening:
    return Happening(turn=Turn.END, since=since, recorded_at=work.recorded_at, reason=reason)
