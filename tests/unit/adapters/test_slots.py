"""What leaves in slots leaves at their time, however long it took before."""

from __future__ import annotations

import asyncio

import pytest

from comity.adapters.slots import until_slot


@pytest.mark.parametrize("work_s", [0.0, 0.0007, 0.013, 0.0199, 0.0203])
def test_a_slot_ends_at_its_time_whatever_came_before(work_s: float) -> None:
    async def story() -> float:
        clock = asyncio.get_running_loop().time
        begun = clock()
        await asyncio.sleep(work_s)
        before = clock() - begun
        await until_slot(begun, 0.02)
        took = clock() - begun
        assert took >= before
        return took / 0.02 % 1

    # How far into a new slot: a machine that is busy may come late, and never early.
    assert 0 <= asyncio.run(story()) < 0.5
