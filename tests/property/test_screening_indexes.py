"""The index in memory finds whom the index on SQL finds, whoever is held and whoever is asked about."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert
from sqlalchemy.sql import Executable

from comity.adapters.sql.rows import table_of
from comity.core.ids import Owner
from comity.core.ports import Delete, Insert, InsertMany, RecordChanged, Row
from comity.core.time import CivilDate
from comity.screening import (
    METADATA,
    MemoryIndex,
    Probe,
    SimpleIndex,
    Subject,
    SubjectDocument,
    SubjectName,
    store,
)
from comity.screening.records import Near, SubjectObject
from comity.screening.rules import keys_of

WORDS = (
    "Muller",
    "M\u00fcller",
    "Mueller",
    "Miller",
    "O'Neil",
    "al-Hadi",
    "Hadi",
    "Ana",
    "Anna",
    "Anne",
    "\u0141ukasz",
)
NAMES = st.builds(
    SubjectName,
    surname=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    forenames=st.lists(st.sampled_from(WORDS), max_size=2).map(" ".join),
    low_quality=st.booleans(),
)
DATES = st.sampled_from(("1970-01-02", "1970-02-01", "1970-11-30", "1970-01", "1970", "1981-12-11", "1981"))
DOCUMENTS = st.builds(
    SubjectDocument, country=st.sampled_from(("", "UTO", "XXA")), number=st.sampled_from(("A1", "a-1", "B2", "C3"))
)
THINGS = st.builds(
    SubjectObject,
    kind=st.sampled_from(("serial", "document_number")),
    number=st.sampled_from(("A1", "a-1", "A2", "B2")),
    country=st.sampled_from(("", "UTO", "XXA")),
)
NEAR = st.builds(
    Near,
    kind=st.sampled_from(("serial", "document_number")),
    numbers=st.lists(st.sampled_from(("A1", "A2", "B2", "C3")), max_size=3).map(tuple),
    country=st.sampled_from(("", "UTO")),
)
SUBJECTS = st.builds(
    Subject,
    category=st.sampled_from(("ARR", "REF")),
    names=st.lists(NAMES, max_size=2).map(tuple),
    birth_dates=st.lists(DATES, max_size=2).map(tuple),
    nationalities=st.lists(st.sampled_from(("UTO", "XXA")), max_size=1).map(tuple),
    documents=st.lists(DOCUMENTS, max_size=2).map(tuple),
    objects=st.lists(THINGS, max_size=2).map(tuple),
    expires=st.sampled_from((None, CivilDate("2026-10-31"), CivilDate("2027-01-01"))),
)
PROBES = st.builds(
    Probe,
    on=st.just(CivilDate("2026-11-25")),
    names=st.lists(NAMES, max_size=2).map(tuple),
    birth_date=st.none() | DATES,
    documents=st.lists(DOCUMENTS, max_size=2).map(tuple),
    objects=st.lists(THINGS, max_size=1).map(tuple),
    near=st.lists(NEAR, max_size=2).map(tuple),
    categories=st.sampled_from(((), ("ARR",))),
    kinds=st.sampled_from(((), ("alert",), ("listing",))),
)
Record: TypeAlias = tuple[int, str, Subject | None]
KINDS = st.sampled_from(("alert", "listing"))
RECORDS = st.lists(st.tuples(st.integers(0, 4), KINDS, st.none() | SUBJECTS), max_size=9)


class Shop:
    """The index's two tables in memory, and an index that hears of every change of them."""

    def __init__(self, connection: Connection) -> None:
        METADATA.create_all(connection)
        self.connection = connection
        self.memory = MemoryIndex()
        self.version = 0

    def read(self, query: object, parameters: Mapping[str, object] | None = None) -> Sequence[Row]:
        assert isinstance(query, Executable)
        return self.connection.execute(query, parameters).all()

    def put(self, number: int, kind: str, subject: Subject | None) -> None:
        self.version += 1
        owner = Owner(party="FRA", authority="court")
        change = RecordChanged(kind=kind, id=f"r{number}", owner=owner, version=self.version, record=owner)
        added = store.add(change, subject, keys_of(subject)) if subject else ()
        changes = (*store.remove(change), *added)
        self.memory.take(changes)
        for one in changes:
            if isinstance(one, Insert):
                self.connection.execute(insert(table_of(one.table)).values(**one.row))
            elif isinstance(one, InsertMany):
                rows = [dict(zip(one.columns, row, strict=True)) for row in one.rows]
                self.connection.execute(insert(table_of(one.table)), rows)
            elif isinstance(one, Delete):
                table = table_of(one.table)
                same = [table.c[name] == value for name, value in one.key.items()]
                self.connection.execute(delete(table).where(*same))


BORN = CivilDate("1970-01-02")
NAMELESS = Subject(category="ARR", names=(), birth_dates=(BORN,))
OF_TWO_NAMES = Subject(
    category="ARR",
    names=(SubjectName(surname="Muller", forenames="Muller"), SubjectName(surname="Muller", forenames="")),
    birth_dates=(BORN,),
)
NUMBERED = Subject(category="ARR", names=(), documents=(SubjectDocument(country="", number="A1"),))
BY_NUMBER = Probe(on=CivilDate("2026-11-25"), documents=NUMBERED.documents)
SOUGHT = Probe(on=CivilDate("2026-11-25"), names=(OF_TWO_NAMES.names[0],), birth_date=BORN)


@settings(max_examples=60, deadline=None)
@example(before=[], since=[(0, "alert", NAMELESS), (0, "alert", OF_TWO_NAMES)], probes=[SOUGHT])
@example(before=[], since=[(0, kind, NUMBERED) for kind in ("listing", "alert")], probes=[BY_NUMBER])
@given(before=RECORDS, since=RECORDS, probes=st.lists(PROBES, min_size=1, max_size=6))
def test_the_index_in_memory_finds_whom_the_index_on_sql_finds(
    before: Sequence[Record], since: Sequence[Record], probes: Sequence[Probe]
) -> None:
    engine = create_engine("sqlite://")
    with contextlib.closing(engine.connect()) as connection:
        shop = Shop(connection)
        for record in before:
            shop.put(*record)
        shop.memory.lay_out(shop.memory.begin(), shop.read)
        for record in since:
            shop.put(*record)

        for probe in probes:
            assert shop.memory.search(shop.read, probe) == SimpleIndex().search(shop.read, probe)
    engine.dispose()
