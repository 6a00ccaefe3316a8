"""`node verify`: checks the ledger of a node that does not run, also of one that refuses to open because of it."""

from __future__ import annotations

import sys

from comity.adapters.sql.database import DATABASE, LEDGER
from comity.adapters.sql.engine import open_readers
from comity.adapters.sql.place import postgres
from comity.ledger.verify import Expected
from comity.node.bootstrap import ERASURE_RULES
from comity.node.directory import NodeDirectory
from comity.node.evidence import check_ledger
from comity.node.identity_document import read_identity
from comity.oversight.records import Verification


def verify_node(directory: NodeDirectory) -> Verification:
    """Check every byte of the ledger file and every row; nothing is repaired or written.

    The caller holds the node's lock. Raises `NotFound` where no node is.
    """
    config = directory.read_config()
    identity = read_identity(directory)
    expected = Expected(node=config.node, public_key=bytes.fromhex(identity.key.public), erasure_rules=ERASURE_RULES)
    if config.database is None:
        readers = open_readers(directory.path / DATABASE, count=1)
    else:
        readers = postgres("connect").open_engine(config.database, count=1)
    try:
        with (directory.path / LEDGER).open("rb") as stream:
            return check_ledger(readers, stream, sys.maxsize, expected)
    finally:
        readers.dispose()
