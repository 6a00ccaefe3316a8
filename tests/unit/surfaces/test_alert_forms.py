"""Alerts of every category on the pages and on the command line: forms from the table, and what they become."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from comity.alerts.achieved import Achievement, AchievementNotice
from comity.alerts.categories import CATEGORIES
from comity.alerts.commands import AlertPage, EnterAlert
from comity.alerts.objects import ObjectType
from comity.alerts.records import Action, AlertRecord, AlertSummary, MarkKind, MarkReference
from comity.core.codec import decode_as, encode
from comity.core.time import CivilDate, Instant
from comity.surfaces.cli.arguments import call_of, parser_of
from comity.surfaces.cli.manifest import load
from comity.surfaces.web.forms import form_of
from tests.support import page_room
from tests.support.categories import BLANKS, MARK, MINIMUM, STOLEN_PASSPORT, VEHICLE, grounds_for, thing
from tests.support.site import Site

ALERT = f"/alerts/FRA/{page_room.ALERT.id}"


def record(category: str, **changes: object) -> AlertRecord:
    data = msgspec.structs.replace(MINIMUM[category], **changes)
    return msgspec.structs.replace(page_room.RECORD, category=category, data=data)


def command(category: str) -> EnterAlert:
    return EnterAlert(category=category, data=MINIMUM[category], grounds=grounds_for(category))


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_form_of_a_category_sends_what_was_filled_in(category: str) -> None:
    site = Site()
    whole = command(category)
    path = f"/alerts/new/{category}"
    texts = {name.replace(".", "__"): each for name, texts in form_of(whole).values.items() for each in texts}
    del texts["category"]

    answer = site.send(path, path, None, purpose=CATEGORIES[category].purpose.value, **texts)

    assert answer.status_code == 303
    (sent,) = site.runtime.commands("alert.enter")
    assert decode_as(encode(sent), EnterAlert) == whole


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_form_shows_the_fields_of_its_category_and_no_others(category: str) -> None:
    page = Site().get(f"/alerts/new/{category}").text

    for condition in CATEGORIES[category].conditions:
        assert f'name="grounds.{condition}"' in page
    assert ('name="data.person.surnames"' in page) is (category not in {"OBJ", "UNK"})
    assert ('name="data.objects.0.type"' in page) is (CATEGORIES[category].traced or category == "OBJ")
    assert ('name="data.dactyloscopic_data.0.sha256"' in page) is (category == "UNK")
    assert ('name="data.listing"' in page) is (category == "REFX")
    assert ('name="data.entry_ban"' in page) is (category == "RET")
    assert ('name="data.case_type"' in page) is (category in {"MIS-P", "MIS-N", "CHI-A", "CHI-T", "VUL"})


def test_an_empty_form_is_told_everything_that_the_category_needs() -> None:
    answer = Site().send("/alerts/new/REFX", "/alerts/new/REFX", data__person__forenames="Test")

    assert answer.status_code == 422
    for name in ("person-surnames", "person-birth_date", "reason", "action", "ground_category", "listing"):
        assert f'href="#f-data-{name}"' in answer.text


def test_a_check_may_be_on_a_thing() -> None:
    site = Site()
    path = "/alerts/new/DIS?about=object"

    answer = site.send(
        path,
        path,
        purpose="police",
        data__objects__0__type="motor_vehicle",
        data__objects__0__identifiers__0__kind="plate",
        data__objects__0__identifiers__0__value="SYN-123",
        data__objects__0__identifiers__0__country="UTO",
        data__reason="synthetic",
        data__action="discreet_check",
        grounds__proportionality="A test of things",
        grounds__serious_crime="true",
    )

    assert answer.status_code == 303
    (sent,) = site.runtime.commands("alert.enter")
    assert isinstance(sent, dict)
    assert sent["data"]["objects"] == [
        {"type": "motor_vehicle", "identifiers": [{"kind": "plate", "value": "SYN-123", "country": "UTO"}]}
    ]


@pytest.mark.parametrize(
    ("shown", "texts"),
    [
        (record("OBJ"), ("Motor vehicle", "SYN-123", "WSYNTHET1C0000001")),
        (record("OBJ", objects=(STOLEN_PASSPORT,)), ("Issued document", "Stolen", "SYN900001")),
        (record("OBJ", objects=(BLANKS,)), ("SYB100100", "SYB100199")),
        (record("UNK"), ("SYN-MARK-1", MARK.sha256)),
        (record("RET"), ("Entry ban comes with it", "Yes")),
        (record("REFX"), ("SYNTHETIC ACT 1/2026, entry 7",)),
        (record("ARR", objects=(VEHICLE,)), ("Synthetic-Adult", "SYN-123")),
    ],
)
def test_an_alert_shows_what_it_is_about(shown: AlertRecord, texts: tuple[str, ...]) -> None:
    site = Site(alert__show=lambda _: shown)

    for path in (ALERT, f"{ALERT}/change", f"{ALERT}/extend", f"{ALERT}/delete"):
        assert site.get(path).status_code == 200
    page = site.get(ALERT).text
    assert all(text in page for text in texts)


def test_an_alert_whose_purpose_is_said_to_be_achieved_tells_until_when_it_is_kept_and_why_it_was() -> None:
    told = (
        AchievementNotice(at=Instant(0), what=Achievement.EXTRADITED, kept="Synthetic reply"),
        AchievementNotice(at=Instant(0), what=Achievement.SURRENDERED),
    )
    shown = msgspec.structs.replace(record("ARR"), told=told)
    site = Site(alert__show=lambda _: shown)

    page = site.get(ALERT).text

    assert "The person was surrendered" in page
    assert "16 January 1970" in page
    assert "Synthetic reply" in page
    assert "The person was extradited" in site.get(f"{ALERT}/tell-achieved").text
    assert site.get(f"{ALERT}/keep").status_code == 200


def test_a_list_names_things() -> None:
    line = AlertSummary(
        id=page_room.ALERT.id,
        owner=page_room.ITALY,
        category="OBJ",
        version=1,
        surnames=None,
        forenames=None,
        action=Action.SEIZE,
        object_type=ObjectType.MOTOR_VEHICLE,
        identifier="SYN123",
        review_date=CivilDate("2030-01-01"),
        delete_by=CivilDate("2031-01-01"),
        own=False,
    )

    page = Site(alert__list=lambda _: AlertPage(alerts=(line,), next=None)).get("/alerts").text

    assert "Motor vehicle" in page
    assert "SYN123" in page


def test_a_change_keeps_the_marks_of_a_person_that_its_form_does_not_show() -> None:
    mark = MarkReference(kind=MarkKind.PALMPRINT, reference="SYN-2", sha256="cd" * 32)
    site = Site(alert__show=lambda _: record("JUD", dactyloscopic_data=(mark,)))

    site.send(
        f"{ALERT}/change",
        f"{ALERT}/change",
        version="1",
        data__person__surnames="Changed",
        data__person__birth_date="1985",
        data__reason="Synthetic",
        data__action="report_residence",
    )

    (sent,) = site.runtime.commands("alert.change")
    assert isinstance(sent, dict)
    assert sent["data"]["dactyloscopic_data"] == [msgspec.to_builtins(mark)]


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_file_on_the_command_line_enters_any_category(category: str, tmp_path: Path) -> None:
    entry = load()["alert.enter"]
    file = tmp_path / "alert.json"
    file.write_bytes(encode(command(category)))
    given = parser_of(entry).parse_args(["--from-file", str(file), "--purpose", CATEGORIES[category].purpose.value])

    call = call_of(entry, given, lambda _: "")

    assert decode_as(call.command, EnterAlert) == command(category)


def test_flags_enter_a_thing_on_the_command_line() -> None:
    entry = load()["alert.enter"]
    one = json.dumps(msgspec.to_builtins(VEHICLE))
    line = ["--category", "OBJ", "--data.objects", one, "--data.action", "seize", "--grounds.seizure-ground", "true"]
    line += [
        "--grounds.proportionality",
        "Synthetic: a stolen car",
        "--data.reason",
        "synthetic",
        "--purpose",
        "police",
    ]

    call = call_of(entry, parser_of(entry).parse_args(line), lambda _: "")

    assert decode_as(call.command, EnterAlert).data == thing(VEHICLE)
