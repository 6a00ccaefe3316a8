"""The 518 RFC 6962 proof cases of transparency-dev, read from the reference material."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from comity.ledger.proofs import (
    Subtree,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)


class Case(msgspec.Struct, rename="camel", kw_only=True):
    desc: str
    file: str
    want_err: bool
    proof: list[str] | None
    root: str = ""
    root1: str = ""
    root2: str = ""
    leaf_hash: str = ""
    leaf_idx: int = 0
    start: int = 0
    end: int = 0
    size: int = 0
    size1: int = 0
    size2: int = 0
    tree_size: int = 0

    def path(self) -> list[bytes]:
        return [b64decode(node) for node in self.proof or ()]


def _inclusion(case: Case) -> bool:
    leaf, root = b64decode(case.leaf_hash), b64decode(case.root)
    return verify_inclusion(leaf, case.leaf_idx, case.tree_size, case.path(), root)


def _consistency(case: Case) -> bool:
    return verify_consistency(case.size1, case.size2, case.path(), b64decode(case.root1), b64decode(case.root2))


def _subtree_inclusion(case: Case) -> bool:
    subtree = Subtree(case.start, case.end, b64decode(case.root))
    return verify_subtree_inclusion(b64decode(case.leaf_hash), case.leaf_idx, subtree, case.path())


def _subtree_consistency(case: Case) -> bool:
    subtree = Subtree(case.start, case.end, b64decode(case.root1))
    return verify_subtree_consistency(subtree, case.size, case.path(), b64decode(case.root2))


@pytest.mark.parametrize(
    ("name", "count", "holds"),
    [
        ("inclusion", 98, _inclusion),
        ("consistency", 98, _consistency),
        ("subtreeinclusion", 204, _subtree_inclusion),
        ("subtreeconsistency", 118, _subtree_consistency),
    ],
)
def test_every_published_proof_case_gets_its_published_answer(
    comity_data: Path, name: str, count: int, holds: Callable[[Case], bool]
) -> None:
    lines = (comity_data / "data/exchange/merkle" / f"{name}.jsonl").read_bytes().splitlines()
    cases = [msgspec.json.decode(line, type=Case) for line in lines]

    wrong = [case.file for case in cases if holds(case) is case.want_err]

    assert len(cases) == count
    assert wrong == []
