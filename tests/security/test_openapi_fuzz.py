"""The node against its own description: what schemathesis makes of it is answered as described, never with a 5xx."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comity.core.vocabulary import PERMISSIONS, Function
from tests.support.live import ask, one_node, people
from tools.manifest import catalogue

pytestmark = pytest.mark.timeout(180)

EXAMPLES = 6
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
# These end the very session that asks.
LEFT_OUT = {"session.close", "account.set-password", "account.disable"}


@dataclass(frozen=True)
class Target:
    """A node, and a session of each function with its connection kept open."""

    url: str
    sessions: dict[Function, requests.Session]
    pool: ThreadPoolExecutor

    def ask(self, function: Function, case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(session=self.sessions[function], checks=list(CHECKS))


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    with one_node(tmp_path) as member, contextlib.ExitStack() as stack:
        sessions = {}
        for function, one in people(member).items():
            sessions[function] = stack.enter_context(requests.Session())
            sessions[function].headers["Authorization"] = f"Bearer {one.token}"
        yield Target(member.node.url, sessions, stack.enter_context(ThreadPoolExecutor(len(sessions))))
        assert "defect" not in member.node.log.read_text("utf-8")


def split(name: str) -> tuple[list[Function], list[Function]]:
    """Return the functions that may ask an operation, and those that may not."""
    declared = next((each for each in catalogue().values() if each.name == name), None)
    may = [each for each in Function if declared is None or declared.permission in PERMISSIONS[each]]
    return may, [function for function in Function if function not in may]


def test_every_operation_answers_as_described_and_never_with_a_mistake(target: Target) -> None:
    """Each case is asked by all who may and by one who may not; the first by everybody."""
    asked = set()
    for found in schemathesis.openapi.from_url(f"{target.url}/openapi.json").get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name in LEFT_OUT:
            continue
        asked.add(name)
        may, may_not = split(name)
        turns = itertools.chain([may_not], ([one] for one in itertools.cycle(may_not or may)))

        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy())
        def holds(case: schemathesis.Case[Any], who: list[Function], turns: Iterator[list[Function]]) -> None:
            # At once: answers that come in slots of time come together.
            list(target.pool.map(lambda function: target.ask(function, case), (*who, *next(turns))))

        holds(who=may, turns=turns)

    assert asked >= {each.name for each in catalogue().values()} - LEFT_OUT
    assert ask(target.url, "GET", "/health").status == 200
