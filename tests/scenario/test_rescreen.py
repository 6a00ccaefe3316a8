"""Searching again on a real node that is killed in the middle: nothing is told twice, nothing is left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.bureau.lists.commands import ImportPage
from comity.core.vocabulary import Function
from comity.crossings.board_records import Board
from comity.exercise.process import NodeProcess, found
from comity.exercise.staff import Staff
from comity.oversight.records import KeySet
from tests.scenario.test_list_import import Shell, write_list

pytestmark = pytest.mark.timeout(120)

PERSONS = 60
LISTED = 12
PLACE = {"conveyance": "Synthetic ferry", "direction": "entry", "lane": "third-country", "crossing_point": "frcqf-1"}


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    made = found(tmp_path / "node", "FRA", ("sirene-france:sirene_bureau", "police-aux-frontieres:border_guard"))
    made.start()
    yield made
    made.kill()


def travellers() -> list[dict[str, object]]:
    return [
        {
            "identity": {"surnames": f"QUETZAL{number} SYNTHETIC", "birth_date": "1970-02-03"},
            "document": {"number": f"SYN{number:04}"},
        }
        for number in range(PERSONS)
    ]


def test_a_node_killed_while_it_searches_again_goes_on_and_tells_each_match_once(
    node: NodeProcess, tmp_path: Path
) -> None:
    staff = Staff(node)
    bureau = staff.hire("synthetic-bureau", "sirene-france", Function.BUREAU_OFFICER)
    guard = staff.hire("synthetic-guard", "police-aux-frontieres", Function.FIRST_LINE)
    second = staff.hire("synthetic-second", "police-aux-frontieres", Function.SECOND_LINE)
    staff.supervisor.client.call("search-log.set-key", {"passphrase": "synthetic passphrase 1"}, KeySet)
    board = guard.client.call("crossing.check-list", PLACE | {"persons": travellers()}, Board, purpose="borders")
    shell = Shell(tmp_path, node.url)
    shell.sign_in(bureau)
    assert shell.bring(write_list(tmp_path / "list.xml", LISTED))[0] == 0
    assert bureau.client.call("list.status", {}, ImportPage).imports[0].counts["added"] == LISTED
    staff.close()
    shell.sign_in(second)

    with begin(shell, "--batch", "2") as under_way:
        assert under_way.stderr is not None
        run = under_way.stderr.readline().split()[1].decode()
        node.kill()
        cut_short = under_way.wait()
    node.start()
    again = shell.run("crossing", "rescreen", *WORDS, "--run", run, "--json")

    assert cut_short != 0
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert (told["run"]["run"], told["run"]["finished"]) == (run, True)
    assert told["run"]["counts"]["searched"] == PERSONS
    pairs = [(hit["earlier"], hit["alert"]["id"]) for hit in told["hits"]]
    assert len(set(pairs)) == len(pairs) == told["run"]["counts"]["matches"]
    assert {row.row.check for row in board.rows if row.row.row <= LISTED} <= {earlier for earlier, _ in pairs}
    assert {(hit["alert"]["kind"], hit["alert"]["version"]) for hit in told["hits"]} == {("listing", 1)}
    anew = json.loads(shell.run("crossing", "rescreen", *WORDS, "--batch", "200", "--json").stdout)
    assert (anew["run"]["counts"]["searched"], anew["run"]["counts"]["matches"]) == (PERSONS, 0)


WORDS = ("--clause", "national", "--purpose", "borders", "--justification", "synthetic: a list was brought")


def begin(shell: Shell, *more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "XDG_STATE_HOME": str(shell.home), "COMITY_NODE": shell.node}
    command = [sys.executable, "-m", "comity", "crossing", "rescreen", *WORDS, *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
