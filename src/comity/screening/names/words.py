"""Words that stand in a name's field without being the name: fillers, titles, particles, words of descent."""

from __future__ import annotations

import re
from typing import Final

# "First name unknown", "last name unknown" and their kin: how passports, visas and lists fill a field that they have
# to fill. Facts of practice (9 FAM 403.4-1 for FNU and LNU; ICAO Doc 9303-3, 4.6 for a single name).
FILLERS: Final = frozenset(
    [
        "fnu",
        "lnu",
        "mnu",
        "nfn",
        "nln",
        "nmn",
        "nmi",
        "xxx",
        "xxxx",
        "xxxxx",
        "unk",
        "unknown",
        "unnamed",
        "inconnu",
        "inconnue",
        "unbekannt",
        "desconocido",
        "desconocida",
        "sconosciuto",
        "неизвестно",
        "нет",
        "unknw",
        "na",
        "nil",
        "null",
        "none",
        "noname",
        "nofirstname",
        "nolastname",
        "nogivenname",
        "nosurname",
    ]
)
_FILLER_PHRASES: Final = re.compile(
    r"\b(?:n/a|no (?:given |first |last |family |sur)?name(?: given)?|first name unknown|last name unknown|"
    r"given name unknown|sin nombre|sin apellido|sans nom|sans prénom|name unknown)\b"
)
_IN_EACH_PHRASE: Final = ("name", "nom", "apellido", "n/a")
FILLER_WORDS: Final = frozenset(
    ["no", "name", "given", "first", "last", "family", "surname", "unknown", "sin", "nombre", "apellido", "sans", "nom"]
)
"""Words of such phrases: alone each may be a name."""

# Titles say what somebody is, not who: they come and go between documents.
TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "doctor",
        "prof",
        "professor",
        "sir",
        "madam",
        "madame",
        "mme",
        "mlle",
        "monsieur",
        "herr",
        "frau",
        "señor",
        "señora",
        "sr",
        "sra",
        "don",
        "dona",
        "doña",
        "sheikh",
        "shaykh",
        "shaikh",
        "sheik",
        "cheikh",
        "haji",
        "hajji",
        "hajj",
        "hadji",
        "alhaji",
        "mullah",
        "mulla",
        "molla",
        "maulana",
        "mawlana",
        "mawlawi",
        "maulavi",
        "mowlavi",
        "maulvi",
        "moulavi",
        "hafiz",
        "hafez",
        "qari",
        "ustad",
        "ustaz",
        "ayatollah",
        "imam",
        "eng",
        "engineer",
        "gen",
        "general",
        "lieutenant",
        "lt",
        "col",
        "colonel",
        "maj",
        "major",
        "capt",
        "captain",
        "cmdr",
        "commander",
        "adm",
        "admiral",
        "brig",
        "brigadier",
        "sgt",
        "sergeant",
        "marshal",
        "hon",
        "rev",
        "reverend",
        "father",
        "fr",
        "pastor",
        "bishop",
        "prince",
        "princess",
        "emir",
        "amir",
        "president",
        "minister",
        "ambassador",
        "jr",
        "junior",
        "senior",
        "ii",
        "iii",
        "iv",
        "phd",
        "md",
        "esq",
    ]
)

# Small words that documents drop, join or translate. In front of a name or behind it they may be the name (Ben, Van, Le).
ARTICLES: Final = frozenset(
    ["al", "el", "ul", "ad", "ar", "as", "ash", "az", "at", "ath", "adh", "an", "ud", "ur", "us", "il"]
)
_DESCENT: Final = frozenset(["bin", "ibn", "ben", "bint", "binti", "bte", "ould", "wuld", "ait", "walad", "s/o", "d/o"])
_PREPOSITIONS: Final = frozenset(
    [
        "de",
        "del",
        "dela",
        "della",
        "delle",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
        "des",
        "van",
        "von",
        "der",
        "den",
        "vom",
        "zu",
        "zum",
        "zur",
        "ter",
        "ten",
        "te",
        "la",
        "le",
        "les",
        "los",
        "las",
        "y",
        "e",
        "i",
        "af",
        "av",
        "of",
        "the",
        "and",
        "und",
        "et",
    ]
)
PARTICLES: Final = ARTICLES | _DESCENT | _PREPOSITIONS
"""Words that are no name in the middle of a name."""
DESCENT: Final = _DESCENT
"""`bin` and its kin: the word after it is the father's name (nasab)."""
KUNYA: Final = frozenset(["abu", "abou", "abo", "aboo", "umm", "um", "oum", "bu"])
"""`abu` and its kin: with the next word, father or mother of somebody, as name or as nom de guerre."""
SERVANT_OF_THE: Final = "abdal"
"""How `abd` and its kin are read together with the word after them."""
_SERVANT: Final = re.compile(r"^abd(?:[aeou]l|[aeu]r|[aeu]s|[aeu]sh|[aeu]n|[aeu]z)?$")
_SERVANT_WRITTEN: Final = frozenset({"عبد", "عبدال"})

_PATRONYMIC: Final = re.compile(
    r"(?:ovich|ovych|evich|evych|ovic|evic|owicz|ewicz|ovna|evna|ivna|yivna|inichna|ichna|oglu|ogly|oghlu|ugli|kyzy|qizi|gizi|"
    r"uulu|uly|sson|dottir|dóttir)$"
)
_SHORTEST_PATRONYMIC: Final = 6


def is_servant(text: str, form: str) -> bool:
    """Say whether a word is `abd`, `abdul`, `abdur`: one name with the word after it."""
    return text in _SERVANT_WRITTEN or _SERVANT.match(form) is not None


def is_patronymic(form: str) -> bool:
    """Say whether a word in the letters a-z ends as names after the father do (-ovich, -ovna, -oglu, -kyzy)."""
    return len(form) >= _SHORTEST_PATRONYMIC and _PATRONYMIC.search(form) is not None


def without_fillers(text: str) -> tuple[str, bool]:
    """Return folded text without phrases such as `no given name`, and whether there was one."""
    if not any(part in text for part in _IN_EACH_PHRASE):
        return text, False
    cleared = _FILLER_PHRASES.sub(" ", text)
    return cleared, cleared != text
