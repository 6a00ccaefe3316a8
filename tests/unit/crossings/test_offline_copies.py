"""A copy for a crossing point: sealed to its device, of use for 48 hours, honest about its age, reported afterwards."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.keys_file import FileSigner
from comity.agreements.identity import IdentityBody, identity_bytes, make_identity
from comity.agreements.keys import key_of
from comity.agreements.signatures import node_id
from comity.alerts.records import ALERT_KIND
from comity.core.codec import decode_as
from comity.core.errors import BadInput, NotFound, Refused
from comity.core.ports import RecordChanged
from comity.core.time import HOUR_US, SECOND_US, CivilDate, Instant
from comity.core.vocabulary import Function
from comity.crossings.asking import PointKind
from comity.crossings.copies.operations import Copying, make_operations
from comity.crossings.copies.records import (
    LIFETIME_US,
    CopyAnswer,
    CopyHeader,
    CopyState,
    Inventory,
    ListCopies,
    MadeCopy,
    MakeCopy,
    RegisterDevice,
    ReportChecks,
    Reported,
)
from comity.crossings.copies.rules import SKEW_US, Moment, check_opening
from comity.crossings.copies.store import forget, mark_stale
from comity.crossings.desk.operations import OPERATIONS as DESK_OPERATIONS
from comity.crossings.desk.records import AddPoint
from comity.exchange.store import METADATA as EXCHANGE_TABLES
from comity.node.copy_commands import told_of
from comity.node.copy_device import OpenCopy, make_device
from comity.screening.records import Probe, SubjectName
from tests.support.agreements import make_test_identity
from tests.support.border_post import ARREST, OFFICER, Post, open_post
from tests.support.house import NOON, StandingClock, actor

PASSPHRASE = "synthetic passphrase of a device"
SIGNER = FileSigner(b"\1" * 32)
NODE = node_id("ed25519", SIGNER.public_key)
LEAD = actor("FRA", "police-aux-frontieres", Function.SHIFT_LEAD, name="synthetic-lead")
HEADER = CopyHeader(
    copy="c",
    node=NODE,
    party="FRA",
    authority="a",
    crossing_point="p",
    device="d",
    made=NOON,
    ends=Instant(NOON + LIFETIME_US),
    records=0,
    wrapped="",
    digest="",
    report_key="0" * 64,
    signed_by="",
    deeds=(),
)
BETA = Probe(on=CivilDate("2026-11-20"), names=(SubjectName(surname="Synthetic-Beta"),), birth_date="1975-05-06")


@dataclass
class Stage:
    """A border post with a registered device, whose clock is its own."""

    post: Post
    folder: Path
    device: str
    clock: StandingClock

    def run(self, name: str, command: msgspec.Struct, kind: type[msgspec.Struct]) -> msgspec.Struct:
        operations = {each.name: each for each in self.post.operations}
        if operations[name].four_eyes:
            with self.post.house.work(LEAD) as work:
                return operations[name].run(work, command)  # type: ignore[no-any-return]  # a result
        return decode_as(self.post.run(name, command, LEAD), kind)

    def make(self) -> MadeCopy:
        made = self.run("copy.make", MakeCopy(key=self.device), MadeCopy)
        assert isinstance(made, MadeCopy)
        (self.folder / "copy").write_bytes(base64.b64decode(made.content))
        for name in ("copy.seen", "copy.journal"):
            (self.folder / name).unlink(missing_ok=True)
        return made

    def save_as_printed(self, made: MadeCopy) -> None:
        """Keep the copy as the command line prints it, in JSON."""
        (self.folder / "copy").write_bytes(msgspec.json.encode(made))

    def open(self, passphrase: str = PASSPHRASE) -> OpenCopy:
        return OpenCopy(self.folder / "copy", self.folder / "device", passphrase, self.clock)

    def report(self, copy: str, journal: str | None = None) -> Reported:
        text = (self.folder / "copy.journal").read_text() if journal is None else journal
        done = self.run("copy.report", ReportChecks(copy=copy, journal=text), Reported)
        assert isinstance(done, Reported)
        return done

    def inventory(self) -> Inventory:
        found = self.run("copy.list", ListCopies(), Inventory)
        assert isinstance(found, Inventory)
        return found


@pytest.fixture(name="stage")
def made_stage(tmp_path: Path) -> Iterator[Stage]:
    plain, _ = make_test_identity("FRA", 1)
    members = {name: getattr(plain, name) for name in IdentityBody.__struct_fields__}
    identity = make_identity(IdentityBody(**{**members, "node": NODE, "key": key_of(SIGNER)}), SIGNER)
    with contextlib.ExitStack() as stack:
        post = stack.enter_context(open_post(tmp_path, EXCHANGE_TABLES))
        post.operations = (*DESK_OPERATIONS, *make_operations(Copying(NODE, SIGNER)))
        before = post.house.projections
        post.house.projections = {**before, ALERT_KIND: (*before[ALERT_KIND], mark_stale)}
        device = make_device(tmp_path / "device", identity_bytes(identity), PASSPHRASE)
        stage = Stage(post, tmp_path, device, StandingClock(Instant(NOON + SECOND_US)))
        administrator = actor("FRA", "police-aux-frontieres", Function.ADMINISTRATOR)
        point = AddPoint(code="frcqf-1", name="Synthetic pier", kind=PointKind.SEA)
        with post.house.work(administrator) as work:
            next(each for each in post.operations if each.name == "crossing-point.add").run(work, point)
        stage.run(
            "copy.register-device", RegisterDevice(crossing_point="frcqf-1", key=device, label="Lane 1"), Inventory
        )
        yield stage


def test_a_check_on_a_copy_finds_what_the_node_would_and_says_how_old_it_is(stage: Stage) -> None:
    made = stage.make()
    stage.clock.move(3 * HOUR_US)

    answer = stage.open().check(BETA, "user-1", "synthetic reason")
    stage.save_as_printed(made)
    nobody = stage.open().check(msgspec.structs.replace(BETA, names=(SubjectName(surname="Nobody"),)), "user-1", "")

    assert isinstance(answer, CopyAnswer)
    assert (answer.freshness, answer.age_s, answer.copy) == ("copy", 3 * 3600 + 1, made.copy)
    assert [(each.id, each.category, each.warnings) for each in answer.matches] == [
        (ARREST.id, "ARR", ("armed", "violent"))
    ]
    assert (nobody.number, nobody.matches == answer.matches) == (2, False)
    assert made.records == 4  # own ones too


def test_nothing_of_an_alert_can_be_read_in_the_file_or_its_journal(stage: Stage) -> None:
    stage.make()
    stage.open().check(BETA, "user-1", "synthetic reason")

    for name in ("copy", "copy.journal", "copy.seen"):
        assert b"Synthetic" not in (stage.folder / name).read_bytes()


def test_a_copy_is_refused_after_48_hours_and_by_another_device_passphrase_or_node(stage: Stage) -> None:
    stage.make()
    with pytest.raises(Refused) as wrong:
        stage.open("another passphrase")
    data = (stage.folder / "copy").read_bytes()
    (stage.folder / "copy").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(BadInput) as altered:
        stage.open()
    (stage.folder / "copy").write_bytes(data)
    opened = stage.open()
    stage.clock.move(LIFETIME_US)

    for refused in (stage.open, lambda: opened.check(BETA, "user-1", "")):
        with pytest.raises(Refused) as late:
            refused()
        assert late.value.code == "copy.ended"
    assert (wrong.value.code, altered.value.code) == ("keys.wrong-passphrase", "copy.altered")


def test_a_clock_that_was_set_back_or_a_mark_that_is_gone_closes_the_copy(stage: Stage) -> None:
    stage.make()
    stage.clock.move(10 * HOUR_US)
    stage.open().check(BETA, "user-1", "")
    stage.clock.move(-2 * HOUR_US)
    with pytest.raises(Refused) as back:
        stage.open()
    stage.clock.move(2 * HOUR_US)
    seen = (stage.folder / "copy.seen").read_bytes()
    (stage.folder / "copy.seen").unlink()
    with pytest.raises(Refused) as gone:
        stage.open()
    (stage.folder / "copy.seen").write_bytes(seen.replace(b'"checks":1', b'"checks":0'))
    with pytest.raises(Refused) as forged:
        stage.open()
    (stage.folder / "copy.seen").write_bytes(seen)
    (stage.folder / "copy.journal").write_bytes(b"")
    with pytest.raises(Refused) as shortened:
        stage.open()

    assert [each.value.code for each in (back, gone, forged, shortened)] == [
        "copy.clock-set-back",
        "copy.mark-missing",
        "copy.mark-missing",
        "copy.journal-gap",
    ]


@given(
    wall=st.integers(min_value=-3 * 10**11, max_value=3 * 10**11),
    passed=st.integers(min_value=0, max_value=10**11),
    same=st.booleans(),
)
def test_a_copy_opens_only_while_no_clock_says_otherwise(wall: int, passed: int, *, same: bool) -> None:
    seen = Moment(wall=Instant(NOON + 10**10), start="a", ticks=10**9)
    now = Moment(wall=Instant(NOON + wall), start="a" if same else "b", ticks=10**9 + passed)
    behind = wall < 10**10 - SKEW_US or (same and wall - 10**10 < passed - SKEW_US)
    code = "copy.ended" if wall >= LIFETIME_US else "copy.clock-set-back" if behind else ""

    try:
        check_opening(HEADER, now, seen, journal=True)
        said = ""
    except Refused as error:
        said = error.code
    assert said == code


def test_what_was_checked_is_reported_once_into_the_search_log(stage: Stage) -> None:
    made = stage.make()
    opened = stage.open()
    opened.check(BETA, "user-1", "first")
    opened.check(BETA, "user-2", "second")
    whole = (stage.folder / "copy.journal").read_text()

    first, again = stage.report(made.copy), stage.report(made.copy)

    assert ((first.checks, first.new), (again.checks, again.new)) == ((2, 2), (2, 0))
    logged = [search for search in stage.post.house.searches if search.operation == "copy.check"]
    assert [search.justification for search in logged] == ["first", "second"]
    assert [ref.id for ref in logged[0].found] == [ARREST.id]
    assert b"user-2" in logged[1].terms
    opened.check(BETA, "user-1", "third")
    opened.check(BETA, "user-1", "fourth")
    lines = (stage.folder / "copy.journal").read_text().splitlines()
    with pytest.raises(Refused) as gap:
        stage.report(made.copy, "\n".join([*lines[:2], lines[3]]))
    with pytest.raises(BadInput) as unreadable:
        stage.report(made.copy, whole + "nonsense")
    assert (gap.value.code, unreadable.value.code) == ("copy.journal-gap", "copy.journal-unreadable")
    (view,) = stage.inventory().copies
    assert (view.checks, view.state, view.made_by) == (2, CopyState.CURRENT, LEAD.user)


def test_an_alert_that_goes_makes_copies_stale_and_the_next_is_without_it(stage: Stage) -> None:
    stage.make()
    with stage.post.house.work(OFFICER) as work:
        work.emit(RecordChanged(kind=ALERT_KIND, id=ARREST.id, owner=ARREST.owner, version=2, record=None))

    fresh = stage.make()

    newer, older = sorted(stage.inventory().copies, key=lambda each: each.records)
    assert (older.state, older.changed, newer.state, newer.copy) == (CopyState.STALE, 1, CopyState.CURRENT, fresh.copy)
    assert not stage.open().check(BETA, "user-1", "").matches
    stage.post.house.clock.move(LIFETIME_US)
    with stage.post.house.work(OFFICER) as work:
        forget(work, 10)
    assert {each.state for each in stage.inventory().copies} == {CopyState.ENDED}


def test_no_copy_for_a_device_that_is_not_registered(stage: Stage) -> None:
    with pytest.raises(NotFound) as refusal:
        stage.run("copy.make", MakeCopy(key="0" * 64), MadeCopy)

    assert refusal.value.code == "copy.no-device"


@pytest.mark.parametrize(("category", "open_to_see"), [("ARR", True), ("DIS", False), ("SPE", False), ("INQ", False)])
def test_printed_answers_leave_what_must_not_be_shown_to_the_note(
    stage: Stage, category: str, open_to_see: bool
) -> None:
    stage.make()
    answer = stage.open().check(BETA, "user-1", "synthetic reason")
    (found,) = answer.matches
    match = msgspec.structs.replace(found, category=category, action="synthetic-action", id="n")
    answer = msgspec.structs.replace(answer, matches=(match,))

    told = told_of(answer, notes=False)

    assert ("synthetic-action" in told, category in told, "armed" in told) == (open_to_see,) * 3
    assert "synthetic-action" in told_of(answer, notes=True)
