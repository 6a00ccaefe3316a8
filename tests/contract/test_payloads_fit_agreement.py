"""What alerts and bureau send fits the ready agreement: every field named, decided, projected and read again."""

from __future__ import annotations

import msgspec
import pytest

from comity.agreements.decide import ISSUER_FACT, decide
from comity.agreements.vocabulary import CATEGORY_PURPOSE, Category
from comity.alerts.records import (
    Action,
    AlertPayload,
    DocumentCategory,
    GroundCategory,
    IdentityDocument,
    Person,
    PersonName,
)
from comity.bureau.content import editable
from comity.bureau.records import AlertReference, BureauAnswer, HitReport
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


EVERYTHING: dict[str, object] = {
    "place": "Synthetic crossing",
    "direction": "entry",
    "lane": "third-country",
    "conveyance": "ferry",
    "identity": "Testperson",
    "documents": "passport UTO T0000000",
    "circumstances": "synthetic",
    "remarks": "synthetic",
    "check_reason": "synthetic",
    "route": "Testville to Exampleton",
    "companions": "one adult",
    "children": 1,
    "document_user": "synthetic",
    "object_used": "car",
    "objects_carried": "none",
    "consent": False,
}


@pytest.mark.parametrize("category", [each for each in Category if each is not Category.PEERING], ids=str)
def test_all_that_a_form_may_say_of_a_category_is_what_the_agreement_opens(category: Category) -> None:
    told = {name: EVERYTHING[name] for name in editable(category.value)}
    about = msgspec.structs.replace(REPORT.alert, category=category.value)
    report = msgspec.structs.replace(REPORT, **{"identity": None, "alert": about, **told})
    question = arrest_statement(
        operation="hit_report",
        category=category.value,
        purpose=CATEGORY_PURPOSE[category],
        actor=FRENCH_BUREAU,
        owner=FRENCH_BUREAU,
        sender="FRA",
        receiver="DEU",
        fields=field_names(plain(report)),
        facts=(Fact(name=ISSUER_FACT, value="DEU"),),
    )

    sent = decide(question, AT, AT, schengen_registry())
    more = msgspec.structs.replace(question, fields=tuple({*question.fields, *EVERYTHING}))
    opened = set(decide(more, AT, AT, schengen_registry()).fields)

    assert decode_as(encode(project(plain(report), sent.fields)), HitReport) == report
    assert opened & set(EVERYTHING) == set(told)


@pytest.mark.parametrize("category", [each for each in Category if each is not Category.PEERING], ids=str)
def test_an_answer_fits_the_agreement_in_every_category_and_nothing_else_travels_with_it(category: Category) -> None:
    answer = BureauAnswer(report="0" * 26, text="synthetic", closes=True, receipt=True)
    question = arrest_statement(
        operation="bureau_answer",
        category=category.value,
        purpose=CATEGORY_PURPOSE[category],
        fields=(*field_names(plain(answer)), "identity"),
        receiver="FRA",
    )

    sent = decide(question, AT, AT, schengen_registry())

    assert sent.permitted
    assert decode_as(encode(project(plain(answer), sent.fields)), BureauAnswer) == answer
    assert "identity" not in sent.fields
