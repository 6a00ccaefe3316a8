"""What kernels take: arrays of the mapped file, the question, and scratch. Tuples: compiled code reads these."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from comity.screening.index.mapped.types import Bytes, Ids, Longs, Words

ROW_TOKENS: Final = 5
"""Name parts of a row; a longer name has several rows."""
TOKEN_MASK: Final = 0x0FFF_FFFF
DAY_FIRST: Final = 0x8000_0000
"""Set in the first name part of a row whose day is the smaller number of its date."""
PLAIN: Final = 0x4000_0000
"""Set in the first name part of a row whose parts are its whole name, each a Latin word that has one reading only."""
LATIN: Final = 0x2000_0000
"""Set where the parts are a whole Latin name by its likeliest readings, `PLAIN` or not."""
KEY_MASK: Final = 0x1FFF_FFFF
ASKED_TOKENS: Final = 8
"""Name parts of a question; of a longer name the rarest are asked for."""
BLOCK: Final = 1 << 20
TABLE: Final = 8192
BLOOM_WORDS: Final = 2048
SEEN: Final = 8192
BUFFER: Final = 1 << 16
SCORES: Final = 2048
SHARED: Final = 1
NEAR: Final = 2


class Vocabulary(NamedTuple):
    """The name parts that are stored, in order of their consonants; number 0 is none.

    `heap[starts[i]:starts[i + 1]]` is part `i`; `table` finds it by hash (open addressing); `counts` says in how many
    rows it is. `skeletons` (rising) begin at `skeleton_starts`; `near` lists them by what is left less one consonant.
    `variant_hashes` (rising) are spellings, in `variant_groups`, whose stored members `group_starts` and
    `group_members` list.
    """

    heap: Bytes
    starts: Ids
    table: Ids
    counts: Ids
    sounds: Bytes
    signatures: Longs
    skeletons: Longs
    skeleton_starts: Ids
    near_keys: Longs
    near_starts: Ids
    near: Ids
    variant_hashes: Longs
    variant_groups: Ids
    group_starts: Ids
    group_members: Ids


class Rows(NamedTuple):
    """The stored rows in order of their dates: `days[k]:days[k + 1]` are the rows of date key `k`.

    `postings[posting_starts[i]:posting_starts[i + 1]]` are the rows with name part `i`, rising.
    """

    tokens: Ids
    numbers: Ids
    days: Ids
    posting_starts: Longs
    postings: Ids


class Recent(NamedTuple):
    """Rows that came since the file was built, in the order of their coming; `used[0]` of them are there.

    Those whose `alive` is 0 were overtaken or withdrawn.
    """

    tokens: Ids
    keys: Ids
    alive: Bytes
    used: Longs


class Question(NamedTuple):
    """What is looked for: the stored name parts that each part of the name may mean, and what they are worth.

    `lists`: name parts, the most valuable first; `part`: the place in the name that they are for; `value`: in eighths
    of a bit; `traits`: whether another place shares the part (`SHARED`) and whether it is nearly the one asked for
    (`NEAR`). `keys`, `values`, `sure`: the same as a table, from part to its value at each place. `bloom` quickly says
    no. `facts`: places, lists, the name's own value, whether meanings were left out.
    """

    lists: Ids
    part: Bytes
    value: Bytes
    traits: Bytes
    keys: Ids
    values: Bytes
    sure: Bytes
    bloom: Ids
    facts: Longs


class Scratch(NamedTuple):
    """Memory of one thread: never shared."""

    sound: Bytes
    grid: Words
    seen: Ids
    found: Ids
    likeness: Bytes
    level: Longs
    mask: Bytes
    begins: Longs
    ends: Longs
    rows: Ids
    scores: Words
    tally: Words


def recent(capacity: int) -> Recent:
    """Return room for that many rows."""
    return Recent(
        tokens=np.zeros((capacity, ROW_TOKENS), np.uint32),
        keys=np.zeros(capacity, np.uint32),
        alive=np.zeros(capacity, np.uint8),
        used=np.zeros(1, np.int64),
    )


def question() -> Question:
    """Return an empty question."""
    lists = TABLE // 2
    return Question(
        lists=np.zeros(lists, np.uint32),
        part=np.zeros(lists, np.uint8),
        value=np.zeros(lists, np.uint8),
        traits=np.zeros(lists, np.uint8),
        keys=np.zeros(TABLE, np.uint32),
        values=np.zeros((TABLE, ASKED_TOKENS), np.uint8),
        sure=np.zeros(TABLE, np.uint8),
        bloom=np.zeros(BLOOM_WORDS, np.uint32),
        facts=np.zeros(8, np.int64),
    )


def scratch() -> Scratch:
    """Return scratch for one thread, about 2.5 MB."""
    lists = TABLE // 2
    return Scratch(
        sound=np.zeros(16, np.uint8),
        grid=np.zeros(16 * 16, np.int32),
        seen=np.zeros(SEEN, np.uint32),
        found=np.zeros(SEEN, np.uint32),
        likeness=np.zeros(SEEN, np.uint8),
        level=np.zeros(2, np.int64),
        mask=np.zeros(BLOCK, np.uint8),
        begins=np.zeros(lists, np.int64),
        ends=np.zeros(lists, np.int64),
        rows=np.zeros(BUFFER, np.uint32),
        scores=np.zeros(BUFFER, np.int32),
        tally=np.zeros(SCORES, np.int32),
    )
