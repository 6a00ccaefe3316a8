"""Travel documents (floor 4): reading the machine-readable zone, and what it says about itself."""

from comity.documents.formats.compose import compose_zone
from comity.documents.formats.mrz import read_zone
from comity.documents.formats.names import same_name
from comity.documents.formats.transliteration import transliterate
from comity.documents.operations import OPERATIONS
from comity.documents.records import Zone, ZoneFields, ZoneFormat

__all__ = [
    "OPERATIONS",
    "Zone",
    "ZoneFields",
    "ZoneFormat",
    "compose_zone",
    "read_zone",
    "same_name",
    "transliterate",
]
