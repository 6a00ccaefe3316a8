"""The quick ways of the exchange write and read exactly what the long ways do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.errors import BadInput
from comity.core.ids import NodeId, Owner
from comity.core.time import CivilDate, Instant
from comity.core.vocabulary import Purpose
from comity.exchange.delivery import due, seal, sealed
from comity.exchange.frame import write_frame
from comity.exchange.records import Profile
from comity.exchange.statement import Statement, read_statement, statement_bytes
from comity.exchange.template import Template
from tests.support.exchange_nodes import two_nodes

words = st.text(min_size=1, max_size=12)
keys = st.text("abcdefgh_é", min_size=0, max_size=4)
leaves = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=12) | st.floats(allow_nan=False)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))
payloads = st.none() | st.dictionaries(keys, values, max_size=4)
numbers = st.sampled_from([1, 2, 2**53 - 1, 2**53])
instants = st.sampled_from([0, 1, 2**53 - 1, 2**53, -(2**53)]).map(Instant)
digests = st.none() | st.just("0" * 64)

MODEL = Statement(
    agreement="a" * 64,
    clause="art-1",
    owner=Owner(party="FRA", authority="police"),
    operation="enter",
    category="ARR",
    purpose=Purpose.POLICE,
    kind="note",
    schema=1,
    id="x",
    version=1,
    previous=None,
    issued=Instant(1),
    expires=None,
    delete_by=CivilDate("2027-01-01"),
    classification="restricted",
    conditions=("log",),
    key="k",
    suite="ed25519",
    profile=Profile.EXERCISE,
    node=NodeId("n"),
    payload=None,
)


@settings(max_examples=100)
@given(clause=words, name=words, version=numbers, issued=instants, payload=payloads, previous=digests)
def test_a_template_writes_what_the_statement_alone_would_be_written_as(
    clause: str,
    name: str,
    version: int,
    issued: Instant,
    payload: dict[str, object] | None,
    previous: str | None,
) -> None:
    model = msgspec.structs.replace(MODEL, clause=clause)
    whole = msgspec.structs.replace(model, id=name, version=version, issued=issued, payload=payload, previous=previous)

    expected = outcome(lambda: statement_bytes(whole))

    assert outcome(lambda: Template(model).write(name, version, issued, payload, previous)) == expected
    # What is within the profile, any receiver reads again.
    if isinstance(expected, bytes) and max(version, abs(issued)) < 2**53:
        assert read_statement(expected) == whole


def outcome(write: Callable[[], bytes]) -> bytes | str:
    """Return what was written, or the code of the refusal."""
    try:
        return write()
    except BadInput as refusal:
        return refusal.code


def test_a_frame_made_of_whole_segments_is_the_frame_made_of_their_items(tmp_path: Path) -> None:
    with two_nodes(tmp_path) as (fra, deu):
        peer = fra.peer(deu.home.node)
        for record, version, text in (("a", 1, "one"), ("b", 1, "two"), ("a", 2, "three"), ("b", 2, None)):
            fra.publish(record, version, text)
            batch = fra.acts.view(peer, lambda work: due(work, peer, fra.sending)).batch
            assert batch is not None
            now = fra.house.clock.now()

            frame = seal(batch, peer, fra.sending, now, fra.signer)
            sent, raw = sealed(batch, peer, fra.sending, now, fra.signer)

            assert raw == write_frame(frame)
            assert (sent.first, sent.last, sent.root) == (frame.header.first, frame.header.last, frame.header.root)
