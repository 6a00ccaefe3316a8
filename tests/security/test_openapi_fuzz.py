"""The node against its own description: what schemathesis makes of it is answered as described, never with a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comity.core.vocabulary import Function
from tests.support.live import ask, one_node, people

pytestmark = pytest.mark.timeout(120)

EXAMPLES = 5
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
    url: str
    tokens: dict[Function, str]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with one_node(tmp_path_factory.mktemp("fuzz")) as member:
        yield Target(member.node.url, {function: one.token or "" for function, one in people(member).items()})
        assert "defect" not in member.node.log.read_text("utf-8")


@pytest.mark.parametrize("function", list(Function))
def test_every_operation_answers_as_described_and_never_with_a_mistake(target: Target, function: Function) -> None:
    schema = schemathesis.openapi.from_url(f"{target.url}/openapi.json")
    headers = {"Authorization": f"Bearer {target.tokens[function]}"}

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.definition.raw.get("operationId") in LEFT_OUT:
            continue

        @hypothesis.settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy())
        def holds(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=headers, checks=list(CHECKS))

        holds()

    assert ask(target.url, "GET", "/health").status == 200
