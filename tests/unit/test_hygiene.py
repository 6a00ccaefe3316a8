"""What ``tests/conftest.py`` promises to the rest of the suite."""

from __future__ import annotations

import random
import socket

import hypothesis
import pytest
from pytest_socket import SocketBlockedError


def test_a_unit_test_that_opens_a_network_socket_is_stopped() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def test_chance_repeats_from_the_printed_seed(rng: random.Random, request: pytest.FixtureRequest) -> None:
    seed = request.config.getoption("--hypothesis-seed")

    again = random.Random(f"{seed} {request.node.nodeid}")

    assert seed is not None
    assert rng.random() == again.random()


def test_a_failing_example_can_be_repeated_and_a_slow_machine_fails_none() -> None:
    assert hypothesis.settings.default is not None
    assert hypothesis.settings.default.print_blob
    assert hypothesis.settings.default.deadline is None
