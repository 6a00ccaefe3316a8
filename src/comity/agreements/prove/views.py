"""A permission as plain sets and conditions: read from the document here, from what was compiled in `compiled`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.agreements.expr.parse import parse_condition
from comity.agreements.expr.records import Condition
from comity.agreements.provisions import ConsentForm, Reservation, Side
from comity.agreements.records import Agreement, Clause, FieldList, Party
from comity.agreements.stated import clauses_of
from comity.agreements.tables import tables
from comity.agreements.terms import Effect
from comity.agreements.vocabulary import Mode, Scope
from comity.core.decision import Stage
from comity.core.time import DAY_US, Instant, start_of_day

EXCHANGE = frozenset({Stage.ENQUEUE, Stage.TRANSMIT, Stage.RECEIPT})
AT_HAND = frozenset({Stage.USE, Stage.ACT})


@dataclass(frozen=True)
class PartyView:
    """How a party is bound; `until` is the first instant at which it is not."""

    code: str
    since: int | None
    until: int | None
    excluded: frozenset[str]
    roles: frozenset[str] | None
    authorities: frozenset[str] | None
    authority_roles: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass(frozen=True)
class BarView:
    """A reservation that bars a giver or a receiver."""

    giver: str | None
    receiver: str | None
    condition: Condition | None


@dataclass(frozen=True)
class ClauseView:
    """One permission for one category; None means any."""

    clause: str
    givers: frozenset[str] | None
    owner_gives: bool
    receivers: frozenset[str] | None
    owner_receives: bool
    purposes: frozenset[str] | None
    roles: frozenset[str] | None
    allowed: frozenset[str]
    mandatory: frozenset[str]
    demands: frozenset[str]
    needs: tuple[Condition, ...] = ()
    asks: bool = False
    since: int | None = None
    until: int | None = None
    waits: frozenset[str] = frozenset()
    away: tuple[tuple[str, int | None, int | None], ...] = ()
    bars: tuple[BarView, ...] = ()
    quota: int | None = None
    has_quota: bool = False
    territory: frozenset[str] | None = None


@dataclass(frozen=True)
class AgreementView:
    """What an agreement says about one act at one stage."""

    stage: Stage
    operation: str
    category: str
    parties: tuple[PartyView, ...]
    clauses: tuple[ClauseView, ...]
    internal: bool = False


def read_text(text: str) -> Condition:
    """Read a condition of the document by the vocabulary of the house."""
    return parse_condition(text, tables().names)


def view_document(agreement: Agreement, stage: Stage, operation: str, category: str) -> AgreementView:
    """Read what the document says about one act at one stage."""
    views = tuple(
        view
        for clause in sorted(clauses_of(agreement), key=lambda each: each.id)
        if clause.effect is None or clause.effect.value is Effect.PERMIT
        for view in _clause_views(clause, agreement, stage, (operation, category))
    )
    parties = tuple(_party(party) for party in agreement.parties)
    return AgreementView(stage, operation, category, parties, views, agreement.internal_to is not None)


def acts_of(agreement: Agreement) -> tuple[tuple[Stage, str, str], ...]:
    """Return every stage, operation and category that some permission of the document speaks of."""
    found = {
        (stage, operation, category)
        for clause in clauses_of(agreement)
        if clause.effect is None or clause.effect.value is Effect.PERMIT
        for category in clause.categories.value
        for operation in (*clause.operations.value, *(("use",) if clause.use is not None else ()))
        for stage in Stage
        if any(_clause_views(clause, agreement, stage, (operation, category)))
    }
    return tuple(sorted(found))


def _stages(mode: Mode, operation: str) -> frozenset[Stage]:
    if operation == "onward":
        return AT_HAND | {Stage.ONWARD}
    if mode is Mode.LOCAL:
        return AT_HAND
    moves = EXCHANGE | {Stage.ACT}
    return moves if mode in {Mode.REPLICATE, Mode.MESSAGE} else moves | {Stage.USE}


def _clause_views(clause: Clause, agreement: Agreement, stage: Stage, act: tuple[str, str]) -> Iterator[ClauseView]:
    operation, category = act
    if category not in clause.categories.value:
        return
    fields = next(
        (each for each in agreement.field_lists if each.id in clause.fields and each.category == category), None
    )
    if operation in clause.operations.value and stage in _stages(clause.mode.value, operation):
        yield _permission(clause, agreement, act, fields)
    if operation == "use" and clause.use is not None and stage in AT_HAND:
        yield from _uses(clause, fields)


def _names(fields: FieldList | None) -> tuple[frozenset[str], frozenset[str]]:
    if fields is None:
        return frozenset(), frozenset()
    needed = frozenset(fields.mandatory.value) if fields.mandatory is not None else frozenset[str]()
    return needed | {name for group in fields.allowed for name in group.value}, needed


def _permission(clause: Clause, agreement: Agreement, act: tuple[str, str], fields: FieldList | None) -> ClauseView:
    operation, category = act
    allowed, mandatory = _names(fields)
    givers, receivers = clause.givers.value, clause.receivers.value
    written = [clause.condition] if clause.condition is not None else []
    written += [each.condition for each in clause.requires]
    activation = clause.activation
    waited = [] if activation is None else [activation.notifications, activation.arrangements]
    quota = clause.quota
    row = tables().operations.get(operation)
    return ClauseView(
        clause=clause.id,
        givers=None if isinstance(givers, Scope) else frozenset(givers),
        owner_gives=givers is Scope.OWNER,
        receivers=None if isinstance(receivers, Scope) else frozenset(receivers),
        owner_receives=receivers is Scope.OWNER,
        purposes=_open(clause.purposes.value),
        roles=frozenset(clause.roles.value) if clause.roles is not None else None,
        allowed=allowed,
        mandatory=mandatory,
        demands=frozenset(clause.conditions.value) if clause.conditions is not None else frozenset(),
        needs=tuple(read_text(each.value) for each in written),
        asks=row is not None and row.asks,
        since=_first(clause.first_day.value if clause.first_day else None),
        until=_after(clause.last_day.value if clause.last_day else None),
        waits=frozenset(name for leaf in waited if leaf is not None for name in leaf.value),
        away=tuple(
            (each.party, _first(each.since.value), _after(each.until.value if each.until else None))
            for each in clause.opt_outs
        ),
        bars=tuple(
            bar
            for party in agreement.parties
            for each in party.reservations
            if _concerns(each, clause.id, operation, category)
            for bar in _bars(party.code, each)
        ),
        quota=quota.limit.value if quota is not None and quota.limit is not None else None,
        has_quota=quota is not None,
        territory=frozenset(clause.territory.value) if clause.territory is not None else None,
    )


def _uses(clause: Clause, fields: FieldList | None) -> Iterator[ClauseView]:
    use = clause.use
    if use is None:
        return
    allowed, _ = _names(fields)
    for purposes, needs in ((_open(use.purposes.value), ()), (None, _by_consent(use.other_by_consent))):
        if needs is not None:
            yield _use(clause.id, purposes, allowed, needs)


def _use(
    clause: str, purposes: frozenset[str] | None, allowed: frozenset[str], needs: tuple[Condition, ...]
) -> ClauseView:
    return ClauseView(
        clause=clause,
        givers=None,
        owner_gives=False,
        receivers=None,
        owner_receives=False,
        purposes=purposes,
        roles=None,
        allowed=allowed,
        mandatory=frozenset(),
        demands=frozenset(),
        needs=needs,
    )


def _by_consent(leaf: object) -> tuple[Condition, ...] | None:
    form = getattr(leaf, "value", None)
    if form is None:
        return None
    good = {
        ConsentForm.ANY: ("oral", "written", "documented_prior"),
        ConsentForm.WRITTEN: ("written", "documented_prior"),
        ConsentForm.DOCUMENTED_PRIOR: ("documented_prior",),
    }[form]
    plainly = "" if form is ConsentForm.ANY else " and unknown(consent_form)"
    return (read_text(f"((prior_consent or issuer_consent){plainly}) or consent_form in {list(good)!r}"),)


def _party(party: Party) -> PartyView:
    since = max(filter(None, [party.bound_from, party.accession]), key=lambda each: each.value)
    return PartyView(
        code=party.code,
        since=_first(since.value),
        until=_after(party.bound_until.value if party.bound_until else None),
        excluded=frozenset(party.excluded_categories.value) if party.excluded_categories else frozenset(),
        roles=frozenset(party.roles.value) if party.roles else None,
        authorities=frozenset(party.authorities.value) if party.authorities else None,
        authority_roles=tuple(sorted((each.id, frozenset(each.roles.value)) for each in party.named_authorities)),
    )


def _open(words: tuple[str, ...]) -> frozenset[str] | None:
    return None if "any" in words else frozenset(words)


def _first(day: str | None) -> int | None:
    return None if day is None else start_of_day(day)  # type: ignore[arg-type]  # a day of a document that was read


def _after(day: str | None) -> int | None:
    first = _first(day)
    return None if first is None else Instant(first + DAY_US)


def _concerns(reservation: Reservation, clause: str, operation: str, category: str) -> bool:
    scopes = (
        (reservation.clauses, clause),
        (reservation.operations, operation),
        (reservation.categories, category),
    )
    return all(leaf is None or word in leaf.value for leaf, word in scopes)


def _bars(party: str, reservation: Reservation) -> Iterator[BarView]:
    condition = read_text(reservation.condition.value) if reservation.condition is not None else None
    side, mirrored = reservation.side.value, reservation.mirrored.value
    if side is not Side.RECEIVER or mirrored:
        yield BarView(party, None, condition)
    if side is not Side.GIVER or mirrored:
        yield BarView(None, party, condition)


def clauses_against(agreement: Agreement, operation: str, category: str) -> Iterator[Clause]:
    """Give the clauses that forbid the act or send it to a person."""
    for clause in clauses_of(agreement):
        stands = clause.effect is not None and clause.effect.value in {Effect.DENY, Effect.REFER}
        scopes = ((clause.operations.value, operation), (clause.categories.value, category))
        if stands and all("any" in words or word in words for words, word in scopes):
            yield clause
