"""Questions and answers as they travel, and what becomes of them here. Nothing of this is ever stored."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated, Literal

import msgspec

from comity.agreements.vocabulary import Mode
from comity.core.decision import Fact
from comity.core.ids import NodeId, Owner
from comity.core.personal import Personal
from comity.core.time import Instant
from comity.core.vocabulary import Purpose
from comity.exchange.modes.destruction import SignedDestruction
from comity.exchange.records import Profile
from comity.exchange.statement import HexDigest, Word

Content = Annotated[dict[str, object], Personal]


@unique
class Said(StrEnum):
    """What an owner answers. `nothing-told` is no "no hit": what may not be told is not told either.

    `unknown` is what silence, a refusal and a spent time limit are.
    """

    HIT = "hit"
    NOTHING_TOLD = "nothing-told"
    UNKNOWN = "unknown"
    BLIND = "blind"
    """What an owner says that does not know what it answered."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question to the owner of records, under one clause of one agreement.

    `terms` are what is looked for, in the words of the table of fields; `kind` says what sort of thing they name.
    `salt` makes its digest tell nothing to whoever guesses at the terms. `facts` are asserted.
    """

    format: Literal["comity-question/1"] = "comity-question/1"
    mode: Mode
    sender: NodeId
    receiver: NodeId
    profile: Profile
    agreement: HexDigest
    asker: Owner
    role: Word | None
    operation: Word
    category: Word
    purpose: Purpose
    facts: tuple[Fact, ...]
    kind: Word
    terms: Content
    salt: HexDigest
    issued: Annotated[Instant, msgspec.Meta(ge=0)]
    expires: Annotated[Instant, msgspec.Meta(ge=0)]
    key: Word
    suite: Word


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The owner's answer to the question of that digest. `content` holds what the clause lets pass of each record.

    `destroyed` attests in mode `anonymous` that the probe is gone.
    """

    format: Literal["comity-answer/1"] = "comity-answer/1"
    question: HexDigest
    sender: NodeId
    receiver: NodeId
    said: Said
    reason: Word | None
    content: tuple[Content, ...]
    salt: HexDigest
    answered: Annotated[Instant, msgspec.Meta(ge=0)]
    key: Word
    suite: Word
    destroyed: SignedDestruction | None = None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody here wants to ask of a party."""

    party: str
    operation: str
    category: str
    kind: str
    terms: Content
    facts: tuple[Fact, ...] = ()


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a wish: the answer, or UNKNOWN with the reason.

    `agreement`, `clauses` and `obligations` are those that the question rests on; none where nothing permits it.
    `question` and `answer` are the digests that the ledgers of both sides keep.
    """

    wish: Wish
    said: Said
    reason: str | None = None
    content: tuple[Content, ...] = ()
    agreement: str | None = None
    clauses: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    question: str | None = None
    answer: str | None = None
    destroyed: SignedDestruction | None = None


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a subject looks for to answer a question: by whom it is asked, and whether under full trust."""

    category: str
    kind: str
    terms: Content
    asker: Owner
    purpose: Purpose
    full_trust: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One record that fits, in the words of the table of fields, with the States that it must not reach unasked.

    `states` are those of which the person is or was a national or resident; empty for things.
    """

    content: Content
    states: frozenset[str] = frozenset()
