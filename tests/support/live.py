"""One real node process with a person for each function, for tests that knock at its doors."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.core.vocabulary import Function
from comity.exercise.client import Client
from comity.exercise.federation import AUTHORITIES, Member
from comity.exercise.process import found
from comity.exercise.staff import Staff

PARTY = "FRA"
BORDER, BUREAU = (named.partition(":")[0] for named in AUTHORITIES[PARTY])


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextlib.contextmanager
def one_node(folder: Path) -> Iterator[Member]:
    """Found and start a node; it is stopped when the block ends, however it ends."""
    node = found(folder / "node", PARTY, AUTHORITIES[PARTY])
    node.start()
    try:
        with contextlib.closing(Staff(node)) as staff:
            yield Member(node, staff)
    finally:
        node.stop()


def people(member: Member) -> dict[Function, Client]:
    """Return a signed-in person for each function."""
    staff = member.staff
    return {
        Function.ADMINISTRATOR: staff.first.client,
        Function.DATA_PROTECTION_SUPERVISOR: staff.supervisor.client,
        Function.FIRST_LINE: staff.hire("guard-1", BORDER, Function.FIRST_LINE).client,
        Function.SECOND_LINE: staff.hire("second-1", BORDER, Function.SECOND_LINE).client,
        Function.SHIFT_LEAD: staff.hire("lead-1", BORDER, Function.SHIFT_LEAD).client,
        Function.ALERT_OFFICER: staff.hire("officer-1", BUREAU, Function.ALERT_OFFICER).client,
        Function.BUREAU_OFFICER: staff.hire("bureau-1", BUREAU, Function.BUREAU_OFFICER).client,
        Function.TREATY_OFFICER: staff.hire("treaty-1", BUREAU, Function.TREATY_OFFICER).client,
        Function.TRAINING_LEAD: staff.hire("trainer-1", BORDER, Function.TRAINING_LEAD).client,
    }


def ask(
    url: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answered:
    """Send one request on a connection of its own, exactly as given."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    try:
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        return Answered(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def post(url: str, path: str, body: bytes, token: str | None) -> Answered:
    """Send JSON for somebody, or for nobody."""
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return ask(url, "POST", path, body, headers)


def raw(url: str, data: bytes, *, patience_s: float = 10.0) -> bytes:
    """Send bytes and return everything that comes back until the node closes or `patience_s` of silence."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=patience_s) as connection:
        parts = []
        # A node that has had enough closes while we still send: what it said before counts.
        with contextlib.suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)
