"""An official list brought by command line to a real node, and found at the counter over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau.lists.commands import ImportPage, ImportState
from comity.core.vocabulary import Function
from comity.crossings.records import Advice
from comity.exercise.process import NodeProcess, found
from comity.exercise.staff import Person, Staff
from comity.oversight.records import KeySet
from comity.runtime.records import JobState, JobView

pytestmark = pytest.mark.timeout(180)

PERSON = (
    "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>QUETZAL{number}</FIRST_NAME><SECOND_NAME>SYNTHETIC</SECOND_NAME>"
    "<UN_LIST_TYPE>Taliban</UN_LIST_TYPE><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"
    "<DATE>1970-02-03</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
)


def write_list(path: Path, count: int) -> Path:
    persons = "".join(PERSON.format(number=number) for number in range(count))
    path.write_text(f"<CONSOLIDATED_LIST><INDIVIDUALS>{persons}</INDIVIDUALS></CONSOLIDATED_LIST>", "utf-8")
    return path


class Shell:
    """A bureau officer's shell: `comity ...` with a session kept from command to command."""

    def __init__(self, home: Path, node: str) -> None:
        self.home = home
        self.node = node

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_STATE_HOME": str(self.home), "COMITY_NODE": self.node}
        command = [sys.executable, "-m", "comity", *argv]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    def sign_in(self, who: Person) -> None:
        secret = self.home / "password"
        secret.write_text(who.password, "utf-8")
        done = self.run("session", "open", "--name", who.name, "--password-file", str(secret))
        assert done.returncode == 0, done.stderr

    def bring(self, file: Path) -> tuple[int, dict[str, object]]:
        done = self.run("list", "import", "--format", "un-sc", "--json", str(file))
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    made = found(tmp_path / "node", "FRA", ("sirene-france:sirene_bureau", "police-aux-frontieres:border_guard"))
    made.start()
    yield made
    made.kill()


def test_a_list_comes_by_socket_by_http_and_with_no_node_running(node: NodeProcess, tmp_path: Path) -> None:
    staff = Staff(node)
    bureau = staff.hire("synthetic-bureau", "sirene-france", Function.BUREAU_OFFICER)
    guard = staff.hire("synthetic-guard", "police-aux-frontieres", Function.FIRST_LINE)
    set_supervisor_key(staff)
    by_socket, by_http = Shell(tmp_path, str(node.directory)), Shell(tmp_path, node.url)
    by_socket.sign_in(bureau)
    by_http.sign_in(bureau)
    file = write_list(tmp_path / "list.xml", 250)

    added = by_socket.bring(file)
    again = by_http.bring(file)
    held = by_http.bring(write_list(tmp_path / "shorter.xml", 200))
    advice = guard.client.call("crossing.check", question("QUETZAL7 SYNTHETIC"), Advice, purpose="borders")
    staff.close()
    assert node.stop() == 0
    newer = by_socket.bring(write_list(tmp_path / "longer.xml", 251))

    assert (added[0], added[1]["state"], counts(added)["added"]) == (0, "done", 250)
    assert (again[0], counts(again)["unchanged"]) == (0, 250)
    assert (held[0], held[1]["state"], held[1]["reasons"]) == (1, "held", ["list.withdraws-too-many"])
    assert advice.sentence.code == "listed.travel-ban"
    assert (newer[0], counts(newer)["added"], counts(newer)["unchanged"]) == (0, 1, 250)
    assert b"QUETZAL" not in node.log.read_bytes()


def counts(answer: tuple[int, dict[str, object]]) -> dict[str, int]:
    held = answer[1]["counts"]
    assert isinstance(held, dict)
    return held


def set_supervisor_key(staff: Staff) -> None:
    staff.supervisor.client.call("search-log.set-key", {"passphrase": "synthetic passphrase 1"}, KeySet)


def question(name: str) -> dict[str, object]:
    return {
        "direction": "entry",
        "crossing_point": "frcqf-1",
        "lane": "third-country",
        "identity": {"surnames": name, "birth_date": "1970-02-03"},
        "justification": "synthetic: no document",
        "case": "synthetic-1",
    }


def test_a_node_killed_in_the_middle_of_an_import_goes_on_when_it_comes_back(node: NodeProcess, tmp_path: Path) -> None:
    staff = Staff(node)
    bureau = staff.hire("synthetic-bureau", "sirene-france", Function.BUREAU_OFFICER)
    shell = Shell(tmp_path, node.url)
    shell.sign_in(bureau)
    file = write_list(tmp_path / "list.xml", 3000)
    begun = shell.run("list", "import", "--format", "un-sc", "--json", "--no-wait", str(file))
    one = json.loads(begun.stdout)

    wait_for_job(bureau, one["job"], rows=400)
    node.kill()
    staff.close()
    node.start()
    again = wait_for_job(bureau, one["job"], rows=3000)
    status = bureau.client.call("list.status", {"id": one["id"]}, ImportPage).imports[0]
    staff.close()

    assert again.state is JobState.DONE
    assert (status.state, status.counts["added"]) == (ImportState.DONE, 3000)
    assert "unchanged" not in status.counts


def wait_for_job(who: Person, job: str, rows: int) -> JobView:
    while True:
        seen = who.client.call("job.show", {"id": job}, JobView)
        if seen.done >= rows and (rows < 3000 or seen.state is JobState.DONE):
            return seen
