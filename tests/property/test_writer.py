"""The writer against a model: whatever the order and grouping, the outcome is as if one act came after the other."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from comity.core.commit import ChangeSet
from comity.core.ports import Change, Delete, Guard, Insert, Update
from comity.core.vocabulary import Purpose
from comity.ledger.file import LeavesFrame, scan
from comity.ledger.leaf import leaf_hash
from tests.support import shelf
from tests.support.house import NOON, actor, open_house
from tests.support.shelf import box

NAMES = st.sampled_from("abcd")
SALT = b"s" * 16
Rows = dict[str, tuple[int, str]]


@st.composite
def change_sets(draw: st.DrawFn) -> list[list[Change]]:
    def one() -> list[Change]:
        name, version = draw(NAMES), draw(st.integers(1, 3))
        kind = draw(st.sampled_from(["put", "set", "drop", "guarded", "absent", "sweep"]))
        row = {"id": name, "version": version, "content": draw(st.sampled_from("xyz"))}
        changed = {"version": version, "content": row["content"]}
        choices: dict[str, list[Change]] = {
            "put": [Insert(box, row)],
            "set": [Update(box, {"id": name}, changed)],
            "drop": [Delete(box, {"id": name})],
            "guarded": [Guard(box, {"id": name}, {"version": version}), Update(box, {"id": name}, changed)],
            "absent": [Guard(box, {"id": name}, None), Insert(box, row)],
            "sweep": [Delete(box, {"version": version})],
        }
        return choices[kind]

    return [
        [change for _ in range(draw(st.integers(1, 3))) for change in one()] for _ in range(draw(st.integers(1, 12)))
    ]


def after(rows: Rows, changes: list[Change]) -> Rows | None:
    """The model: the rows after one change set, or None if it must not pass."""
    for change in changes:
        if isinstance(change, Guard):
            held = rows.get(str(change.key["id"]))
            if (None if held is None else held[0]) != (None if change.expect is None else change.expect["version"]):
                return None
    rows = dict(rows)
    for change in changes:
        if isinstance(change, Insert):
            if change.row["id"] in rows:
                return None
            rows[str(change.row["id"])] = (int(str(change.row["version"])), str(change.row["content"]))
        elif isinstance(change, Update) and change.key["id"] in rows:
            rows[str(change.key["id"])] = (int(str(change.values["version"])), str(change.values["content"]))
        elif isinstance(change, Delete):
            rows = {k: v for k, v in rows.items() if k != change.key.get("id") and v[0] != change.key.get("version")}
    return rows


@settings(max_examples=150)
@given(change_sets(), st.randoms(use_true_random=False))
def test_grouped_change_sets_mean_the_same_as_single_ones(sets: list[list[Change]], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), shelf.METADATA) as house:
        writer = house.database.writer
        submitted = [
            (writer.commit if chance.random() < 0.5 else writer.submit)(
                ChangeSet(tuple(changes), b"entry %d" % n, SALT, "u", NOON)
            )
            for n, changes in enumerate(sets)
        ]
        passed = [future.exception() is None for future in submitted]
        with house.works().open(actor(), Purpose.BORDERS) as work:
            found = {row.id: (row.version, row.content) for row in work.read(select(box))}

    # A change set may be handed back although it could have passed (the runtime runs it again); one that passed
    # must have been right at its place in the order, and what stands is what the passed ones did.
    rows: Rows = {}
    for changes, did_pass in zip(sets, passed, strict=True):
        if did_pass:
            stepped = after(rows, changes)
            assert stepped is not None
            rows = stepped
    assert found == rows


@settings(max_examples=40)
@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=30), st.data())
def test_a_ledger_file_cut_anywhere_is_whole_again_after_opening(entries: list[bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_house(folder, shelf.METADATA) as house:
            for entry in entries:
                house.database.writer.submit(ChangeSet((), entry, SALT, "u", NOON)).result()
            whole = house.database.ledger_path.read_bytes()
        cut = data.draw(st.integers(0, len(whole) - 1))
        (folder / "ledger.log").write_bytes(whole[:cut])

        with open_house(folder, shelf.METADATA):
            pass

        with (folder / "ledger.log").open("rb") as stream:
            leaves = [leaf for frame in scan(stream) if isinstance(frame, LeavesFrame) for leaf in frame.hashes]
        assert leaves == [leaf_hash(SALT, entry) for entry in entries]
