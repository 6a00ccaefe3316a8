"""The vocabulary of a mapped index, laid out from the name parts and the spellings of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from comity.screening.index.mapped.engine import compiled, whole
from comity.screening.index.mapped.expand import hash_of, part_number
from comity.screening.index.mapped.layout import Array, Writer
from comity.screening.index.mapped.phonetic import WIDTH, consonants, signature, skeleton, sound, without
from comity.screening.index.mapped.shapes import Vocabulary
from comity.screening.index.mapped.types import Bytes, Ids, Longs

Spellings = Iterable[Sequence[str]]
"""Groups of name parts (already normalised) that write the same name."""


@compiled
def _sounds(heap: Bytes, starts: Ids, sounds: Bytes, skeletons: Longs, signatures: Longs) -> None:
    for number in range(1, len(starts) - 1):
        at = number * WIDTH
        length = sound(heap, whole(starts[number]), whole(starts[number + 1]), sounds[at + 1 : at + WIDTH])
        sounds[at] = length
        skeletons[number] = skeleton(sounds, at + 1, length)
        signatures[number] = signature(sounds, at + 1, length)


@compiled
def _fill_table(heap: Bytes, starts: Ids, table: Ids) -> None:
    size = len(table)
    for number in range(1, len(starts) - 1):
        place = hash_of(heap, whole(starts[number]), whole(starts[number + 1])) % size
        while table[place] != 0:
            place = (place + 1) % size
        table[place] = number


@compiled
def _shortened(skeletons: Longs, keys: Longs, owners: Ids) -> int:
    """Write each skeleton, whole and without one consonant, with its place; return how many there are."""
    count = 0
    for at in range(len(skeletons)):
        own = whole(skeletons[at])
        size = consonants(own)
        last = -1
        for place in range(size + 1):
            key = own if place == size else without(own, place)
            if key != last:
                keys[count] = key
                owners[count] = at
                count += 1
            last = key
    return count


def _heap(tokens: Sequence[bytes]) -> tuple[Bytes, Ids]:
    lengths = np.fromiter((len(token) for token in tokens), np.int64, len(tokens))
    starts = np.zeros(len(tokens) + 2, np.uint32)
    np.cumsum(lengths, out=starts[2:], dtype=np.uint32)
    return np.frombuffer(b"".join(tokens) or b"\0", np.uint8), starts


def lay_out(tokens: Sequence[str], counts: Array, spellings: Spellings, writer: Writer) -> Ids:
    """Write the vocabulary and return, for each token given (its place plus one), its number; entry 0 is 0.

    `counts` says in how many rows each token is.
    """
    encoded = [token.encode() for token in tokens]
    heap, starts = _heap(encoded)
    size = len(tokens) + 1
    sounds, skeletons, signatures = np.zeros(size * WIDTH, np.uint8), np.zeros(size, np.int64), np.zeros(size, np.int64)
    _sounds(heap, starts, sounds, skeletons, signatures)
    # By consonants, sound and text: neighbours begin alike, and equal input gives an equal file.
    codes = sounds.reshape(size, WIDTH)[1:, 1:].tobytes()
    spans = [codes[at : at + WIDTH - 1] for at in range(0, len(codes), WIDTH - 1)]
    ranks = skeletons[1:].tolist()
    order = np.array(sorted(range(len(tokens)), key=lambda at: (ranks[at], spans[at], encoded[at])), np.int64)
    numbers = np.zeros(size, np.uint32)
    numbers[order + 1] = np.arange(1, size, dtype=np.uint32)
    rows = np.concatenate(([0], order + 1))
    heap, starts = _heap([encoded[at] for at in order])
    sounds = sounds.reshape(size, WIDTH)[rows].reshape(-1)
    skeletons = skeletons[rows]
    writer.add("heap", heap)
    writer.add("starts", starts)
    writer.add("sounds", sounds)
    writer.add("signatures", signatures[rows])
    writer.add("counts", np.concatenate(([0], counts[order])).astype(np.uint32))
    table = np.zeros(1 << max(4, int(size * 2 - 1).bit_length()), np.uint32)
    _fill_table(heap, starts, table)
    writer.add("table", table)
    distinct, first = np.unique(skeletons[1:], return_index=True)
    writer.add("skeletons", distinct)
    writer.add("skeleton_starts", np.append(first + 1, size).astype(np.uint32))
    _lay_out_near(distinct, writer)
    _lay_out_spellings(spellings, Vocabulary(*_partly(heap, starts, table)), writer)
    return numbers


def _partly(heap: Bytes, starts: Ids, table: Ids) -> tuple[Array, ...]:
    """Return as much of a vocabulary as finding a part by its text needs."""
    none_bytes, none, longs = np.zeros(0, np.uint8), np.zeros(0, np.uint32), np.zeros(0, np.int64)
    return heap, starts, table, none, none_bytes, longs, longs, none, longs, none, none, longs, none, none, none


def _lay_out_near(skeletons: Longs, writer: Writer) -> None:
    keys, owners = np.zeros(len(skeletons) * 13, np.int64), np.zeros(len(skeletons) * 13, np.uint32)
    count = _shortened(skeletons, keys, owners)
    order = np.argsort(keys[:count], kind="stable")
    distinct, first = np.unique(keys[:count][order], return_index=True)
    writer.add("near_keys", distinct)
    writer.add("near_starts", np.append(first, count).astype(np.uint32))
    writer.add("near", owners[:count][order])


_NO_GROUPS: Final = (0,)


def _lay_out_spellings(spellings: Spellings, vocabulary: Vocabulary, writer: Writer) -> None:
    hashes: list[int] = []
    groups: list[int] = []
    members: list[int] = []
    ends: list[int] = []
    for group in spellings:
        stored = []
        for token in dict.fromkeys(group):
            text = np.frombuffer(token.encode(), np.uint8)
            told = hash_of(text, 0, len(text))
            hashes.append(told)
            groups.append(len(ends))
            number = part_number(vocabulary, text, told)
            if number:
                stored.append(number)
        members += stored
        ends.append(len(members))
    order = np.argsort(np.array(hashes, np.int64), kind="stable")
    writer.add("variant_hashes", np.array(hashes, np.int64)[order])
    writer.add("variant_groups", np.array(groups, np.uint32)[order])
    writer.add("group_starts", np.array((*_NO_GROUPS, *ends), np.uint32))
    writer.add("group_members", np.array(members, np.uint32))
