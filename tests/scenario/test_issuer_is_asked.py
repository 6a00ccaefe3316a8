"""Two real nodes and a treaty of questions: a check asks the passport's issuer, who is killed, and comes back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.alerts.commands import EnterAlert
from comity.alerts.objects import AlertObject, Identifier, IdentifierKind, IssuedDocument, ObjectStatus, ObjectType
from comity.core.vocabulary import Function
from comity.crossings.abroad.records import AskedState
from comity.crossings.records import Advice, Check, Direction, Document, Identity, Lane, Outcome
from comity.exchange.modes.records import Said
from comity.exercise.federation import Federation, await_until
from comity.exercise.staff import Person
from comity.node.commands import verify
from comity.oversight.records import KeySet, Verification
from tests.support.categories import grounds_for, thing

pytestmark = pytest.mark.enable_socket
STOLEN, CLEAN = "LZ000001", "LZ000002"


@pytest.fixture(name="pair")
def made_pair(tmp_path: Path) -> Iterator[Federation]:
    with contextlib.closing(Federation.open(tmp_path, ("AUS", "NZL"))) as pair:
        pair.trust_all()
        pair.agree("full-trust-documents")
        yield pair


def check(officer: Person, number: str) -> Advice:
    command = Check(
        direction=Direction.ENTRY,
        crossing_point="synthetic-1",
        lane=Lane.THIRD_COUNTRY,
        identity=Identity(surnames="Synthetic-Alpha", nationality="NZL"),
        document=Document(country="NZL", number=number),
    )
    return officer.client.call("crossing.check", msgspec.to_builtins(command), Advice, purpose="borders")


def state(advice: Advice) -> list[tuple[AskedState, Outcome]]:
    return [(each.state, advice.outcome) for each in advice.abroad]


def whole(directory: Path) -> bytes:
    """Return every byte that a stopped node left."""
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def report_stolen(officer: Person) -> None:
    passport = AlertObject(
        type=ObjectType.ISSUED_DOCUMENT,
        document=IssuedDocument.PASSPORT,
        status=ObjectStatus.STOLEN,
        identifiers=(Identifier(kind=IdentifierKind.DOCUMENT_NUMBER, value=STOLEN, country="NZL"),),
    )
    entered = EnterAlert(category="OBJ", data=thing(passport), grounds=grounds_for("OBJ"))
    officer.client.call("alert.enter", msgspec.to_builtins(entered), dict, purpose="police")


def test_the_issuer_answers_or_is_silent_and_silence_is_never_no_hit(
    pair: Federation, capsys: pytest.CaptureFixture[str]
) -> None:
    aus, nzl = pair["AUS"], pair["NZL"]
    key = {"passphrase": "synthetic passphrase of this test"}
    aus.staff.supervisor.client.call("search-log.set-key", key, KeySet)
    nzl.staff.supervisor.client.call("search-log.set-key", key, KeySet)
    guard = aus.staff.hire("guard-1", "australian-border-force", Function.FIRST_LINE)
    report_stolen(nzl.staff.hire("alert-officer-1", "internal-affairs", Function.ALERT_OFFICER))

    # Asked and answered: the owner alone has the record, and tells what the clause lets pass.
    stolen, clean = check(guard, STOLEN), check(guard, CLEAN)
    assert state(stolen) == [(AskedState.ANSWERED, Outcome.REFER)]
    assert [answer.said for answer in (*stolen.answers, *clean.answers)] == [Said.HIT, Said.NOTHING_TOLD]
    assert "document.number" in {line.field for line in stolen.answers[0].records[0]}
    assert clean.outcome is not Outcome.UNKNOWN

    # The issuer's process dies: nothing is known of either passport, and the check does not wait for it.
    nzl.node.kill()
    for advice in (check(guard, STOLEN), check(guard, CLEAN)):
        assert state(advice) == [(AskedState.SILENT, Outcome.UNKNOWN)]
        assert advice.answers == ()

    # It is back: the next check that reaches it has its answer.
    nzl.node.start()
    await_until(lambda: state(check(guard, STOLEN)) == state(stolen), "the issuer answers again")

    # Both ledgers verify, and nothing of the question stays with the issuer: not even that the passport travelled.
    aus.node.stop()
    nzl.node.stop()
    for member in (aus, nzl):
        capsys.readouterr()
        assert verify([str(member.node.directory), "--json"]) == 0
        assert msgspec.json.decode(capsys.readouterr().out, type=Verification).entries > 0
    kept = {holder.node.party: whole(holder.node.directory) for holder in (aus, nzl)}
    assert STOLEN.encode() in kept["NZL"]
    assert CLEAN.encode() in kept["AUS"]
    assert CLEAN.encode() not in kept["NZL"]
