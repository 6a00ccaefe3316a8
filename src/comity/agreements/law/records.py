"""A rule of law as a record: the contract that every row keeps (`comity-law/1`)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from comity.agreements.sourced import Confidence, Day, ExpressionText, Kebab, PartyCode, Text, Word, Words
from comity.agreements.tables import ObligationId
from comity.agreements.terms import Answer, DueRule, Effect

RuleId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\Z", max_length=96)]
InstantText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]{5})\Z")]
AnyOrWords: TypeAlias = "str | tuple[str, ...]"
"""`any`, one word, `@list`, or a list of words and `@lists`."""
Regime: TypeAlias = Literal["gdpr", "led", "both", "ai", "treaty", "product", "none"]


class Binds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Named parties, or the parties of one treaty by its lineage; one of the two."""

    parties: Words[PartyCode] | None = None
    treaty: Kebab | None = None


class Applies(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"start": "from", "end": "to"}
):
    """The days on which the rule is law: from `from` 00:00 UTC to the end of `to`; None is open."""

    start: Day | None = None
    end: Day | None = None


class ScenarioParty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who acts in a scenario, or owns the record; what is left out follows from the rule."""

    party: PartyCode | None = None
    authority: Kebab = "synthetic"
    role: Word | None = None


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A question that holds the rule to its word.

    `says` is the answer that this rule alone gives. Where it is the rule's own answer, the rule must fire; where it is
    another one, or `none`, it must not. `due` is the due day or instant expected. What is left out is taken from the
    rule: its first operation, category, purpose, role and party, and noon of its first day.
    """

    says: Answer
    at: InstantText | None = None
    actor: ScenarioParty = ScenarioParty()
    owner: ScenarioParty | None = None
    operation: Word | None = None
    category: Word | None = None
    purpose: Word | None = None
    sender: PartyCode | None = None
    receiver: PartyCode | None = None
    fields: tuple[str, ...] = ()
    facts: dict[str, AnyOrWords] = {}
    due: str | None = None
    note: Text | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One rule: whom it binds, when and where it applies, what it does, why, and the scenarios that test it.

    `condition` (written `if`) None always holds. `answer` (written `outcome`) is the word of the answer where it does
    not follow from the effect.
    """

    id: RuleId
    instrument: Text
    article: Text
    binds: Literal["union", "product"] | Binds
    applies: Applies
    regime: Regime
    effect: Effect
    code: Word
    source: Text
    confidence: Confidence
    scenarios: tuple[Scenario, ...]
    paragraph: Text | None = None
    actors: AnyOrWords = "any"
    operations: AnyOrWords = "any"
    categories: AnyOrWords = "any"
    purposes: AnyOrWords = "any"
    condition: ExpressionText | None = msgspec.field(default=None, name="if")
    answer: Answer | None = msgspec.field(default=None, name="outcome")
    due: DueRule | None = None
    obligations: tuple[ObligationId, ...] = ()
    displaces: tuple[RuleId, ...] = ()
    """Rules that say nothing where this one fires: the stricter or more special law goes first."""
    note: Text | None = None

    @property
    def says(self) -> Answer:
        """The word of its answer."""
        return self.answer or default_answer(self.effect, self.due)


def default_answer(effect: Effect, due: DueRule | None) -> Answer:
    """Return the word that follows from an effect; with a limit that has passed, what that means for it."""
    passed = due is not None and due.when == "passed"
    match effect:
        case Effect.PERMIT:
            return Answer.ALLOW
        case Effect.DENY:
            return Answer.DENY
        case Effect.REFER:
            return Answer.REFER_HUMAN
        case Effect.DUTY:
            return Answer.NOTIFY
        case Effect.DEADLINE:
            return Answer.OVERDUE if passed else Answer.ALLOW
        case Effect.RETENTION:
            return Answer.DELETE if passed else Answer.KEEP
