"""Official lists for demo and benchmarks: the reference files where they are at hand, and how a bureau brings them."""

from __future__ import annotations

import base64
import gzip
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from comity.bureau.lists.commands import CHUNK_BYTES, ImportPage, ImportState, ListImport, Staged
from comity.bureau.lists.records import Format
from comity.core.errors import Refused, Unreachable
from comity.exercise.client import Client

ListFiles = Mapping[Format, Mapping[str, bytes]]
"""The files of each list by the part they play."""

_FILES: Final[Mapping[Format, Mapping[str, str]]] = {
    Format.UN_SC: {"list": "un_consolidated.xml.gz"},
    Format.OFAC_SDN: {
        "sdn": "ofac_sdn.csv.gz",
        "alt": "ofac_alt.csv.gz",
        "add": "ofac_add.csv.gz",
        "comments": "ofac_sdn_comments.csv.gz",
    },
    Format.EU_JOURNAL: {"list": "eu_reg_269_2014.csv.gz"},
}
_PROJECT: Final = Path(__file__).resolve().parents[3]
_LOOK_S: Final = 0.02
_PATIENCE_S: Final = 300
_OVER: Final = frozenset({ImportState.DONE, ImportState.HELD, ImportState.REFUSED, ImportState.DROPPED})


def reference_folder() -> Path | None:
    """Return where the reference lists lie (`COMITY_DATA`, or `shared` beside the project); None: nowhere."""
    folder = Path(os.environ.get("COMITY_DATA") or _PROJECT.parent / "shared") / "data" / "screening"
    return folder if folder.is_dir() else None


def reference_lists(folder: Path) -> ListFiles:
    """Return the reference lists, unpacked."""
    return {
        form: {part: gzip.decompress((folder / name).read_bytes()) for part, name in parts.items()}
        for form, parts in _FILES.items()
    }


def begin_import(bureau: Client, form: Format, files: Mapping[str, bytes]) -> ListImport:
    """Stage a list's files and start the import."""
    staging: str | None = None
    for file, content in files.items():
        pieces = [content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)]
        for number, piece in enumerate(pieces):
            chunk: dict[str, object] = {
                "format": form.value,
                "file": file,
                "number": number,
                "content": base64.b64encode(piece).decode(),
                "last": number == len(pieces) - 1,
            }
            if staging is not None:
                chunk["staging"] = staging
            staging = bureau.call("list.stage", chunk, Staged).staging
    return bureau.call("list.import", {"staging": staging}, ListImport)


def import_status(bureau: Client, one: ListImport) -> ListImport:
    """Return an import as it stands."""
    return bureau.call("list.status", {"id": one.id}, ImportPage).imports[0]


def await_import(bureau: Client, one: ListImport) -> ListImport:
    """Wait for the end of an import, however it ends; raises `Unreachable` when patience ends."""
    end = time.monotonic() + _PATIENCE_S
    while (seen := import_status(bureau, one)).state not in _OVER:
        if time.monotonic() > end:
            raise Unreachable("exercise.import-endless", "The import did not end in time.")
        time.sleep(_LOOK_S)
    return seen


def require_done(ended: ListImport) -> ListImport:
    """Return the import if its list was taken in; raises `Refused` where it was not."""
    if ended.state is not ImportState.DONE:
        raise Refused("exercise.import-not-done", f"The import of {ended.format.value} ended as {ended.state.value}.")
    return ended


def bring(bureau: Client, form: Format, files: Mapping[str, bytes]) -> ListImport:
    """Bring a list and wait until it is taken in; raises `Refused` where it is not."""
    return require_done(await_import(bureau, begin_import(bureau, form, files)))
