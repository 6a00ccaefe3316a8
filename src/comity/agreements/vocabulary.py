"""The words of agreements that code speaks of: operations and categories of its own, modes, rules, data fields.

The closed lists themselves are tables (`comity.agreements.tables`); a treaty's further words stand only there. Field
names are those of payloads, dotted to the second level, and cover what lies below them.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final, NamedTuple

from comity.agreements.tables import tables
from comity.core.vocabulary import Purpose


@unique
class Profile(StrEnum):
    """What a node is for; the two never peer."""

    EXERCISE = "exercise"
    PRODUCTION = "production"


@unique
class Operation(StrEnum):
    """What a treaty lets someone do; the second group is the closed list of peering."""

    ENTER = "enter"
    CHANGE = "change"
    EXTEND = "extend"
    DELETE = "delete"
    SEARCH = "search"
    HIT_REPORT = "hit_report"
    BUREAU_ANSWER = "bureau_answer"

    HELLO = "hello"
    PROPOSE = "propose"
    SIGN = "sign"
    SUSPEND = "suspend"
    KEY = "key"
    RECEIPT = "receipt"
    CATCH_UP = "catch_up"


PEERING_OPERATIONS: Final = (
    Operation.HELLO,
    Operation.PROPOSE,
    Operation.SIGN,
    Operation.SUSPEND,
    Operation.KEY,
    Operation.RECEIPT,
    Operation.CATCH_UP,
)
OWNER_OPERATIONS: Final = frozenset({Operation.ENTER, Operation.CHANGE, Operation.EXTEND, Operation.DELETE})
"""Acts on a record that only its owner may do (Reg (EU) 2018/1862 Art 59(3))."""
FULL_STATE_OPERATIONS: Final = frozenset({Operation.ENTER, Operation.CHANGE, Operation.EXTEND})
"""Statements that carry the whole record, so that minimum data can be judged on them."""


@unique
class Category(StrEnum):
    """Record categories: the alert categories of Regs (EU) 2018/1860-1862, and the messages of peering."""

    RET = "RET"
    REF = "REF"
    REFX = "REFX"
    ARR = "ARR"
    MIS_P = "MIS-P"
    MIS_N = "MIS-N"
    CHI_A = "CHI-A"
    CHI_T = "CHI-T"
    VUL = "VUL"
    JUD = "JUD"
    DIS = "DIS"
    INQ = "INQ"
    SPE = "SPE"
    INF = "INF"
    OBJ = "OBJ"
    UNK = "UNK"
    PEERING = "PEERING"


CATEGORY_PURPOSE: Final[dict[Category, Purpose]] = {
    category: Purpose(str(tables().categories[category].purpose)) for category in Category
}
"""What a record of each category is kept for: Regs (EU) 2018/1860 Art 3, 2018/1861 Art 24, 2018/1862 Art 1."""


@unique
class Mode(StrEnum):
    """How data move: copies that follow the owner, questions to the owner, one addressed message, use of own copies."""

    REPLICATE = "replicate"
    QUERY = "query"
    ANONYMOUS = "anonymous"
    BLIND = "blind"
    MESSAGE = "message"
    LOCAL = "local"


@unique
class Form(StrEnum):
    """What kind of instrument an agreement is."""

    UNION_LAW = "union-law"
    TREATY = "treaty"
    MEMORANDUM = "memorandum"
    PEERING = "peering"


@unique
class Scope(StrEnum):
    """Who gives or receives under a clause: any party, or only the party that answers for the record."""

    ANY_PARTY = "any_party"
    OWNER = "owner"


@unique
class SignatureSuite(StrEnum):
    """How parties sign an agreement: by Ed25519, or by pairs with ML-DSA-65 beside it."""

    ED25519 = "ed25519"
    HYBRID = "ed25519+ml-dsa-65"


@unique
class StatementSignature(StrEnum):
    """Whether each statement carries a signature of its own, or is covered by that of its batch."""

    SINGLE = "single"
    BATCH = "batch"


@unique
class Onward(StrEnum):
    """Whether received data may go on to others."""

    FORBIDDEN = "forbidden"
    OWNER_CONSENT = "owner_consent"


@unique
class Correction(StrEnum):
    """Who corrects and deletes, and whom all others must follow."""

    OWNER_ONLY = "owner_only"


@unique
class Suspension(StrEnum):
    """How exchange under an agreement can be paused."""

    NONE_UNILATERAL = "none_unilateral"
    FROM_RECEIPT = "from_receipt"


@unique
class Termination(StrEnum):
    """What happens to data already received when a party leaves."""

    TERMS_SURVIVE = "terms_survive"
    DELETE = "delete"
    RETURN = "return"


@unique
class Extension(StrEnum):
    """What extending a record beyond its review date takes."""

    RECORDED_ASSESSMENT = "recorded_assessment"


@unique
class Condition(StrEnum):
    """Circumstances that clauses of the Schengen Information System demand; each names a fact to be asserted true."""

    WARRANT_PRESENT = "warrant_present"
    INDIVIDUAL_DECISION = "individual_decision"
    RETURN_DECISION = "return_decision"
    LISTING_IN_FORCE = "listing_in_force"
    MISSING_REPORTED = "missing_reported"
    PROTECTION_NEEDED = "protection_needed"
    IMMINENT_RISK = "imminent_risk"
    CONSENT_OR_ORDER = "consent_or_order"
    PROCEDURE_PENDING = "procedure_pending"
    SERIOUS_CRIME = "serious_crime"
    EUROPOL_PROPOSAL = "europol_proposal"
    SEIZURE_GROUND = "seizure_ground"
    SCENE_OF_SERIOUS_OFFENCE = "scene_of_serious_offence"
    NOT_IDENTIFIABLE = "not_identifiable"
    IDENTITY_CONFIRMED = "identity_confirmed"


class FieldTerm(NamedTuple):
    """A data field: the point of Art 20(3) or other place it comes from, and what it holds."""

    source: str
    meaning: str


def _group(name: str) -> dict[str, FieldTerm]:
    rows = (row for row in tables().fields.values() if row.group == name)
    return {row.id: FieldTerm(row.source, row.meaning or row.id) for row in rows}


ALERT_FIELDS: Final = _group("alert")
HIT_REPORT_FIELDS: Final = _group("hit-report")
BUREAU_ANSWER_FIELDS: Final = _group("bureau-answer")
PEERING_FIELDS: Final = _group("peering")
FIELDS: Final = frozenset(row.id for row in tables().fields.values())
"""Every field name that an agreement may allow."""
