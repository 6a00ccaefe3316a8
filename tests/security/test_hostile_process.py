"""A trusted peer turns hostile and speaks to a real node's peer port: nothing of what it says is stored."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from comity.adapters.clock import SystemClock
from comity.adapters.framing import pack, read_message, send_message
from comity.adapters.keys_file import load_key
from comity.adapters.peerlink import make_certificate
from comity.adapters.peerlink.messages import Message, message_of
from comity.adapters.peerlink.tls import client_context
from comity.agreements.identity import Identity, parse_identity
from comity.alerts.commands import AlertPage
from comity.alerts.records import ALERT_KIND
from comity.core.codec import decode_canonical_as
from comity.core.errors import Unreachable
from comity.core.ids import NodeId, Owner
from comity.core.ports import Signer
from comity.core.vocabulary import Function, Purpose
from comity.diplomacy.records import PeerList
from comity.exchange.frame import Frame, Route, seal_frame, write_frame
from comity.exchange.hello import Hello, Problem, read_hello, write_hello
from comity.exchange.receipt import read_receipt
from comity.exchange.records import Profile, Status
from comity.exchange.segment import FrameItem
from comity.exchange.statement import Statement, write_statement
from comity.exercise.federation import AUTHORITIES, Federation, Member
from comity.oversight.records import Verification
from tests.support.live import ask

STREAM = "schengen-sis"
LIMIT_S = 5.0


@dataclass(frozen=True)
class Turncoat:
    """Has everything that the trusted node of FRA had, and none of its manners."""

    victim: Member
    keys: Path
    own: Identity
    other: Identity
    agreement: str
    signer: Signer

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, Hello]]:
        """Connect with the pinned certificate, and greet."""
        context = client_context(self.keys / "tls.crt", self.keys / "tls.key", self.other.tls.certificate)
        address = self.other.addresses[0]
        reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context, server_hostname="")
        try:
            hello = Hello(
                node=NodeId(self.own.node),
                party=self.own.party,
                profile=Profile.EXERCISE,
                kinds=(f"{ALERT_KIND}@1",),
                streams=(),
                peering=None,
                clock=SystemClock().now(),
            )
            await send_message(writer, Message.HELLO, write_hello(hello), LIMIT_S)
            number, welcome = await read_message(reader, LIMIT_S)
            assert message_of(number) is Message.WELCOME
            yield reader, writer, read_hello(welcome)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def say(self, kind: Message, payload: bytes) -> tuple[Message, bytes]:
        """Say one thing on a connection of its own and return the answer."""
        async with self.connection() as (reader, writer, _):
            await send_message(writer, kind, payload, LIMIT_S)
            number, answer = await read_message(reader, LIMIT_S)
            return message_of(number), answer

    async def next_place(self) -> int:
        """Return where the stream goes on: the agreement's signatures travel on it before any record does."""
        async with self.connection() as (_, _, welcome):
            return 1 + max((at.received for at in welcome.streams if at.stream == STREAM), default=0)

    def statement(self, **lies: object) -> Statement:
        """Return an honest statement but for the lies."""
        authority = AUTHORITIES["FRA"][1].partition(":")[0]
        honest = Statement(
            agreement=self.agreement,
            clause="arr.replicate",
            owner=Owner(party="FRA", authority=authority),
            operation="enter",
            category="ARR",
            purpose=Purpose.POLICE,
            kind=ALERT_KIND,
            schema=1,
            id="01m884mexj2k39w689t8er1ry6",
            version=1,
            previous=None,
            issued=SystemClock().now(),
            expires=None,
            delete_by=None,
            classification="restricted",
            conditions=(),
            key=self.signer.key_id,
            suite=self.signer.suite,
            profile=Profile.EXERCISE,
            node=NodeId(self.own.node),
            payload={"reason": "synthetic"},
        )
        return msgspec.structs.replace(honest, **lies)

    def frame(self, *statements: Statement | bytes, first: int) -> Frame:
        """Seal anything."""
        raws = [said if isinstance(said, bytes) else write_statement(said)[0] for said in statements]
        items = [FrameItem.of(raw, self.signer.sign(raw)) for raw in raws]
        route = Route(NodeId(self.own.node), NodeId(self.other.node), STREAM)
        return seal_frame(route, first, items, SystemClock().now(), self.signer)


@pytest.fixture(scope="module")
def turncoat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turncoat]:
    folder = tmp_path_factory.mktemp("hostile")
    with contextlib.closing(Federation.open(folder, ("DEU", "FRA"))) as federation:
        federation.trust_all()
        agreement = federation.agree()
        trusted = federation["FRA"].node
        trusted.stop()
        yield Turncoat(
            victim=federation["DEU"],
            keys=trusted.directory / "keys",
            own=parse_identity((trusted.directory / "identity.json").read_bytes().strip()),
            other=parse_identity((federation["DEU"].node.directory / "identity.json").read_bytes().strip()),
            agreement=agreement,
            signer=load_key(trusted.directory / "keys" / "signing.key"),
        )


def test_lies_over_the_real_link_are_refused_and_nothing_is_stored(turncoat: Turncoat) -> None:
    lies: list[Statement | bytes] = [
        turncoat.statement(owner=Owner(party="DEU", authority="bundeskriminalamt")),
        turncoat.statement(owner=Owner(party="IRL", authority="immigration-service")),
        turncoat.statement(kind="gossip"),
        turncoat.statement(category="SECRET"),
        turncoat.statement(profile=Profile.PRODUCTION),
        turncoat.statement(payload={"reason": "synthetic", "grounds": "nobody's business"}),
        b'{"agreement":1.5}',
        b"\x00\xff",
    ]

    frame = turncoat.frame(*lies, first=asyncio.run(turncoat.next_place()))
    kind, answer = asyncio.run(turncoat.say(Message.FRAME, write_frame(frame)))

    assert kind is Message.RECEIPT
    outcomes = read_receipt(answer).receipt.outcomes
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert len(outcomes) == len(lies)
    assert all(outcome.reasons for outcome in outcomes)
    assert unharmed(turncoat)


def test_frames_that_are_broken_or_signed_by_a_stranger_are_told_so(turncoat: Turncoat) -> None:
    whole = turncoat.frame(turncoat.statement(), first=9)
    stranger = replace(whole, signature=bytes(64))

    for payload in (b"", b"\x00" * 100, write_frame(whole)[:-3], write_frame(stranger)):
        kind, answer = asyncio.run(turncoat.say(Message.FRAME, payload))

        assert kind is Message.PROBLEM
        assert decode_canonical_as(answer, Problem).code
    assert unharmed(turncoat)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xff\xff\xff\x03", b"\x00\x00\x00\x00\xee", pack(Message.WELCOME, b"{}"), os.urandom(400)],
    ids=["eight times too large", "a message of no type", "out of turn", "noise"],
)
def test_what_is_no_message_ends_the_connection(turncoat: Turncoat, data: bytes) -> None:
    async def rage() -> None:
        async with turncoat.connection() as (reader, writer, _):
            writer.write(data)
            writer.write_eof() if writer.can_write_eof() else None
            with contextlib.suppress(Unreachable):
                number, _ = await read_message(reader, LIMIT_S)
                assert message_of(number) is Message.PROBLEM

    asyncio.run(rage())

    assert unharmed(turncoat)


def test_a_stranger_is_not_greeted(turncoat: Turncoat, tmp_path: Path) -> None:
    made = make_certificate("f" * 26, SystemClock().now(), os.urandom(16))
    (tmp_path / "tls.crt").write_text(made.certificate)
    (tmp_path / "tls.key").write_text(made.private_key)

    with pytest.raises((Unreachable, OSError)):
        asyncio.run(replace(turncoat, keys=tmp_path).say(Message.PING, b""))

    assert unharmed(turncoat)


def test_two_stories_at_one_place_of_a_stream_freeze_the_peer(turncoat: Turncoat) -> None:
    place = asyncio.run(turncoat.next_place())
    stories = [
        turncoat.frame(turncoat.statement(kind="gossip", id=name), first=place) for name in ("another", "yet-another")
    ]

    first, _ = asyncio.run(turncoat.say(Message.FRAME, write_frame(stories[0])))
    kind, answer = asyncio.run(turncoat.say(Message.FRAME, write_frame(stories[1])))

    assert (first, kind) == (Message.RECEIPT, Message.PROBLEM)
    assert decode_canonical_as(answer, Problem).code == "exchange.equivocation"
    shown = turncoat.victim.operate("peer.list", {}, PeerList)
    assert [peer.state for peer in shown.peers] == ["frozen"]
    assert unharmed(turncoat)


def unharmed(turncoat: Turncoat) -> bool:
    """Whether the node answers, holds nothing of the peer's, has a sound ledger and made no mistake of its own."""
    staff = turncoat.victim.staff
    if "reader" not in staff.people:
        staff.hire("reader", AUTHORITIES["DEU"][0].partition(":")[0], Function.ALERT_OFFICER)
    page = staff.people["reader"].client.call("alert.list", {}, AlertPage, purpose=Purpose.POLICE)
    verified = staff.supervisor.client.call("ledger.verify", {}, Verification, purpose=Purpose.SUPERVISION)
    log = turncoat.victim.node.log.read_text("utf-8")
    lives = ask(turncoat.victim.node.url, "GET", "/health").status == 200
    return lives and verified.sound and page.alerts == () and "defect" not in log and "Traceback" not in log
