from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from comity.adapters.sql.database import DATABASE
from comity.core.commit import ChangeSet
from comity.core.errors import Refused
from comity.core.vocabulary import Purpose
from comity.ledger.checkpoint import open_checkpoint
from comity.ledger.proofs import verify_inclusion
from comity.node.evidence import SqlEvidence
from comity.oversight.records import Verification
from tests.support.house import NOON, House, actor, open_house
from tests.support.ledgers import SeedSigner

SIGNER = SeedSigner("node")
RULES = frozenset({"log-retention"})
SUPERVISOR = actor("FRA", "cnil", name="synthetic-supervisor")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def write(house: House, count: int) -> None:
    for n in range(count):
        entry = b'{"entry":%d,"operation":"test.write"}' % n
        house.database.writer.submit(ChangeSet((), entry, b"s" * 16, f"user-{n}", NOON, "test.write")).result()


def verify(house: House) -> Verification:
    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        return SqlEvidence(house.database, SIGNER, RULES).verify(work)


def spoil(folder: Path, statement: str) -> None:
    """Change a row behind the node's back, as an insider with the database file could."""
    engine = create_engine(f"sqlite:///{folder / DATABASE}")
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    engine.dispose()


def test_an_untouched_ledger_is_sound_with_each_entry_counted(house: House) -> None:
    write(house, 5)

    found = verify(house)

    assert (found.sound, found.entries, found.problems) == (True, 5, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET entry = '{}' WHERE sequence = 2",
        "UPDATE ledger_entry SET leaf = zeroblob(32) WHERE sequence = 2",
        "UPDATE ledger_entry SET recorded_at = recorded_at + 1 WHERE sequence = 2",
        "UPDATE ledger_entry SET operation = 'test.read' WHERE sequence = 2",
        "DELETE FROM ledger_entry WHERE sequence = 2",
        "UPDATE ledger_entry SET entry = NULL, salt = NULL, user = NULL WHERE sequence = 2",
        "UPDATE ledger_entry SET entry = NULL, salt = NULL, erased_rule = 'no-such-rule' WHERE sequence = 2",
    ],
)
def test_a_row_changed_behind_the_node_is_found_and_named(house: House, tmp_path: Path, statement: str) -> None:
    write(house, 5)
    spoil(tmp_path, statement)

    found = verify(house)

    assert not found.sound
    assert any("entry 2" in problem for problem in found.problems)


def test_an_entry_erased_under_a_known_rule_is_lawful_and_still_proved(house: House, tmp_path: Path) -> None:
    write(house, 5)
    erase = "UPDATE ledger_entry SET entry=NULL, salt=NULL, user=NULL, erased_rule='log-retention' WHERE sequence=2"
    spoil(tmp_path, erase)

    found = verify(house)

    assert (found.sound, found.entries, found.erased_lawfully) == (True, 5, 1)


def test_a_proof_leads_from_the_entry_to_a_signed_checkpoint(house: House) -> None:
    write(house, 9)
    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        proof = SqlEvidence(house.database, SIGNER, RULES).prove(work, 4)
        missing = SqlEvidence(house.database, SIGNER, RULES).prove(work, 9)

    assert proof is not None
    assert missing is None
    stated = open_checkpoint(proof.checkpoint.encode(), "test-node", SIGNER.public_key)
    path = tuple(bytes.fromhex(step) for step in proof.path)
    assert verify_inclusion(bytes.fromhex(proof.line.leaf), 4, stated.size, path, stated.root)
    assert not verify_inclusion(bytes.fromhex(proof.line.leaf), 5, stated.size, path, stated.root)


def test_checking_goes_on_while_others_write(house: House) -> None:
    write(house, 50)
    with house.works().open(SUPERVISOR, Purpose.SUPERVISION) as work:
        evidence = SqlEvidence(house.database, SIGNER, RULES)
        assert evidence.lines(work, None, 1)[0].sequence == 0
        write(house, 20)
        # The snapshot is older than the file now: the rows written meanwhile are not missing.
        late = evidence.verify(work)

    assert (late.sound, late.entries) == (True, 70)


def test_a_node_does_not_open_over_a_damaged_ledger_file(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        write(house, 5)
    data = bytearray((tmp_path / "ledger.log").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "ledger.log").write_bytes(bytes(data))

    with pytest.raises(Refused) as refused, open_house(tmp_path):
        pass

    assert refused.value.code == "ledger.file-corrupt"


def test_a_node_does_not_open_over_a_database_older_than_its_ledger(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        write(house, 5)
    spoil(tmp_path, "DELETE FROM ledger_entry WHERE sequence = 4")

    with pytest.raises(Refused) as refused, open_house(tmp_path):
        pass

    assert refused.value.code == "ledger.rows-differ"
