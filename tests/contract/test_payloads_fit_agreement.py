"""What alerts and bureau send fits the ready agreement: every field named, decided, projected and read again."""

from __future__ import annotations

import msgspec

from comity.agreements.decide import ISSUER_FACT, decide
from comity.alerts.records import (
    Action,
    AlertPayload,
    DocumentCategory,
    GroundCategory,
    IdentityDocument,
    Person,
    PersonName,
)
from comity.bureau.records import AlertReference, HitReport
from comity.core.codec import decode, decode_as, encode
from comity.core.decision import Fact, Stage
from comity.core.time import CivilDate
from comity.core.vocabulary import Purpose
from comity.exchange.projection import field_names, project
from tests.support.agreements import (
    AT,
    FRENCH_BUREAU,
    GERMANY,
    arrest_statement,
    refusal_statement,
    schengen_registry,
)

ARREST = AlertPayload(
    person=Person(
        surnames="Testperson",
        birth_date="1980-01-01",
        aliases=(PersonName(surname="Synthetic"),),
        nationalities=("UTO",),
    ),
    reason="synthetic",
    action=Action.ARREST_FOR_SURRENDER,
    offence="synthetic",
    documents=(IdentityDocument(category=DocumentCategory.PASSPORT, country="UTO", number="T0000000"),),
    category="ARR",
    entered=CivilDate("2026-03-01"),
)
REFUSAL = msgspec.structs.replace(
    ARREST,
    action=Action.REFUSE_ENTRY,
    offence=None,
    category="REF",
    decision_reference="T-1",
    ground_category=GroundCategory.ENTRY_BAN,
    decision_valid_until=CivilDate("2030-01-01"),
    free_movement=True,
)
REPORT = HitReport(
    alert=AlertReference(id="0" * 26, version=1, owner=GERMANY, category="ARR"),
    found_at=AT,
    place="Synthetic crossing",
    action_taken="arrested",
    identity="Testperson",
)


def plain(payload: msgspec.Struct) -> dict[str, object]:
    members = decode(encode(payload))
    assert isinstance(members, dict)
    return dict(members)


def test_alerts_pass_whole_between_parties_bound_for_them() -> None:
    for payload, statement in ((ARREST, arrest_statement), (REFUSAL, refusal_statement)):
        names = field_names(plain(payload))

        sent = decide(statement(fields=names), AT, AT, schengen_registry())
        part = project(plain(payload), sent.fields)
        received = decide(statement(Stage.RECEIPT, fields=field_names(part)), AT, AT, schengen_registry())

        assert sent.permitted
        assert received.permitted
        assert decode_as(encode(part), AlertPayload) == payload


def test_a_field_of_another_category_stays_at_home() -> None:
    mixed = plain(msgspec.structs.replace(ARREST, free_movement=True))

    sent = decide(arrest_statement(fields=field_names(mixed)), AT, AT, schengen_registry())

    assert "free_movement" not in project(mixed, sent.fields)
    assert decode_as(encode(project(mixed, sent.fields)), AlertPayload) == ARREST


def test_a_hit_report_reaches_the_owner_of_the_alert_only() -> None:
    names = field_names(plain(REPORT))
    question = arrest_statement(
        operation="hit_report",
        purpose=Purpose.POLICE,
        actor=FRENCH_BUREAU,
        owner=FRENCH_BUREAU,
        sender="FRA",
        receiver="DEU",
        fields=names,
        facts=(Fact(name=ISSUER_FACT, value="DEU"),),
    )
    to_poland = msgspec.structs.replace(question, receiver="POL")

    sent = decide(question, AT, AT, schengen_registry())

    assert sent.permitted
    assert decode_as(encode(project(plain(REPORT), sent.fields)), HitReport) == REPORT
    assert decide(to_poland, AT, AT, schengen_registry()).codes == ("ISSUER_ONLY",)
