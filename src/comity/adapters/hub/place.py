"""Where a hub is, and which peers are reached over it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import msgspec

from comity.core.errors import BadInput


class HubPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A NATS server with JetStream: `urls` of it or of its cluster, `nats://HOST:PORT` or `tls://HOST:PORT`.

    `credentials_file` is what NATS gives out for an account; `peers` are the node ids of those that are reached over
    the hub instead of at their own addresses.
    """

    urls: tuple[str, ...]
    peers: tuple[str, ...] = ()
    credentials_file: str | None = None


def hub_module() -> ModuleType:
    """Return `comity.adapters.hub.hub`. Raises `BadInput` where the driver is not installed."""
    try:
        return import_module("comity.adapters.hub.hub")
    except ModuleNotFoundError as error:
        if error.name != "nats":
            raise
        raise BadInput(
            "node.nats-missing",
            "The driver for NATS is not installed.",
            field="hub",
            remedy="Install the extra `nats`: .venv/bin/python -m pip install nats-py",
        ) from None
