"""Agreement documents in and out: YAML or canonical JSON to records, records to the bytes hashed and signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from comity.agreements.records import Agreement
from comity.agreements.rules import problems_of, unverified_leaves
from comity.agreements.vocabulary import Profile
from comity.agreements.yaml_reader import TextTree, read_own_text_tree, read_text_tree
from comity.core import codec
from comity.core.codec import decode_canonical_as, encode
from comity.core.codec_problems import refuse_content
from comity.core.errors import BadInput, FieldProblem, Refused
from comity.core.hashing import digest
from comity.core.ids import AgreementId
from comity.core.learning import learn
from comity.core.said import say

_Place: TypeAlias = Callable[[str], str] | None

_REMEDIES = {
    "codec.missing-field": "Every value of law is written {value: ..., source: ..., confidence: ...}.",
    "codec.unknown-value": "Use one of the words that may stand here.",
    "codec.wrong-type": "Every value of law is written {value: ..., source: ..., confidence: ...}.",
    "agreement.unknown-word": "Use a word of the closed lists in comity/agreements/law/tables, or add it there.",
    "agreement.unknown-field": "Use a field name of the table of fields, or add it there.",
    "agreement.unknown-party": "Add it to the parties, or take it out of the clause.",
}


def read_agreement(document: bytes) -> Agreement:
    """Read an agreement written in YAML.

    Raises `BadInput`: what `read_text_tree` raises, `codec.*` for a wrong shape or an unknown word, `agreement.*` for
    words that do not fit each other. Each names the JSON path with line and column, and a remedy.
    """
    return _converted(read_text_tree(document))


def read_own_agreement(document: bytes) -> Agreement:
    """Read an agreement that came with the house: the same, by the faster parser of the library."""
    return _converted(read_own_text_tree(document))


def _converted(tree: TextTree) -> Agreement:
    learn(Agreement)
    try:
        agreement = codec.convert(tree.root, Agreement, strict=False)
    except msgspec.ValidationError as error:
        raise _placed(refuse_content(error), tree.at) from None
    return _sound(agreement, tree.at)


def parse_agreement(document: bytes) -> Agreement:
    """Read an agreement from its canonical bytes, as stored and sent; raises `BadInput` as `read_agreement` does."""
    return _sound(decode_canonical_as(document, Agreement), None)


def canonical_bytes(agreement: Agreement) -> bytes:
    """Return the bytes that are hashed, signed, stored and sent."""
    return encode(agreement)


def agreement_id(agreement: Agreement) -> AgreementId:
    """Return the SHA-256 of the canonical bytes: the name of this version."""
    return AgreementId(digest(canonical_bytes(agreement)))


def require_verified(agreement: Agreement, *, profile: Profile, accept_unverified: bool = False) -> tuple[str, ...]:
    """Return the paths of unverified values; refuse them on a production node unless they are accepted.

    The caller logs an acceptance together with the returned paths. Raises `Refused` `agreement.unverified`, whose
    `problems` list every such path.
    """
    paths = unverified_leaves(agreement)
    if paths and profile is Profile.PRODUCTION and not accept_unverified:
        error = Refused(
            "agreement.unverified",
            say("%(count)s values of this agreement were not verified in their source.", count=len(paths)),
            remedy="Verify them and correct their confidence, or accept them knowingly; that is logged.",
        )
        error.problems = tuple(
            FieldProblem(field=path, code="agreement.unverified", message="The source was not read.") for path in paths
        )
        raise error
    return paths


def _sound(agreement: Agreement, at: _Place) -> Agreement:
    problems = problems_of(agreement)
    if problems:
        first = problems[0]
        error = BadInput(first.code, first.said or first.message, problems=problems)
        raise _placed(error, at)
    encode(agreement)  # refuses what has no canonical form, such as text that is not NFC
    return agreement


def _placed(error: BadInput, at: _Place) -> BadInput:
    """Tell the same with line and column, and with the remedy that fits."""
    problems = tuple(
        msgspec.structs.replace(problem, field=f"{problem.field} ({at(problem.field)})") if at else problem
        for problem in error.problems
    )
    return BadInput(error.code, error.words, problems=problems, remedy=_REMEDIES.get(error.code))
