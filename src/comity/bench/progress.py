"""How far a bench is, for a person who waits."""

from __future__ import annotations

from typing import TextIO

_ERASE_LINE = "\r\x1b[K"


class Progress:
    """One line that rewrites itself on a terminal; silent anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()

    def step(self, done: int, total: int, what: str) -> None:
        """Say that `done` of `total` parts are measured and `what` comes now."""
        self._write(f"{_ERASE_LINE}[{done}/{total}] {what}")

    def close(self) -> None:
        """Take the line away."""
        self._write(_ERASE_LINE)

    def _write(self, text: str) -> None:
        if self._shown:
            self._stream.write(text)
            self._stream.flush()
