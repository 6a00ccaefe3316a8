"""The child process of the start figures: `python -m comity.bench.opening DIR NODE`.

Opens storage as a node does, prints one JSON line when it is open, and waits for its standard input to end. It stands
outside the packages that measure, so that it loads nothing of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from comity.adapters.clock import SystemClock
from comity.adapters.sql.database import Database
from comity.bench.memory import resident_mb


def main() -> None:
    """Open, tell, wait, close."""
    database = Database(Path(sys.argv[1]), sys.argv[2], SystemClock().now())
    now, peak = resident_mb()
    sys.stdout.buffer.write(msgspec.json.encode({"entries": database.ledger.size, "mb": now, "peak_mb": peak}) + b"\n")
    sys.stdout.flush()
    sys.stdin.read()
    database.close()


if __name__ == "__main__":
    main()
