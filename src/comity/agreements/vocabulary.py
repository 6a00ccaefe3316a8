"""The closed words that agreements are written in: operations, categories, modes, rules, data fields.

A word that is not here does not load. Field names are those of payloads, dotted to the second level, and cover what
lies below them; each keeps the
point of Reg (EU) 2018/1862 Art 20(3), or the article it comes from.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final, NamedTuple

from comity.core.vocabulary import Purpose


@unique
class Profile(StrEnum):
    """What a node is for; the two never peer."""

    EXERCISE = "exercise"
    PRODUCTION = "production"


@unique
class Confidence(StrEnum):
    """How sure a stated fact is: read in its source, recalled, or our own design choice."""

    VERIFIED = "verified"
    FROM_MEMORY = "from-memory"
    SYNTHETIC = "synthetic"


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
    category: Purpose.RETURN
    if category is Category.RET
    else Purpose.BORDERS
    if category in {Category.REF, Category.REFX}
    else Purpose.PEERING
    if category is Category.PEERING
    else Purpose.POLICE
    for category in Category
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
    """Circumstances a clause may demand; each names one fact that must be asserted true."""

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


_POINT = "Reg (EU) 2018/1862 Art 20(3)"
_REFUSAL = "Reg (EU) 2018/1861 Art 20(2)"
_RECORD = "Comity record"

ALERT_FIELDS: Final[dict[str, FieldTerm]] = {
    "person.surnames": FieldTerm(f"{_POINT}(a)", "surnames"),
    "person.forenames": FieldTerm(f"{_POINT}(b)", "forenames"),
    "person.birth_names": FieldTerm(f"{_POINT}(c)", "names at birth"),
    "person.previous_names": FieldTerm(f"{_POINT}(d)", "previously used names"),
    "person.aliases": FieldTerm(f"{_POINT}(d)", "aliases"),
    "person.characteristics": FieldTerm(f"{_POINT}(e)", "objective physical characteristics not subject to change"),
    "person.birth_place": FieldTerm(f"{_POINT}(f)", "place of birth"),
    "person.birth_date": FieldTerm(f"{_POINT}(g)", "date of birth"),
    "person.gender": FieldTerm(f"{_POINT}(h)", "gender"),
    "person.nationalities": FieldTerm(f"{_POINT}(i)", "nationalities held"),
    "warnings": FieldTerm(f"{_POINT}(j)", "warnings: armed, violent, absconded, suicide, health, terrorism"),
    "reason": FieldTerm(f"{_POINT}(k)", "reason for the alert"),
    "authority": FieldTerm(f"{_POINT}(l)", "authority which created the alert"),
    "decision_reference": FieldTerm(f"{_POINT}(m)", "reference to the decision behind the alert"),
    "action": FieldTerm(f"{_POINT}(n)", "action to be taken on a hit"),
    "links": FieldTerm(f"{_POINT}(o)", "links to other alerts"),
    "offence": FieldTerm(f"{_POINT}(p)", "type of offence"),
    "register_number": FieldTerm(f"{_POINT}(q)", "registration number in a national register"),
    "case_type": FieldTerm(f"{_POINT}(r)", "categorisation of the type of case"),
    "documents": FieldTerm(f"{_POINT}(s)-(v)", "identification documents: category, country, number, date of issue"),
    "photographs": FieldTerm(f"{_POINT}(w)", "photographs and facial images"),
    "dna_profile": FieldTerm(f"{_POINT}(x)", "DNA profile, missing persons only"),
    "dactyloscopic_data": FieldTerm(f"{_POINT}(y)", "finger and palm prints and marks, by reference"),
    "document_copies": FieldTerm(f"{_POINT}(z)", "copies of identification documents"),
    "free_movement": FieldTerm(_REFUSAL, "family member of a Union citizen or other free-movement beneficiary"),
    "ground_category": FieldTerm(_REFUSAL, "ground of the refusal: conviction, threat, circumvention, entry ban"),
    "decision_valid_until": FieldTerm("Reg (EU) 2018/1861 Art 39(2)", "last day of the national decision"),
    "listing": FieldTerm("Reg (EU) 2018/1861 Art 25; recalled", "entry of the listing act behind a travel ban"),
    "departure_by": FieldTerm("SR 362.0 Art 11a(c)", "last day for voluntary departure"),
    "suspended": FieldTerm("Reg (EU) 2018/1860 Art 4; recalled", "return decision suspended or postponed"),
    "entry_ban": FieldTerm("SR 362.0 Art 11a(c)", "an entry ban comes with the return decision"),
    "objects": FieldTerm("Reg (EU) 2018/1862 Arts 36(1), 38(2); SR 362.0 Art 14a", "things, by their identifiers"),
    "identity_category": FieldTerm("SIRENE Manual; recalled", "confirmed, not confirmed, alias, misused identity"),
    "category": FieldTerm(_RECORD, "alert category"),
    "entered": FieldTerm("Reg (EU) 2018/1862 Art 53", "day the alert was entered: its review period starts"),
    "review_date": FieldTerm("Reg (EU) 2018/1862 Art 53", "day by which the need is reviewed"),
    "delete_by": FieldTerm("Reg (EU) 2018/1862 Art 53(7)", "day on which it goes unless extended"),
}

HIT_REPORT_FIELDS: Final[dict[str, FieldTerm]] = {
    name: FieldTerm("SR 362.0 Art 18(1)", meaning)
    for name, meaning in {
        "case": "number of the executing bureau's case",
        "alert.id": "id of the alert",
        "alert.version": "version of the alert that was seen",
        "alert.owner": "party and authority that entered the alert",
        "alert.category": "category of the alert",
        "found_at": "time of the hit",
        "place": "place of the hit",
        "direction": "entering or leaving",
        "circumstances": "circumstances of the hit",
        "action_taken": "action taken",
        "identity": "identity as established",
        "documents": "documents presented",
        "remarks": "anything else the owner should know",
        "lane": "kind of check that was made",
        "conveyance": "vehicle, vessel, train or flight by which the person travelled",
        "consent": "whether a missing adult consents to more than the place being told",
    }.items()
} | {
    name: FieldTerm("Reg (EU) 2018/1862 Art 37(1)", meaning)
    for name, meaning in {
        "check_reason": "reason of the check (point b)",
        "route": "route and destination (point c)",
        "companions": "who accompanied the person and is believed to belong to them (point d)",
        "children": "number of children who travelled along (point d); nothing else of them",
        "document_user": "identity and description of whoever used the document (point e)",
        "object_used": "object used (point f)",
        "objects_carried": "objects and travel documents carried (point g)",
    }.items()
}

BUREAU_ANSWER_FIELDS: Final[dict[str, FieldTerm]] = {
    name: FieldTerm("Reg (EU) 2018/1862 Art 8", meaning)
    for name, meaning in {
        "report": "id of the report answered",
        "text": "what the issuing State's bureau answers",
        "closes": "whether the answer ends the matter for it",
        "receipt": "whether this says no more than that the report was taken on",
    }.items()
}

PEERING_FIELDS: Final[dict[str, FieldTerm]] = {
    "document": FieldTerm("Comity peering", "an agreement document in its canonical bytes"),
    "signature": FieldTerm("Comity peering", "a party's signature under an agreement"),
    "notice": FieldTerm("Comity peering", "a party's notice about the force of an agreement"),
    "receipt": FieldTerm("Comity peering", "when a party received a notice"),
}

FIELDS: Final = (
    frozenset(ALERT_FIELDS) | frozenset(HIT_REPORT_FIELDS) | frozenset(BUREAU_ANSWER_FIELDS) | frozenset(PEERING_FIELDS)
)
"""Every field name that an agreement may allow."""
