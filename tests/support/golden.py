"""One fixed key and one fixed input of each message of wire v1, whose exact bytes are kept in `golden/*.hex`."""

from __future__ import annotations

from comity.adapters.keys_file import FileSigner
from comity.agreements.signing import sign_agreement
from comity.core.codec import encode
from comity.core.ids import AgreementId, Owner
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.exchange.frame import Route, seal_frame, write_frame
from comity.exchange.hello import Hello, Problem, Pull, write_hello
from comity.exchange.receipt import Receipt, sign_receipt, write_receipt
from comity.exchange.records import ItemOutcome, Profile, Status, StreamPosition
from comity.exchange.segment import FrameItem
from comity.exchange.signing import node_id
from comity.exchange.statement import Statement, write_statement

SIGNER = FileSigner(bytes(range(32)))
OTHER = FileSigner(bytes(range(32, 64)))
NODE = node_id(SIGNER.suite, SIGNER.public_key)
RECEIVER = node_id(OTHER.suite, OTHER.public_key)
AGREEMENT = AgreementId("ab" * 32)
ISSUED = Instant(1_764_072_000_000_000)

STATEMENT = Statement(
    agreement=AGREEMENT,
    clause="notes.1",
    owner=Owner(party="FRA", authority="police"),
    operation="enter",
    category="NOTE",
    purpose=Purpose.BORDERS,
    kind="note",
    schema=1,
    id="01k0000000000000000000test",
    version=1,
    previous=None,
    issued=ISSUED,
    expires=None,
    delete_by=CivilDate("2029-11-25"),
    classification="restricted",
    conditions=("no-onward-transfer",),
    key=SIGNER.key_id,
    suite=SIGNER.suite,
    profile=Profile.EXERCISE,
    node=NODE,
    payload={"text": "Zoë Ærø (synthetic)", "list": [1, True, None, {"a": ""}]},
)
TOMBSTONE = Statement(
    **{
        **{name: getattr(STATEMENT, name) for name in STATEMENT.__struct_fields__},
        "operation": "delete",
        "version": 2,
        "previous": write_statement(STATEMENT)[1],
        "payload": None,
    }
)


def messages() -> dict[str, bytes]:
    """Return the exact bytes of each golden message by name."""
    statement, tombstone = write_statement(STATEMENT)[0], write_statement(TOMBSTONE)[0]
    withheld = FrameItem.of(statement)
    items = (
        FrameItem.of(statement, SIGNER.sign(statement)),
        FrameItem.of(tombstone),
        FrameItem(withheld.digest, None),
    )
    frame = seal_frame(Route(NODE, RECEIVER, "synthetic-notes"), 7, items, ISSUED, SIGNER)
    exceptions = (
        ItemOutcome(sequence=8, status=Status.REFUSED, reasons=("NOT_BOUND",)),
        ItemOutcome(sequence=9, status=Status.DEFERRED, reasons=("UNKNOWN_AGREEMENT",), retry_after_s=5),
    )
    receipt = Receipt(
        sender=NODE,
        receiver=RECEIVER,
        stream="synthetic-notes",
        epoch=1,
        first=7,
        last=9,
        root=frame.header.root,
        decided=9,
        exceptions=exceptions,
        recorded=ISSUED,
        key=OTHER.key_id,
        suite=OTHER.suite,
    )
    hello = Hello(
        node=NODE,
        party="FRA",
        profile=Profile.EXERCISE,
        kinds=("alert@1", "note@1"),
        streams=(StreamPosition(stream="peering", received=3),),
        peering=sign_agreement(AGREEMENT, party="FRA", node=NODE, at=ISSUED, signer=SIGNER),
        clock=ISSUED,
    )
    return {
        "statement": statement,
        "tombstone": tombstone,
        "frame": write_frame(frame),
        "receipt": write_receipt(sign_receipt(receipt, OTHER)),
        "hello": write_hello(hello),
        "pull": encode(Pull(stream="synthetic-notes", next=8)),
        "problem": encode(Problem(code="exchange.clock-skew", retry_after_s=60)),
    }
