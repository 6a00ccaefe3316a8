"""A node's directory from its founding on, in this process: what is made, kept, locked, refused."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from comity.adapters.clock import SystemClock
from comity.adapters.keys_pkcs11 import open_token
from comity.adapters.ledger_file import LedgerFile
from comity.agreements.identity import parse_identity
from comity.core.errors import BadInput, NotFound, Refused, Unreachable
from comity.core.ids import RequestId
from comity.node.bootstrap import Node, open_node
from comity.node.config import Listen
from comity.node.directory import NodeDirectory
from comity.node.founding import FoundedNode, Founding, found_node
from comity.node.serve import check_transport
from comity.runtime.records import Call
from tests.support.tokens import soft_token

CLOCK = SystemClock()


def founding(**more: object) -> Founding:
    asked = Founding(
        party="FRA",
        authorities=("police-aux-frontieres:border_guard,police",),
        profile="exercise",
        http=Listen(host="127.0.0.1", port=18411),
        peer=Listen(host="127.0.0.1", port=18421),
    )
    return Founding(**{**{name: getattr(asked, name) for name in asked.__slots__}, **more})


def found(path: Path, **more: object) -> FoundedNode:
    return found_node(path, founding(**more))


def add_authority(node: Node, name: str) -> None:
    command = msgspec.json.encode({"id": name, "name": name.title(), "roles": ["migration_authority"]})
    call = Call(operation="authority.create", command=command, request_id=RequestId("request-" + name))
    node.runtime.run(call, node.operator)


def test_founding_makes_a_node_whose_first_people_have_one_time_passwords(tmp_path: Path) -> None:
    made = found(tmp_path / "node")

    directory = NodeDirectory(tmp_path / "node")
    identity = parse_identity(directory.identity_file.read_bytes())
    names = {account.name: account.functions for account in made.accounts}
    assert names == {
        "administrator-1": ("administrator",),
        "administrator-2": ("administrator",),
        "supervisor": ("data_protection_supervisor",),
    }
    assert (identity.node, identity.party, identity.profile) == (made.node, "FRA", "exercise")
    assert {authority.id for authority in identity.authorities} >= {"police-aux-frontieres", "node-operator"}


def test_a_ledger_file_that_takes_no_byte_stops_the_start_save_where_checks_may_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(tmp_path / "node")
    directory = NodeDirectory(tmp_path / "node")
    ledger = directory.path / "ledger.log"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-3])  # torn, so that opening has something to write
    struck: list[int] = []

    def refuse(_ledger: LedgerFile, data: bytes) -> None:
        struck.append(len(data))
        raise OSError(28, "no space left")

    with monkeypatch.context() as fault:
        fault.setattr(LedgerFile, "_write", refuse)
        with pytest.raises(Unreachable) as stopped, open_node(directory, CLOCK):
            pass
        config = msgspec.json.decode(directory.config_file.read_bytes())
        directory.config_file.write_bytes(msgspec.json.encode({**config, "degraded_checks": True}))
        told: list[str] = []
        with open_node(directory, CLOCK) as node:
            node.database.writer.on_break(told.append)
            assert node.degraded is not None
            assert node.degraded.active
            with pytest.raises(Unreachable):
                add_authority(node, "never-there")

    assert stopped.value.code == "ledger.cannot-open"
    assert struck
    assert told == ["OSError"]
    with open_node(directory, CLOCK) as node:
        assert not node.degraded.active  # type: ignore[union-attr]  # the switch is on
        add_authority(node, "there-again")
    assert ledger.read_bytes().startswith(whole)


def test_secrets_and_data_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    found(tmp_path / "node")

    directory = NodeDirectory(tmp_path / "node")
    private = (
        directory.signing_key,
        directory.tls_key,
        directory.config_file,
        directory.path / "comity.sqlite",
        directory.path / "ledger.log",
    )
    assert {path.stat().st_mode & 0o077 for path in private} == {0}
    assert directory.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"party": "XQZ"}, "codes.unknown-party"),
        ({"authorities": ("police",)}, "node.role-unknown"),
        ({"authorities": ("police:wizard",)}, "node.role-unknown"),
        ({"authorities": ("Police:police",)}, "authority.malformed"),
    ],
)
def test_a_founding_that_cannot_be_leaves_nothing_behind(tmp_path: Path, more: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        found(tmp_path / "node", **more)

    assert refused.value.code == code
    assert not (tmp_path / "node").exists()


def test_a_directory_that_holds_anything_is_never_overwritten(tmp_path: Path) -> None:
    found(tmp_path / "node")
    before = NodeDirectory(tmp_path / "node").identity_file.read_bytes()

    with pytest.raises(BadInput) as refused:
        found(tmp_path / "node")

    assert refused.value.code == "node.directory-not-empty"
    assert NodeDirectory(tmp_path / "node").identity_file.read_bytes() == before


def test_two_processes_never_write_one_node(tmp_path: Path) -> None:
    found(tmp_path / "node")
    directory = NodeDirectory(tmp_path / "node")

    with directory.locked(), pytest.raises(Refused) as refused, NodeDirectory(directory.path).locked():
        pass

    assert refused.value.code == "node.running"
    with directory.locked():
        pass


def test_where_no_node_is_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing, open_node(NodeDirectory(tmp_path), CLOCK):
        pass

    assert missing.value.code == "node.missing"
    assert "comity node init" in missing.value.remedy


def test_a_broken_configuration_is_refused_with_its_place(tmp_path: Path) -> None:
    found(tmp_path / "node")
    directory = NodeDirectory(tmp_path / "node")
    directory.config_file.write_bytes(directory.config_file.read_bytes().replace(b'"exercise"', b'"exercises"'))

    with pytest.raises(BadInput) as refused, open_node(directory, CLOCK):
        pass

    assert refused.value.code == "node.config-unreadable"
    assert refused.value.problems[0].field == "$.profile"


def test_an_authority_added_later_stands_in_the_identity_document_after_the_next_start(tmp_path: Path) -> None:
    found(tmp_path / "node")
    directory = NodeDirectory(tmp_path / "node")
    with directory.locked(), open_node(directory, CLOCK) as node:
        add_authority(node, "prefecture")

    with directory.locked(), open_node(directory, CLOCK) as node:
        stated = {authority.id for authority in node.identity.authorities}

    assert "prefecture" in stated
    assert parse_identity(directory.identity_file.read_bytes()) == node.identity


def test_a_production_node_serves_no_plain_http_unless_accepted_in_the_ledger(tmp_path: Path) -> None:
    found(tmp_path / "strict", profile="production")
    found(tmp_path / "behind-proxy", profile="production", plain_http_accepted=True)

    strict, behind = NodeDirectory(tmp_path / "strict"), NodeDirectory(tmp_path / "behind-proxy")
    with strict.locked(), open_node(strict, CLOCK) as node, pytest.raises(Refused) as refused:
        check_transport(node)
    with behind.locked(), open_node(behind, CLOCK) as node:
        before = node.database.ledger.size
        check_transport(node)
        after = node.database.ledger.size

    assert refused.value.code == "node.plain-http"
    assert after == before + 1


def test_legal_time_moves_on_exercise_nodes_only(tmp_path: Path) -> None:
    found(tmp_path / "node", profile="production")
    directory = NodeDirectory(tmp_path / "node")
    moved = Call(operation="job.list", command=b"{}", at=CLOCK.now())

    with (
        directory.locked(),
        open_node(directory, CLOCK) as node,
        pytest.raises(Exception, match="production") as refused,
    ):
        node.runtime.run(moved, node.operator)

    assert getattr(refused.value, "code", None) == "time.fixed"


def test_a_node_signs_on_a_token_that_keeps_its_key(tmp_path: Path) -> None:
    place = soft_token(tmp_path)

    made = found(tmp_path / "node", token=place)

    directory = NodeDirectory(tmp_path / "node")
    assert not directory.signing_key.exists()
    with directory.locked(), open_node(directory, CLOCK) as node:
        assert node.config.node == made.node
        add_authority(node, "migration-office")


def test_a_founding_that_fails_leaves_no_key_on_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = soft_token(tmp_path)
    monkeypatch.setattr("comity.node.founding.make_certificate", _fail)

    with pytest.raises(OSError, match="disk"):
        found(tmp_path / "node", token=place)

    with pytest.raises(BadInput) as gone:
        open_token(place)
    assert gone.value.code == "keys.missing"


def _fail(*_given: object) -> None:
    raise OSError("the disk is full")
