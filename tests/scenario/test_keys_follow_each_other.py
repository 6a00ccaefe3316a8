"""Two real nodes: one gets a root, turns to a new key, and takes one back while the other is away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from comity.agreements.identity import parse_identity
from comity.agreements.load import agreement_id, canonical_bytes
from comity.agreements.ready import load_instrument, narrow_parties
from comity.core.codec import decode_as
from comity.core.errors import Pending
from comity.core.vocabulary import Function
from comity.diplomacy.key_records import DeedRequest, KeyState
from comity.diplomacy.records import AgreementState, AgreementView
from comity.exercise.federation import AUTHORITIES, Federation, Member, await_until
from comity.exercise.staff import Person
from comity.identity.commands import Decided
from comity.ledger.checkpoint import parse_checkpoint
from comity.node.commands import verify
from comity.oversight.records import Verification
from comity.oversight.witness_records import Witnesses
from tests.support.roots import Root

pytestmark = pytest.mark.enable_socket


@pytest.fixture(name="pair")
def made_pair(tmp_path: Path) -> Iterator[Federation]:
    with contextlib.closing(Federation.open(tmp_path, ("FRA", "DEU"))) as pair:
        pair.trust_all()
        yield pair


def ask(member: Member, operation: str, **command: object) -> DeedRequest:
    return member.operate(operation, command, DeedRequest)


def install(member: Member, document: str) -> None:
    """Have two administrators install what the root signed."""
    command = {"document": document}
    with pytest.raises(Pending) as held:
        member.staff.first.client.call("keys.install", command, dict)
    member.staff.second.client.call("approval.approve", {"approval": held.value.approval}, Decided)


def keys(member: Member) -> KeyState:
    return member.operate("keys.show", {}, KeyState)


def signs(member: Member) -> str:
    return next((key.id for key in keys(member).keys if key.signs), "")


def vouched(member: Member, key: str, *, hybrid: bool) -> bool:
    """Say whether the witness vouches, without trouble, for a checkpoint that this key signed."""
    seen = member.operate("witness.list", {}, Witnesses).witnesses[0]
    if seen.note is None or seen.trouble is not None:
        return False
    named = next(each for each in keys(member).keys if each.id == key)
    return named.signs and (parse_checkpoint(seen.note.encode()).second is not None) == hybrid


def officers(member: Member) -> tuple[Person, Person]:
    authority = AUTHORITIES[member.node.party][0].partition(":")[0]
    hire = member.staff.hire
    return tuple(hire(f"treaty-officer-{n}", authority, Function.TREATY_OFFICER) for n in (1, 2))  # type: ignore[return-value]  # two


def together(pair: tuple[Person, Person], operation: str, **command: object) -> AgreementView:
    with pytest.raises(Pending) as held:
        pair[0].client.call(operation, command, dict)
    done = pair[1].client.call("approval.approve", {"approval": held.value.approval}, Decided)
    return decode_as((done.result or "").encode(), AgreementView)


def test_keys_follow_each_other_and_peers_follow_the_keys(
    pair: Federation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fra, deu = pair["FRA"], pair["DEU"]
    first = signs(fra)
    root = Root(tmp_path)

    fra.operate("witness.appoint", {"node": deu.node.founded.node}, Witnesses)
    await_until(lambda: vouched(fra, first, hybrid=False), "the witness vouches for what the first key signed")

    # A root takes over, and certifies a pair of the hybrid suite, which signs at once.
    install(fra, root.sign(ask(fra, "keys.request-root", root=root.public).document))
    second = ask(fra, "keys.request", hybrid=True)
    install(fra, root.sign(second.document))
    await_until(lambda: signs(fra) == second.key, "the new key signs")
    await_until(lambda: keys(fra).told[0].number == 2, "the peer acknowledges both deeds")
    (theirs,) = keys(deu).peers
    assert (theirs.root, theirs.deeds, [key.signs for key in theirs.keys]) == (root.key.id, 2, [False, True])
    identity = fra.node.directory / "identity.json"
    await_until(lambda: parse_identity(identity.read_bytes()).signed_by == second.key, "the identity is stated anew")

    await_until(
        lambda: vouched(fra, second.key, hybrid=True), "the witness vouches for what both halves of the new key signed"
    )

    # What it signs passes: a treaty is proposed, signed by both and in force, with both halves under it.
    treaty = narrow_parties(load_instrument("schengen-sis"), ("DEU", "FRA"))
    name, document = agreement_id(treaty), canonical_bytes(treaty).decode()
    french, german = officers(fra), officers(deu)
    together(french, "agreement.propose", document=document)
    together(french, "agreement.sign", agreement=name)

    def known(person: Person) -> AgreementView:
        return person.client.call("agreement.show", {"agreement": name}, AgreementView, purpose="peering")

    def signed() -> bool:
        page = german[0].client.call("agreement.list", {}, dict, purpose="peering")
        return any("FRA" in view["signed_by"] for view in page["agreements"])

    await_until(signed, "the signature by the new key arrives")
    together(german, "agreement.sign", agreement=name)
    await_until(lambda: known(french[0]).state is AgreementState.IN_FORCE, "the treaty is in force")

    # It is stolen while the peer is away: a third key takes its place, and the peer hears of it when it is back.
    deu.node.stop()
    third = ask(fra, "keys.request")
    install(fra, root.sign(third.document))
    gone = ask(fra, "keys.request-revocation", key=second.key, reason="stolen from the machine room")
    install(fra, root.sign(gone.document))
    await_until(lambda: signs(fra) == third.key, "the third key signs")
    deu.node.start()
    await_until(lambda: keys(fra).told[0].number == 4, "the peer acknowledges all four deeds")
    (theirs,) = keys(deu).peers
    assert [key.compromised_at is None for key in theirs.keys] == [True, False, True]
    assert keys(fra).keys[0].id == first

    # Whoever checks the ledger learns which key signed which checkpoints.
    await_until(lambda: vouched(fra, third.key, hybrid=False), "the witness vouches for what the third key signed")
    fra.node.stop()
    capsys.readouterr()
    assert verify([str(fra.node.directory), "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out, type=Verification)
    assert [each.key for each in told.keys] == [first, second.key, third.key]
