"""Answers that leave at fixed times, so that how long something took tells nothing of what was found."""

from __future__ import annotations

import asyncio
from typing import Final

_CLOSE_S: Final = 0.003
"""A loop's timers wake up to a millisecond late, by how long they slept; the last stretch is waited for awake."""


async def until_slot(begun_s: float, slot_s: float) -> None:
    """Wait for the next full slot since `begun_s`, by the running loop's clock, to well under a millisecond."""
    clock = asyncio.get_running_loop().time
    due = begun_s + ((clock() - begun_s) // slot_s + 1) * slot_s
    await asyncio.sleep(max(0.0, due - clock() - _CLOSE_S))
    while clock() < due:  # noqa: ASYNC110 - time is what is waited for
        await asyncio.sleep(0)
