"""Session tokens between two commands: one file per node, for its owner only, outside the node's directory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path


class SessionFiles:
    """Keeps the token of each node in the user's state directory (XDG Base Directory: `XDG_STATE_HOME`)."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        home = Path(environment.get("HOME") or "/")
        state = Path(environment.get("XDG_STATE_HOME") or home / ".local" / "state")
        self._folder = state / "comity" / "sessions"

    def load(self, node: str) -> str | None:
        """Return the token kept for a node, None if there is none."""
        try:
            return self._file(node).read_text(encoding="ascii").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def save(self, node: str, token: str) -> None:
        """Keep a token, in place of the one before."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._file(node)
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(token + "\n")
        fresh.replace(file)

    def forget(self, node: str) -> None:
        """Drop the token of a node."""
        self._file(node).unlink(missing_ok=True)

    def _file(self, node: str) -> Path:
        return self._folder / hashlib.sha256(node.encode("utf-8", "surrogateescape")).hexdigest()[:32]
