"""A node's directory: what lies where, and the lock that keeps two processes from writing.

DIR/config.json      who the node is and where it listens
DIR/lock             held while a process has the node open
DIR/comity.sqlite    all rooms' tables; the ledger's rows (unless they are on a server)
DIR/ledger.log       the framed ledger file
DIR/keys/            signing.key, tls.key, tls.crt, forms.secret (mode 0600)
DIR/erasures.log     what was erased since backups that may still be kept
DIR/degraded.journal checks made while the ledger could not be written, until they are entered
DIR/run/api.sock     the running node's local socket
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from comity.core import codec
from comity.core.errors import BadInput, NotFound, Refused
from comity.node.config import NodeConfig, read_config

_SECRET_BYTES = 32


class NodeDirectory:
    """Paths of one node."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config_file = path / "config.json"
        self.identity_file = path / "identity.json"
        self.lock_file = path / "lock"
        self.keys = path / "keys"
        self.signing_key = self.keys / "signing.key"
        self.tls_key = self.keys / "tls.key"
        self.tls_certificate = self.keys / "tls.crt"
        self.form_secret = self.keys / "forms.secret"
        self.erasures = path / "erasures.log"
        self.degraded_journal = path / "degraded.journal"
        self.socket = path / "run" / "api.sock"

    def prepare(self) -> None:
        """Make the empty directory. Raises `BadInput` if it holds a node or anything else already."""
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise BadInput(
                "node.directory-not-empty",
                "The directory is not empty.",
                field="DIR",
                remedy="Name a new directory; `node init` never overwrites one.",
            )
        for folder in (self.path, self.keys, self.path / "run"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def write_config(self, config: NodeConfig) -> None:
        """Write `config.json` whole or not at all."""
        part = self.config_file.with_suffix(".part")
        part.write_bytes(codec.encode(config))
        part.chmod(0o600)
        part.replace(self.config_file)

    def read_config(self) -> NodeConfig:
        """Return the node's configuration. Raises `NotFound` where no node is, `BadInput` where it cannot be read."""
        try:
            data = self.config_file.read_bytes()
        except FileNotFoundError:
            raise NotFound(
                "node.missing",
                "There is no node in this directory.",
                field="--node",
                remedy="Name the directory of a node (--node DIR or COMITY_NODE), or make one with `comity node init`.",
            ) from None
        return read_config(data, self.config_file.name)

    def read_form_secret(self) -> bytes:
        """Return what the tokens of forms are made with, the same for all processes of a node; made at first use."""
        if not self.form_secret.exists():
            part = self.form_secret.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_bytes(os.urandom(_SECRET_BYTES))
            part.replace(self.form_secret)
        return self.form_secret.read_bytes()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the node's lock. Raises `Refused` (`node.running`) if another process holds it."""
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(
                    "node.running",
                    "Another process has this node open.",
                    remedy="Let it finish, or speak to the running node.",
                ) from None
            yield
        finally:
            os.close(descriptor)
