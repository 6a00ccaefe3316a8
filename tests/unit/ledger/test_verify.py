from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from comity.ledger.checkpoint import Checkpoint
from comity.ledger.file import CheckpointFrame, Framer, LeavesFrame
from comity.ledger.merkle import root_of
from comity.ledger.verify import Finding, Problem, Row, Verification
from tests.support.ledgers import NODE, RULE, STARTED, Ledger, SeedSigner, build, entry_row, flipped, ledger_of

LEDGER = ledger_of(200)
ROOT = root_of([row.leaf_hash for row in LEDGER.rows])


def erased(row: Row, rule: str | None = RULE) -> Row:
    return msgspec.structs.replace(row, salt=None, entry=None, erased_rule=rule)


def problems(result: Verification) -> list[tuple[Problem, int | None]]:
    return [(finding.problem, finding.seq) for finding in result.findings]


def test_a_sound_ledger_verifies_and_is_counted() -> None:
    result = LEDGER.verify()

    assert result.ok
    assert (result.leaves, result.rows, result.checkpoints, result.covered) == (200, 200, 5, 200)
    assert (result.bytes_read, result.frames, result.root) == (len(LEDGER.data), 16, ROOT)
    assert (result.found, result.findings, result.erased) == (0, (), ())


def test_a_new_ledger_with_a_header_only_verifies() -> None:
    assert Ledger(Framer().header(NODE, STARTED), ()).verify().ok


@pytest.mark.parametrize("field", ["salt", "entry", "leaf_hash"])
def test_a_change_of_any_bit_of_any_row_is_found_in_that_row(field: str) -> None:
    # All rows are changed at the same place at once and each must be reported, so that 200 rows take one pass a bit.
    for at in range(len(getattr(LEDGER.rows[0], field))):
        for bit in range(8):
            rows = tuple(
                msgspec.structs.replace(row, **{field: flipped(getattr(row, field), at, 1 << bit)})
                for row in LEDGER.rows
            )

            result = replace(LEDGER, rows=rows).verify()

            assert {finding.seq for finding in result.findings if finding.problem == Problem.ROW_ALTERED} == set(
                range(200)
            )


@pytest.mark.parametrize("bit", range(63))
def test_a_change_of_any_bit_of_an_instant_is_found_in_that_row(bit: int) -> None:
    rows = tuple(msgspec.structs.replace(row, recorded_at=row.recorded_at ^ 1 << bit) for row in LEDGER.rows)

    result = replace(LEDGER, rows=rows).verify()

    assert problems(result) == [(Problem.ROW_DIFFERS, seq) for seq in range(200)]


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_byte_moved_between_salt_and_entry_is_found(length: int) -> None:
    row = LEDGER.rows[3]
    assert row.salt is not None
    assert row.entry is not None
    both = row.salt + row.entry

    result = LEDGER.with_row(msgspec.structs.replace(row, salt=both[:length], entry=both[length:])).verify()

    assert problems(result) == [(Problem.ROW_ALTERED, 3)]


def test_a_change_of_any_byte_of_the_file_is_a_finding_at_its_frame() -> None:
    for frame in LEDGER.frames():
        result = LEDGER.with_data(flipped(LEDGER.data, (frame.offset + frame.end) // 2)).verify()

        assert not result.ok
        assert [(each.problem, each.offset) for each in result.findings] == [(Problem.FILE_CORRUPT, frame.offset)]
        assert result.bytes_read == frame.offset
        assert result.rows == 200


def test_rows_after_the_corruption_are_still_checked_on_their_own() -> None:
    altered = msgspec.structs.replace(LEDGER.rows[150], entry=b"{}")

    result = LEDGER.with_data(flipped(LEDGER.data, 40)).with_row(altered).verify()

    assert problems(result) == [(Problem.FILE_CORRUPT, None), (Problem.ROW_ALTERED, 150)]


def test_a_file_cut_within_or_before_its_leaves_is_never_taken_for_the_whole() -> None:
    last_leaves = max(frame.end for frame in LEDGER.frames() if isinstance(frame, LeavesFrame))
    ends = {0} | {frame.end for frame in LEDGER.frames()}
    near_ends = sorted({end + step for end in ends for step in (-1, 0, 1, 11)} & set(range(len(LEDGER.data))))

    results = {cut: LEDGER.with_data(LEDGER.data[:cut]).verify() for cut in near_ends}

    # The one cut that verifies takes the last checkpoint only: all leaves are there, and `covered` says less.
    assert [cut for cut in near_ends if results[cut].ok] == [last_leaves]
    assert results[last_leaves].covered < 200


def test_rows_erased_under_a_rule_are_counted_as_erased_lawfully() -> None:
    rows = tuple(erased(row) if row.seq < 120 else row for row in LEDGER.rows)

    result = replace(LEDGER, rows=rows).verify()

    assert result.ok
    assert result.erased == ((RULE, 120),)


def test_the_leaf_hash_of_an_erased_row_is_still_held_against_the_file() -> None:
    row = erased(LEDGER.rows[9])
    for at in range(32):
        changed = msgspec.structs.replace(row, leaf_hash=flipped(row.leaf_hash, at))

        assert problems(LEDGER.with_row(changed).verify()) == [(Problem.ROW_DIFFERS, 9)]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"salt": None, "entry": None}, Problem.ROW_INCOMPLETE),
        ({"salt": None}, Problem.ROW_INCOMPLETE),
        ({"entry": None}, Problem.ROW_INCOMPLETE),
        ({"salt": None, "entry": None, "erased_rule": ""}, Problem.ROW_RULE_UNKNOWN),
        ({"salt": None, "entry": None, "erased_rule": RULE + "s"}, Problem.ROW_RULE_UNKNOWN),
        ({"salt": None, "erased_rule": RULE}, Problem.ROW_NOT_ERASED),
        ({"entry": None, "erased_rule": RULE}, Problem.ROW_NOT_ERASED),
        ({"erased_rule": RULE}, Problem.ROW_NOT_ERASED),
    ],
)
def test_a_row_erased_otherwise_is_a_finding(changes: dict[str, str | None], problem: Problem) -> None:
    result = LEDGER.with_row(msgspec.structs.replace(LEDGER.rows[9], **changes)).verify()

    assert problems(result) == [(problem, 9)]
    assert result.erased == ()


def test_missing_rows_are_named() -> None:
    result = LEDGER.without_row(0).without_row(77).without_row(199).verify()

    assert problems(result) == [(Problem.ROW_MISSING, seq) for seq in (0, 77, 199)]


def test_rows_the_file_does_not_have_are_named() -> None:
    rows = (*LEDGER.rows, entry_row(200), entry_row(205))

    result = replace(LEDGER, rows=rows).verify()

    assert problems(result) == [(Problem.LEAF_MISSING, 200), (Problem.LEAF_MISSING, 205)]


def test_rows_twice_or_out_of_order_are_named() -> None:
    rows = (*LEDGER.rows[:50], LEDGER.rows[49], LEDGER.rows[10], *LEDGER.rows[50:])

    result = replace(LEDGER, rows=rows).verify()

    assert problems(result) == [(Problem.ROW_OUT_OF_ORDER, 49), (Problem.ROW_OUT_OF_ORDER, 10)]


def test_a_gap_in_the_files_numbers_is_one_finding_and_the_rows_in_it_are_missing_there() -> None:
    rows = tuple(entry_row(seq) for seq in range(6))
    framer = Framer()
    data = framer.header(NODE, STARTED)
    for first, stop in ((0, 2), (3, 6)):
        group = rows[first:stop]
        data += framer.leaves(first, [row.recorded_at for row in group], [row.leaf_hash for row in group])

    result = Ledger(data, rows).verify()

    assert problems(result) == [(Problem.SEQUENCE_GAP, 3), (Problem.LEAF_MISSING, 2)]


def test_a_forger_who_rewrites_file_and_rows_together_fails_at_the_next_checkpoint() -> None:
    forged = msgspec.structs.replace(entry_row(31), seq=30)
    rows = tuple(forged if row.seq == 30 else row for row in LEDGER.rows)
    framer, pieces = Framer(), []
    for frame in LEDGER.frames():
        if isinstance(frame, LeavesFrame):
            group = rows[frame.first : frame.first + len(frame.hashes)]
            instants, hashes = [row.recorded_at for row in group], [row.leaf_hash for row in group]
            pieces.append(framer.leaves(frame.first, instants, hashes))
        elif isinstance(frame, CheckpointFrame):
            pieces.append(framer.checkpoint(frame.note))
        else:
            pieces.append(framer.header(frame.node, frame.created))

    result = Ledger(b"".join(pieces), rows).verify()

    assert problems(result) == [(Problem.CHECKPOINT_ROOT, size) for size in (40, 80, 120, 160, 200)]
    assert result.covered == 0


def test_checkpoints_of_another_key_are_refused() -> None:
    result = build(LEDGER.rows, signer=SeedSigner("forger")).verify()

    assert {finding.problem for finding in result.findings} == {Problem.CHECKPOINT_BAD}
    assert (result.found, result.checkpoints, result.covered) == (5, 0, 0)


def test_a_checkpoint_at_another_place_than_its_size_is_a_finding() -> None:
    _, first, _, note, *_ = LEDGER.frames()
    assert isinstance(first, LeavesFrame)
    assert isinstance(note, CheckpointFrame)
    framer = Framer(first.chain)

    result = Ledger(LEDGER.data[: first.end] + framer.checkpoint(note.note), LEDGER.rows[:20]).verify()

    assert problems(result) == [(Problem.CHECKPOINT_SIZE, 40)]


def test_the_ledger_of_another_node_is_a_finding() -> None:
    data = Framer().header("deu.exercise.example", STARTED)

    assert problems(Ledger(data, ()).verify()) == [(Problem.FILE_FOREIGN, None)]


def test_checkpoints_known_elsewhere_uncover_a_ledger_that_was_set_back_or_rewritten() -> None:
    def stated(size: int, root: bytes | None = None) -> Checkpoint:
        right = root_of([row.leaf_hash for row in LEDGER.rows[:size]])
        return Checkpoint(origin=NODE, size=size, root=root or right)

    agreeing = replace(LEDGER, known=(stated(200), stated(0), stated(33), stated(33))).verify()
    rewritten = replace(LEDGER, known=(stated(33, bytes(32)), stated(200, bytes(32)))).verify()
    set_back = replace(ledger_of(100), known=(stated(200), stated(100))).verify()

    assert agreeing.ok
    assert problems(rewritten) == [(Problem.KNOWN_ROOT, 33), (Problem.KNOWN_ROOT, 200)]
    assert set_back.findings == (Finding(problem=Problem.KNOWN_BEYOND, detail="size 200"),)


def test_only_the_first_thousand_findings_are_kept_and_all_are_counted() -> None:
    ledger = ledger_of(1500, batch=500)

    result = replace(ledger, rows=()).verify()

    assert result.found == 1500
    assert len(result.findings) == 1000
