"""Which reader reads which list, and of which files each list is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from comity.bureau.lists.formats import eu_journal, ofac_sdn, un_sc
from comity.bureau.lists.formats.reading import Reader
from comity.bureau.lists.records import Format

FILES: Final[Mapping[Format, tuple[str, ...]]] = {
    Format.UN_SC: un_sc.PARTS,
    Format.OFAC_SDN: ofac_sdn.PARTS,
    Format.EU_JOURNAL: eu_journal.PARTS,
}

READERS: Final[Mapping[Format, Reader]] = {
    Format.UN_SC: un_sc.read,
    Format.OFAC_SDN: ofac_sdn.read,
    Format.EU_JOURNAL: eu_journal.read,
}
