"""Kernel: which stored name parts one asked for may mean, and how alike each is (0 to 255).

Five ways lead there: the part itself, spellings that a resource lists together, other forms of a surname (`endings`),
consonants that are equal or differ in one, and a common beginning. Vowels, voicing and doubled letters are free in
that, and weigh little in the likeness.
"""

from __future__ import annotations

from typing import Final

from comity.screening.index.mapped.engine import compiled, inlined, ones, whole
from comity.screening.index.mapped.phonetic import (
    SKELETON,
    WIDTH,
    consonants,
    distance,
    first_row,
    signature,
    skeleton,
    sound,
    without,
)
from comity.screening.index.mapped.shapes import SEEN, Scratch, Vocabulary
from comity.screening.index.mapped.types import Bytes, Ids, Longs

EXACT: Final = 255
SPELLING: Final = 238
"""Likeness of a part that a resource gives as another spelling."""
OTHER_FORM: Final = 222
"""Likeness of a surname's other form, a woman's or a man's: just less than what is taken to be the part itself."""
SAME_SOUND: Final = 246
LEAST: Final = 150
LEAST_OF_SKELETON: Final = 110
LENGTH_SLACK: Final = 2
ENDING_SLACK: Final = 5
BEGINNING: Final = 3
PAIRS_SHARED: Final = 5
"""Twentieths of their pairs of sounds that two parts must share on average."""
_FULL: Final = SEEN // 2
_SALT: Final = 0x9E3779B1


@compiled
def hash_of(text: Bytes, start: int, end: int) -> int:
    """Return a 63-bit hash of bytes."""
    told = 0x1B873593
    for place in range(start, end):
        told = ((told ^ whole(text[place])) * 0x100000001B3) & 0x7FFFFFFFFFFFFFFF
        told ^= told >> 29
    return told


@compiled
def bits_set(word: int) -> int:
    """Return how many bits of a non-negative 63-bit word are set."""
    return ones(word)


@compiled
def part_number(vocabulary: Vocabulary, text: Bytes, told: int) -> int:
    """Return the number of a stored name part, 0 where it is not stored; `told` is its hash."""
    return part_within(vocabulary, text, (0, len(text)), told)


@compiled
def part_within(vocabulary: Vocabulary, text: Bytes, bounds: tuple[int, int], told: int) -> int:
    """Return the number of a name part that stands within a text, 0 where it is not stored; `told` is its hash."""
    first, length = bounds[0], bounds[1] - bounds[0]
    size = len(vocabulary.table)
    place = told % size
    for _ in range(size):
        number = whole(vocabulary.table[place])
        if number == 0 or number + 1 >= len(vocabulary.starts):
            return 0
        start, end = whole(vocabulary.starts[number]), whole(vocabulary.starts[number + 1])
        if end - start == length and end <= len(vocabulary.heap):
            same = True
            for at in range(length):
                if vocabulary.heap[start + at] != text[first + at]:
                    same = False
                    break
            if same:
                return number
        place = (place + 1) % size
    return 0


@inlined
def _note(scratch: Scratch, count: int, number: int, likeness: int) -> int:
    """Note a part once, with the greatest likeness told; return how many are noted."""
    place = ((number * _SALT) & 0xFFFFFFFF) % SEEN
    while scratch.seen[place] != 0:
        at = whole(scratch.seen[place]) - 1
        if scratch.found[at] == number:
            if likeness > whole(scratch.likeness[at]):
                scratch.tally[whole(scratch.likeness[at])] -= 1
                scratch.tally[likeness] += 1
                scratch.likeness[at] = likeness
            return count
        place = (place + 1) % SEEN
    if count >= _FULL:
        return count
    scratch.seen[place] = count + 1
    scratch.found[count] = number
    scratch.likeness[count] = likeness
    scratch.tally[likeness] += 1
    return count + 1


@inlined
def _alike(vocabulary: Vocabulary, scratch: Scratch, number: int, least: int, known: int) -> tuple[int, int]:
    """Return how alike the sounds of the asked and a stored part are, 0 where that is less than `least`.

    `known` and the second number: rows of the table of distances that hold, as in `distance`.
    """
    at = number * WIDTH
    longest = max(whole(scratch.sound[0]), whole(vocabulary.sounds[at]), 3)
    limit = (SAME_SOUND - least) * longest * 10 // SAME_SOUND
    apart, known = distance(scratch.sound, vocabulary.sounds, at, known, limit, scratch.grid)
    likeness = SAME_SOUND - (apart * SAME_SOUND) // (longest * 10)
    return likeness if likeness >= least else 0, known


@inlined
def _common(sounds: Bytes, one: int, other: int, most: int) -> int:
    """Return how many codes two stored sounds begin with in common, at most `most`."""
    common = 0
    while common < most and sounds[one * WIDTH + 1 + common] == sounds[other * WIDTH + 1 + common]:
        common += 1
    return common


@compiled
def _by_spelling(vocabulary: Vocabulary, scratch: Scratch, count: int, told: int) -> int:
    low, high = 0, len(vocabulary.variant_hashes)
    while low < high:
        middle = (low + high) // 2
        if whole(vocabulary.variant_hashes[middle]) < told:
            low = middle + 1
        else:
            high = middle
    while low < len(vocabulary.variant_hashes) and whole(vocabulary.variant_hashes[low]) == told:
        group = whole(vocabulary.variant_groups[low])
        for at in range(whole(vocabulary.group_starts[group]), whole(vocabulary.group_starts[group + 1])):
            count = _note(scratch, count, whole(vocabulary.group_members[at]), SPELLING)
        low += 1
    return count


@compiled
def _by_ending(vocabulary: Vocabulary, scratch: Scratch, count: int, forms: Bytes) -> int:
    """Note the forms that are stored; each ends with a 0."""
    start = 0
    for at in range(len(forms)):
        if forms[at] != 0:
            continue
        number = part_within(vocabulary, forms, (start, at), hash_of(forms, start, at))
        if number > 0:
            count = _note(scratch, count, number, OTHER_FORM)
        start = at + 1
    return count


@compiled
def _at_least(keys: Longs, wanted: int) -> int:
    """Return the place of the first of rising keys that is not below `wanted`."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _raise_level(scratch: Scratch) -> None:
    """Ask for more likeness once as many parts as are wanted have it: the rest would be left out in the end."""
    level = 255
    above = whole(scratch.tally[level])
    while level > scratch.level[0] and above < scratch.level[1]:
        level -= 1
        above += whole(scratch.tally[level])
    scratch.level[0] = level


@compiled
def _by_range(vocabulary: Vocabulary, scratch: Scratch, count: int, numbers: tuple[int, int], slack: int) -> int:
    """Note the parts of a range that are alike. Where consonants are few, pairs of sounds tell most apart."""
    length = whole(scratch.sound[0])
    own = signature(scratch.sound, 1, length)
    few = consonants(skeleton(scratch.sound, 1, length)) < BEGINNING
    last, known = 0, 0
    for number in range(numbers[0], numbers[1]):
        its_length = whole(vocabulary.sounds[number * WIDTH])
        if abs(its_length - length) > slack:
            continue
        if few:
            shared = bits_set(own & whole(vocabulary.signatures[number]))
            if shared * 20 < PAIRS_SHARED * (its_length + length + 2):
                continue
        known = _common(vocabulary.sounds, last, number, min(known, its_length))
        likeness, known = _alike(vocabulary, scratch, number, whole(scratch.level[0]), known)
        last = number
        if likeness > 0:
            count = _note(scratch, count, number, likeness)
    _raise_level(scratch)
    return count


@compiled
def _by_skeleton(vocabulary: Vocabulary, scratch: Scratch, count: int, own: int) -> int:
    """Note the parts of equal consonants, however their vowels differ."""
    at = _at_least(vocabulary.skeletons, own)
    if at == len(vocabulary.skeletons) or vocabulary.skeletons[at] != own:
        return count
    last, known = 0, 0
    for number in range(whole(vocabulary.skeleton_starts[at]), whole(vocabulary.skeleton_starts[at + 1])):
        known = _common(vocabulary.sounds, last, number, min(known, whole(vocabulary.sounds[number * WIDTH])))
        likeness, known = _alike(vocabulary, scratch, number, LEAST_OF_SKELETON, known)
        last = number
        if likeness > 0:
            count = _note(scratch, count, number, likeness)
    return count


@compiled
def _by_near_skeletons(vocabulary: Vocabulary, scratch: Scratch, count: int, own: int) -> int:
    """Note the parts whose consonants are within one of the asked one's: the same once each has lost one at most."""
    size = consonants(own)
    slack = LENGTH_SLACK + whole(scratch.sound[0]) // 4
    last = -1
    for place in range(size + 1):
        wanted = own if place == size else without(own, place)
        if wanted == last:
            continue
        last = wanted
        at = _at_least(vocabulary.near_keys, wanted)
        if at == len(vocabulary.near_keys) or vocabulary.near_keys[at] != wanted:
            continue
        for entry in range(whole(vocabulary.near_starts[at]), whole(vocabulary.near_starts[at + 1])):
            other = whole(vocabulary.near[entry])
            if vocabulary.skeletons[other] != own:
                numbers = (whole(vocabulary.skeleton_starts[other]), whole(vocabulary.skeleton_starts[other + 1]))
                count = _by_range(vocabulary, scratch, count, numbers, slack)
    return count


@compiled
def _by_beginning(vocabulary: Vocabulary, scratch: Scratch, count: int, own: int) -> int:
    """Note the parts that begin with the same consonants, at least three: endings differ by sex and language."""
    size = consonants(own)
    if size < BEGINNING:
        return count
    shift = 5 * (SKELETON - max(BEGINNING, size - 2))
    first = own >> shift << shift
    low, high = _at_least(vocabulary.skeletons, first), _at_least(vocabulary.skeletons, first + (1 << shift))
    numbers = (whole(vocabulary.skeleton_starts[low]), whole(vocabulary.skeleton_starts[high]))
    return _by_range(vocabulary, scratch, count, numbers, ENDING_SLACK)


@compiled
def expand(vocabulary: Vocabulary, scratch: Scratch, text: Bytes, forms: Bytes, limit: int) -> tuple[int, int]:
    """Write the stored parts that `text` may mean to `scratch.found` with their likeness; return how many.

    `forms`: other forms of `text`, each ending with a 0. At most `limit` are kept, the most alike; the second number is
    1 where some were left out.
    """
    scratch.seen[:] = 0
    scratch.tally[:256] = 0
    scratch.level[0], scratch.level[1] = LEAST, limit
    told = hash_of(text, 0, len(text))
    scratch.sound[0] = sound(text, 0, len(text), scratch.sound[1:])
    number = part_number(vocabulary, text, told)
    count = 0
    if number > 0:
        count = _note(scratch, count, number, EXACT)
    count = _by_spelling(vocabulary, scratch, count, told)
    count = _by_ending(vocabulary, scratch, count, forms)
    if scratch.sound[0] > 0:
        first_row(scratch.sound, scratch.grid)
        own = skeleton(scratch.sound, 1, whole(scratch.sound[0]))
        count = _by_skeleton(vocabulary, scratch, count, own)
        count = _by_near_skeletons(vocabulary, scratch, count, own)
        count = _by_beginning(vocabulary, scratch, count, own)
    if count <= limit:
        return count, 0
    return _keep(scratch, count, limit), 1


@compiled
def _keep(scratch: Scratch, count: int, limit: int) -> int:
    """Keep the most alike of what is noted, those found first where they are equally alike."""
    tally = scratch.tally
    level, above = 255, 0
    while above + tally[level] <= limit:
        above += tally[level]
        level -= 1
    spare = limit - above
    kept = 0
    for at in range(count):
        likeness = whole(scratch.likeness[at])
        if likeness > level or (likeness == level and spare > 0):
            if likeness == level:
                spare -= 1
            scratch.found[kept] = scratch.found[at]
            scratch.likeness[kept] = scratch.likeness[at]
            kept += 1
    return kept


__all__ = ["EXACT", "Bytes", "Ids", "Longs", "bits_set", "expand", "hash_of", "part_number"]
