"""Which node a command line means, and the way to it: HTTP, the socket of a running node, or opened in this process."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

from comity.core.errors import BadInput
from comity.surfaces.cli.transport import Transport

OpenNode = Callable[[Path], AbstractContextManager[Transport]]
"""Locks a node's directory and opens it in this process; raises `Unreachable` if another process holds it."""

_SOCKET: Final = Path("run/api.sock")


def node_of(given: str | None, environment: Mapping[str, str]) -> str:
    """Return the node that is named, as an address or an absolute path; raises `BadInput` `node.missing`."""
    node = given or environment.get("COMITY_NODE", "")
    if not node:
        raise BadInput("node.missing", "No node is named.", field="--node", remedy="Give --node or COMITY_NODE.")
    return node if "://" in node else str(Path(node).resolve())


def reach(node: str, open_node: OpenNode) -> AbstractContextManager[Transport]:
    """Return the way to the node: that of its address, else of the process that has it open, else in this one."""
    if "://" in node:
        from comity.surfaces.cli.transport import HttpTransport  # noqa: PLC0415 - ssl is slow to import

        return nullcontext(HttpTransport(node))
    path = Path(node) / _SOCKET
    if _somebody_listens(path):
        from comity.surfaces.cli.socket_client import SocketTransport  # noqa: PLC0415 - as above

        return nullcontext(SocketTransport(path))
    return open_node(Path(node))


def _somebody_listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            line.connect(str(path))
        except OSError:
            return False
    return True
