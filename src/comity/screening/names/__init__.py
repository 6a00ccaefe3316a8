"""Names: one normalisation for chip, zone and typed text, and the words of a name with what they are."""

from comity.screening.names.parse import name_of, parse_name, require_words, tokens_of
from comity.screening.names.records import Name, NameFlag, Part, Script, Token

__all__ = ["Name", "NameFlag", "Part", "Script", "Token", "name_of", "parse_name", "require_words", "tokens_of"]
