"""When an agreement permits one act at one stage, as a single condition over the question.

Written from what the stages of an exchange mean, not from the code that decides: sender and receiver between nodes,
user and owner at use, actor and addressee at an act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity.agreements.expr.names import RESERVED
from comity.agreements.expr.records import (
    And,
    Compare,
    Comparison,
    Condition,
    Every,
    Kind,
    Known,
    Literal,
    Name,
    Not,
    Or,
    Some,
    Truth,
    Within,
    names_of,
)
from comity.agreements.fields import is_covered
from comity.agreements.prove.views import EXCHANGE, AgreementView, BarView, ClauseView, PartyView
from comity.agreements.roles import CLOSED_CATEGORIES, ROLE_ACCESS
from comity.agreements.tables import tables
from comity.agreements.vocabulary import FIELDS, FULL_STATE_OPERATIONS, OWNER_OPERATIONS
from comity.core.decision import Stage

ARRIVED: Final = "arrived"
"""What has arrived for the agreement; not part of a question, so a name of its own."""

ALWAYS, NEVER = Truth(value=True), Truth(value=False)
ACTOR, SENDER, RECEIVER = (Name(name, Kind.TEXT) for name in ("actor.party", "sender", "receiver"))
OWNER = Name("owner.party", Kind.TEXT)
OWNER_AUTHORITY, ACTOR_AUTHORITY = Name("owner.authority", Kind.TEXT), Name("actor.authority", Kind.TEXT)
AT = Name("at", Kind.INSTANT)
ROLE, PURPOSE = Name("actor.role", Kind.TEXT), Name("purpose", Kind.TEXT)
FIELDS_NAMED = Name("fields", Kind.TEXTS)
_WITH_OWNER: Final = frozenset({Stage.USE, Stage.ONWARD})


def permits(view: AgreementView) -> Condition:
    """Return the condition on which the agreement, alone and in force, permits the act."""
    return both(_parties(view), either(_clause(each, view) for each in view.clauses))


def both(*parts: Condition) -> Condition:
    """All of them; true of none."""
    kept = tuple(part for part in parts if part != ALWAYS)
    return ALWAYS if not kept else kept[0] if len(kept) == 1 else And(kept)


def either(parts: Iterable[Condition]) -> Condition:
    """At least one of them; false of none."""
    kept = tuple(part for part in parts if part != NEVER)
    return NEVER if not kept else kept[0] if len(kept) == 1 else Or(kept)


def _among(name: Name, words: Iterable[str]) -> Condition:
    options = tuple(sorted(words))
    return Within(name, options) if options else NEVER


def _is(name: Name, word: str) -> Condition:
    return Compare(Comparison.EQUAL, name, Literal(word, Kind.TEXT))


def _either_name(name: Name, otherwise: Name, words: Iterable[str]) -> Condition:
    """The first name where it is known, else the other, is one of the words."""
    options = tuple(words)
    return Or((_among(name, options), And((Not(Known(name)), _among(otherwise, options)))))


def _within(since: int | None, until: int | None) -> Condition:
    after = ALWAYS if since is None else Compare(Comparison.AT_LEAST, AT, Literal(since, Kind.INSTANT))
    before = ALWAYS if until is None else Compare(Comparison.LESS, AT, Literal(until, Kind.INSTANT))
    return both(after, before)


class _Sides:
    """Who is concerned at a stage, first and second, as conditions: among these words, or not known at all."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def first(self, words: Iterable[str]) -> Condition:
        return _either_name(SENDER, ACTOR, words) if self.stage in EXCHANGE else _among(ACTOR, words)

    def second(self, words: Iterable[str]) -> Condition:
        if self.stage in _WITH_OWNER:
            return _either_name(OWNER, RECEIVER, words)
        return _among(RECEIVER, words)

    def same(self) -> Condition:
        """One party stands on both sides."""
        if self.stage in EXCHANGE:
            sent = Compare(Comparison.EQUAL, SENDER, RECEIVER)
            return Or((sent, And((Not(Known(SENDER)), Compare(Comparison.EQUAL, ACTOR, RECEIVER)))))
        to_receiver = Compare(Comparison.EQUAL, ACTOR, RECEIVER)
        if self.stage in _WITH_OWNER:
            return Or((Compare(Comparison.EQUAL, ACTOR, OWNER), And((Not(Known(OWNER)), to_receiver))))
        return to_receiver

    def no_second(self) -> Condition:
        """Nobody stands on the other side; between nodes that is nobody's party, and forbidden."""
        if self.stage in EXCHANGE:
            return NEVER
        if self.stage in _WITH_OWNER:
            return And((Not(Known(OWNER)), Not(Known(RECEIVER))))
        return Not(Known(RECEIVER))


def _parties(view: AgreementView) -> Condition:
    sides = _Sides(view.stage)
    groups: dict[tuple[int | None, int | None], list[str]] = {}
    for party in view.parties:
        if view.category not in party.excluded:
            groups.setdefault((party.since, party.until), []).append(party.code)
    first = either(both(sides.first(codes), _within(*times)) for times, codes in groups.items())
    second = either(both(sides.second(codes), _within(*times)) for times, codes in groups.items())
    concerned = both(first, Or((second, sides.no_second())))
    if view.stage in {Stage.ENQUEUE, Stage.TRANSMIT}:
        acting = either(both(_among(ACTOR, codes), _within(*times)) for times, codes in groups.items())
        concerned = both(concerned, acting)
    return concerned if view.internal else both(concerned, Not(sides.same()))


def _clause(clause: ClauseView, view: AgreementView) -> Condition:
    stage = view.stage
    return both(
        _purpose(clause, view),
        _role(clause, view),
        _sides_named(clause, view),
        _owner(clause, view),
        _entitled(clause, stage),
        *(_asserted(fact, stage) for fact in sorted(clause.demands)),
        _fields(clause, view),
        _within(clause.since, clause.until),
        *(_need(each, stage) for each in clause.needs),
        *(_not_away(clause, view)),
        *(_not_barred(each, clause, view) for each in clause.bars),
        _quota(clause),
        _territory(clause, stage),
        *(Some(Name(ARRIVED, Kind.TEXTS), (each,)) for each in sorted(clause.waits)),
    )


def _purpose(clause: ClauseView, view: AgreementView) -> Condition:
    listed = ALWAYS if clause.purposes is None else _among(PURPOSE, clause.purposes)
    if view.stage is not Stage.USE or view.category not in CLOSED_CATEGORIES:
        return listed
    table = either(both(_is(ROLE, role), _among(PURPOSE, access.purposes)) for role, access in ROLE_ACCESS.items())
    return both(listed, Or((Not(Known(ROLE)), table)))


def _role(clause: ClauseView, view: AgreementView) -> Condition:
    no_role = Truth(clause.roles is None or view.stage in EXCHANGE)
    given: list[Condition] = [Known(ROLE)] if clause.roles is None else [_among(ROLE, clause.roles)]
    if view.stage is Stage.USE and view.category in CLOSED_CATEGORIES:
        given.append(_among(ROLE, [role for role, access in ROLE_ACCESS.items() if view.category in access.categories]))
    parts = [Or((both(Not(Known(ROLE)), no_role), both(*given)))]
    acting: dict[Condition, list[str]] = {}
    for party in view.parties:
        acting.setdefault(_acts_for(party), []).append(party.code)
    parts += [Or((Not(_among(ACTOR, codes)), may)) for may, codes in acting.items() if may != ALWAYS]
    return both(*parts)


def _acts_for(party: PartyView) -> Condition:
    """The authority may act for the party, in the role given."""
    authority = ACTOR_AUTHORITY
    parts: list[Condition] = [] if party.authorities is None else [_among(authority, party.authorities)]
    if party.roles is not None:
        parts.append(Or((Not(Known(ROLE)), _among(ROLE, party.roles))))
    for name, roles in party.authority_roles:
        parts.append(Or((Not(_is(authority, name)), Not(Known(ROLE)), _among(ROLE, roles))))
    return both(*parts)


def _data_sides(
    clause: ClauseView, view: AgreementView
) -> tuple[_SideTest | _AuthorityTest, _SideTest | _AuthorityTest]:
    """Return tests for giver and receiver of the data: who is asked, and whose records are used, gives."""
    if view.internal:
        return _AuthorityTest(OWNER_AUTHORITY), _AuthorityTest(ACTOR_AUTHORITY)
    sides = _Sides(view.stage)
    if view.stage is Stage.USE:
        return _SideTest(sides, "owner"), _SideTest(sides, "first")
    return (_SideTest(sides, "second"), _SideTest(sides, "first"))[:: 1 if clause.asks else -1]  # type: ignore[return-value]


class _SideTest:
    """Whether one side of the data is among some parties, or not known."""

    def __init__(self, sides: _Sides, which: str) -> None:
        self._sides = sides
        self._which = which

    def among(self, words: Iterable[str]) -> Condition:
        options = tuple(words)
        if self._which == "first":
            return self._sides.first(options)
        found = self._sides.second(options)
        if self._which == "owner":  # the user's own records, where no owner is named
            return Or((found, both(self._sides.no_second(), self._sides.first(options))))
        return found

    def unknown(self) -> Condition:
        return self._sides.no_second() if self._which == "second" else NEVER


class _AuthorityTest:
    """Whether an authority inside the party is among some, or not known."""

    def __init__(self, name: Name) -> None:
        self._name = name

    def among(self, words: Iterable[str]) -> Condition:
        return _among(self._name, words)

    def unknown(self) -> Condition:
        return Not(Known(self._name))


def _sides_named(clause: ClauseView, view: AgreementView) -> Condition:
    giver, receiver = _data_sides(clause, view)
    parts = []
    if clause.givers is not None:
        parts.append(either([giver.among(clause.givers), giver.unknown()]))
    if clause.receivers is not None:
        parts.append(either([receiver.among(clause.receivers), receiver.unknown()]))
    return both(*parts)


def _owner(clause: ClauseView, view: AgreementView) -> Condition:
    if not clause.owner_gives and view.operation not in OWNER_OPERATIONS:
        return ALWAYS
    if view.stage in EXCHANGE:
        sends = Compare(Comparison.EQUAL, OWNER, SENDER)
        acts = Compare(Comparison.EQUAL, ACTOR, SENDER)
        return sends if view.stage is Stage.RECEIPT else And((sends, acts))
    same_authority = Compare(Comparison.EQUAL, OWNER_AUTHORITY, ACTOR_AUTHORITY)
    return And((Compare(Comparison.EQUAL, OWNER, ACTOR), same_authority))


def _entitled(clause: ClauseView, stage: Stage) -> Condition:
    if not clause.owner_receives:
        return ALWAYS
    issuer = Name("issuer", Kind.TEXT)
    addressed = Compare(Comparison.EQUAL, issuer, RECEIVER)
    return Or((Not(Known(issuer)), addressed)) if stage in {Stage.TRANSMIT, Stage.RECEIPT} else addressed


def _asserted(fact: str, stage: Stage) -> Condition:
    name = Name(fact, Kind.BOOL)
    holds = Compare(Comparison.EQUAL, name, Literal(value=True, kind=Kind.BOOL))
    return Or((Not(Known(name)), holds)) if stage in EXCHANGE else holds


def _need(condition: Condition, stage: Stage) -> Condition:
    facts = sorted(names_of(condition) - RESERVED.keys())
    if stage not in EXCHANGE or not facts:
        return condition
    kinds = tables().names.facts
    return Or((condition, both(*(Not(Known(Name(fact, kinds[fact]))) for fact in facts))))


def _fields(clause: ClauseView, view: AgreementView) -> Condition:
    """What is entered or received must be allowed whole, and bring the mandatory fields; at use it is projected."""
    parts: list[Condition] = []
    stage = view.stage
    if stage in {Stage.RECEIPT, Stage.ACT}:
        covered = tuple(sorted(name for name in FIELDS if is_covered(name, clause.allowed)))
        parts.append(Every(FIELDS_NAMED, covered))
    whole = stage in EXCHANGE and (view.operation in FULL_STATE_OPERATIONS or clause.owner_receives)
    there = both(*(Some(FIELDS_NAMED, _stands_for(each)) for each in sorted(clause.mandatory)))
    if whole:
        parts.append(there)
    elif stage is Stage.ACT and view.operation == "enter":
        parts.append(Or((Every(FIELDS_NAMED, ()), there)))
    return both(*parts)


def _stands_for(field: str) -> tuple[str, ...]:
    return tuple(sorted({field, *(name for name in FIELDS if name.startswith(f"{field}."))}))


def _not_away(clause: ClauseView, view: AgreementView) -> Iterable[Condition]:
    sides = _data_sides(clause, view)
    for party, since, until in clause.away:
        present = either(side.among([party]) for side in sides)
        yield Not(both(present, _within(since, until)))


def _not_barred(bar: BarView, clause: ClauseView, view: AgreementView) -> Condition:
    giver, receiver = _data_sides(clause, view)
    concerned = both(
        ALWAYS if bar.giver is None else giver.among([bar.giver]),
        ALWAYS if bar.receiver is None else receiver.among([bar.receiver]),
        ALWAYS if bar.condition is None else bar.condition,
    )
    return Not(concerned)


def _quota(clause: ClauseView) -> Condition:
    if not clause.has_quota:
        return ALWAYS
    used, agreed = Name("quota_used", Kind.INT), Name("quota", Kind.INT)
    limit = agreed if clause.quota is None else Literal(clause.quota, Kind.INT)
    return Not(Compare(Comparison.AT_LEAST, used, limit))


def _territory(clause: ClauseView, stage: Stage) -> Condition:
    if clause.territory is None or stage not in {Stage.ACT, Stage.USE}:
        return ALWAYS
    return _among(Name("territory", Kind.TEXT), clause.territory)
