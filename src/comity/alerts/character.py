"""Screening of alerts for a political, military, religious or racial character, on entry and on receipt.

After INTERPOL's Constitution Art 3; as a rule of the house it sends the case to a person and decides nothing
(LAW.md 14). What it reads is the character of the offence's code, and words that such cases are written in; the word
list is ours (synthetic), and what it misses a person may still name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from comity.alerts.code_tables import CodeTable, rows_of
from comity.core.decision import Fact
from comity.core.personal import Personal

FACT: Final = "case_character"


@unique
class Character(StrEnum):
    """What a case is about."""

    ORDINARY = "ordinary"
    POLITICAL = "political"
    MILITARY = "military"
    RELIGIOUS = "religious"
    RACIAL = "racial"


class CharacterReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a person found who looked at a case that the screening stopped; kept at home with the grounds."""

    found: Character
    reviewed_by: Annotated[str, Personal, Meta(min_length=1, max_length=200)]
    reasons: Annotated[str, Personal, Meta(min_length=1, max_length=2000)]


# Parts of words, in the form in which they are compared: lower case, without marks, English, French, German.
_WORDS: Final = {
    Character.POLITICAL: (
        "dissident|opposition (?:leader|member|movement|party)|member of the opposition|chef de l.opposition|"
        "oppositionsfuhrer|insult\\w* (?:of|to|the) (?:the )?(?:head of state|president|king|monarch)|"
        "offense au (?:chef|president)|beleidigung des (?:staatsoberhaupts|prasidenten)|lese.majest|"
        "sedition|seditieux|aufwiegelung|separatis|propaganda against|propagande contre|anti.state|anti.government|"
        "staatsfeind|unauthori[sz]ed (?:assembly|demonstration|protest)|manifestation non autorisee|"
        "nicht genehmigte (?:versammlung|demonstration)|(?:taking part in|participat\\w+ in|organi[sz]\\w+) "
        "(?:a |an |the )?(?:\\w+ )?(?:protest|demonstration)|human rights defender|defenseur des droits|"
        "critic\\w* of the (?:government|state|president)|spreading false (?:news|information) about the|"
        "treason|trahison|landesverrat|espionage|espionnage|spionage|political (?:offence|crime|activit\\w*|asylum)|"
        "delit politique|politische straftat|exiled (?:journalist|politician)|undesirable organi[sz]ation"
    ),
    Character.MILITARY: (
        "desert(?:ion|er|eur)|fahnenflucht|insoumission|refus\\w* (?:of |to |du )?(?:military|serve|service militaire)|"
        "draft (?:evasion|evader|dodg\\w+)|evad\\w+ (?:conscription|mobili[sz]ation)|conscientious objector|"
        "objecteur de conscience|kriegsdienstverweiger|wehrdienstentzieh|absent without leave|mobili[sz]ation order"
    ),
    Character.RELIGIOUS: (
        "blasphem|gotteslaster|apostas|apostat|glaubensabfall|proselyti|conversion from (?:islam|christianity|"
        "judaism|hinduism)|insult\\w* (?:of |to |the )?(?:religion|prophet|religious feelings)|heres(?:y|ie)|"
        "banned (?:sect|religious)|unregistered (?:church|worship)|witchcraft|sorcellerie"
    ),
    Character.RACIAL: (
        "because of (?:his|her|their) (?:race|ethnicity|ethnic origin|skin)|ethnic (?:origin|cleansing list)|"
        "en raison de (?:sa race|son origine ethnique)|wegen (?:seiner|ihrer) (?:rasse|ethnischen herkunft)|"
        "member of the \\w+ (?:ethnic group|tribe|minority)|racial (?:origin|impurity)"
    ),
}
_SHAPES: Final = tuple((kind, re.compile(rf"\b(?:{words})")) for kind, words in _WORDS.items())


def suspected(codes: tuple[str, ...], *texts: str | None) -> Character | None:
    """Return the first character that codes or texts point to; None where nothing does."""
    rows = rows_of(CodeTable.OFFENCES)
    for code in codes:
        row = rows.get(code)
        if row is not None and row.character not in {"", Character.ORDINARY}:
            return Character(row.character)
    folded = _folded(" . ".join(text for text in texts if text))
    return next((kind for kind, shape in _SHAPES if shape.search(folded)), None)


def character_fact(suspicion: Character | None, review: CharacterReview | None) -> tuple[Fact, ...]:
    """Return what is told to the decision point: what a person found, else what the screening suspects."""
    if review is not None:
        return (Fact(name=FACT, value=review.found.value),)
    return () if suspicion is None else (Fact(name=FACT, value=suspicion.value),)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
