"""Every row of the handbook's table of scenarios, through real operations: no row is left to the rules alone.

Rows about alerts between two ordinary parties are stories of `alerts/handbook.yaml`; those about other parties and
treaties stand in `handbook/treaties.yaml` and are played here, between two nodes that signed these treaties.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comity.agreements.load import canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.agreements.yaml_reader import read_text_tree
from comity.core.ports import Work
from comity.crossings.abroad.asking import ExchangeAbroad
from comity.crossings.abroad.probing import make_operations as probe_operations
from comity.crossings.operations import Around
from comity.diplomacy.notices import Complete
from comity.diplomacy.records import Propose, Sign
from comity.exchange.modes.answering import answer_question
from comity.exchange.modes.records import Held, Sought
from comity.exchange.records import Peer
from tests.scenario.test_alert_crosses_the_border import Node, _peering, befriend, deliver, open_node
from tests.scenario.test_asked_abroad import Direct, _asking, answering, known
from tests.support.alert_acts import VERBS
from tests.support.alert_stage import Play, Stage, Story, read_stories, stories_of

FILE = Path(__file__).with_name("handbook") / "treaties.yaml"
ALERTS = Path(__file__).with_name("alerts") / "handbook.yaml"
ROWS = [f"P{number:02}" for number in range(1, 43)]


def _pairs() -> list[dict[str, Any]]:
    root = read_text_tree(FILE.read_bytes()).root
    assert isinstance(root, list)
    return [dict(pair) for pair in root if isinstance(pair, dict)]


def _stories(pair: dict[str, Any]) -> list[Story]:
    return list(stories_of(FILE.stem, pair["stories"]))


@contextlib.contextmanager
def _stage(folder: Path, pair: dict[str, Any]) -> Iterator[Stage]:
    issuing, executing = pair["between"]
    broker = Comparing(silent=pair.get("answers") != "yes")
    asking = _asking(executing, 2, broker)
    around = Around(abroad=ExchangeAbroad(asking))
    with open_node(folder / "a", issuing, 1) as one, open_node(folder / "b", executing, 2, around) as other:
        befriend(one, other)
        other.operations = (*other.operations, *probe_operations(asking))
        broker.to, broker.asker = one, other
        for name in pair["under"]:
            _sign(one, other, name)
        opened = Stage(one, other)
        yield opened
        opened.close()


class NothingMatches:
    """Compares prints and finds them with nobody."""

    def fields(self, category: str, kind: str) -> tuple[str, ...] | None:
        del category
        return ("template",) if kind == "print" else None

    def find(self, work: Work, sought: Sought) -> tuple[Held, ...]:
        del work
        assert sought.terms == {"template": "c3ludGhldGlj"}
        return ()


@dataclass
class Comparing(Direct):
    """Carries probes to an owner that compares them, unless it is silent."""

    def ask(self, peer: Peer, topic: str, body: bytes, within_s: float) -> Future[bytes]:
        if self.silent:
            return super().ask(peer, topic, body, within_s)
        assert self.to is not None
        assert self.asker is not None
        owner = dataclasses.replace(answering(self.to, self.tally), finders={"reference.fingerprint": NothingMatches()})
        answer: Future[bytes] = Future()
        answer.set_result(answer_question(owner, known(self.to, self.asker), body))
        return answer


def _sign(one: Node, other: Node, instrument: str) -> None:
    treaty = narrow_parties(load_instrument(instrument), sorted((one.party, other.party)))
    document = canonical_bytes(treaty).decode()
    made = msgspec.json.decode(one.run("agreement.propose", Propose(document=document), _peering(one), "peering"))
    deliver(one, other)
    for signer, reader in ((one, other), (other, one)):
        signer.run("agreement.sign", Sign(agreement=made["agreement"]), _peering(signer), "peering")
        deliver(signer, reader)
    for signer, reader in ((one, other), (other, one)):
        if treaty.entry is not None:  # what both have ratified begins on a day that the treaty names
            signer.run("agreement.complete", Complete(agreement=made["agreement"]), _peering(signer), "peering")
            deliver(signer, reader)


@pytest.mark.parametrize("pair", _pairs(), ids=lambda pair: "-".join(pair["between"]))
def test_the_rows_about_a_pair_of_parties_come_out_as_the_handbook_says(tmp_path: Path, pair: dict[str, Any]) -> None:
    with _stage(tmp_path, pair) as stage:
        for number, story in enumerate(_stories(pair)):
            try:
                assert Play(stage, story, number).run(VERBS) == len(story.steps) > 0
            except AssertionError as error:
                message = f"{story.name}: {error}"
                raise AssertionError(message) from error


def test_no_row_of_the_handbook_is_left_out() -> None:
    stories = [*read_stories(ALERTS), *(story for pair in _pairs() for story in _stories(pair))]
    told = {number for story in stories for number in re.findall(r"\bP\d\d\b", story.name)}

    assert sorted(told) == ROWS
    assert all(story.steps for story in stories)
