"""A node opened in this process, for commands while no node runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from comity.core.errors import NotPermitted
from comity.runtime.records import Call
from comity.surfaces.cli.socket_server import LocalActor
from comity.surfaces.ports import Authenticate, Runtime


def _no_jobs() -> None:
    """Work on nothing."""


@dataclass(slots=True)
class RuntimeTransport:
    """Runs calls on a runtime of this process; without a token the caller is this user's bound account.

    `work_off` works on the jobs that a change started: no other process does while this one holds the node.
    """

    runtime: Runtime
    authenticate: Authenticate
    local_actor: LocalActor
    work_off: Callable[[], None] = _no_jobs
    exercise: bool = False

    def send(self, call: Call, token: str | None) -> bytes:
        """Run one operation and wait until it is durable."""
        actor = self.local_actor(os.getuid()) if token is None else self.authenticate(token)
        if actor is None:
            raise NotPermitted("socket.unbound-user", "This user of the machine is bound to no account of the node.")
        body = self.runtime.start(call, actor).result().body
        if call.request_id is not None:
            self.work_off()
        return body
