"""`node join`: a directory for a further process of a node whose database several can write."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from comity.core.errors import Refused
from comity.node.config import Listen
from comity.node.directory import NodeDirectory


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What `node join` tells: the node, and where the new process will listen."""

    node: str
    directory: str
    http: str
    peer: str


def join_node(path: Path, beside: NodeDirectory, http: Listen, peer: Listen) -> Joined:
    """Make the directory of a further process in the new or empty `path`: same node, keys and database.

    Its ledger file is made from the rows at its first start. Raises `Refused` for a node in a file of its own,
    `BadInput` for a directory that is not empty, `NotFound` where no node is.
    """
    config = beside.read_config()
    if config.database is None:
        raise Refused(
            "node.database-alone",
            "The node keeps its rows in a file that one process has open.",
            field="--from",
            remedy="Only a node that was made with --database can have several processes.",
        )
    directory = NodeDirectory(path)
    directory.prepare()
    try:
        beside.read_form_secret()
        for source in sorted(beside.keys.iterdir()):
            shutil.copy2(source, directory.keys / source.name)
        shutil.copy2(beside.identity_file, directory.identity_file)
        told = config.told_addresses()
        directory.write_config(msgspec.structs.replace(config, http=http, peer=peer, peer_addresses=told))
    except BaseException:
        shutil.rmtree(path)
        raise
    return Joined(
        node=config.node, directory=str(path), http=f"{http.host}:{http.port}", peer=f"{peer.host}:{peer.port}"
    )
