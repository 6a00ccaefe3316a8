"""nomenklatura's logic-v2 beside our score: in an environment of its own, made and thrown away by the run."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from comity.screening.score.pairs import PairRow

LOGIC_V2_THRESHOLD: Final = 0.7
"""What yente takes for a match where nothing else is said."""
_PACKAGES: Final = (
    "nomenklatura",
    "followthemoney",
    "rigour",
    "pyicu-wheels",
    "sqlalchemy",
    "typing_extensions",
    "shortuuid",
    "python-stdnum",
    "normality",
    "chardet",
    "charset_normalizer",
    "banal",
    "pyyaml",
    "pydantic",
    "pydantic_core",
    "typing_inspection",
    "jinja2",
    "markupsafe",
    "orjson",
    "babel",
    "prefixdate",
    "idna",
    "requests",
    "urllib3",
    "certifi",
    "phonenumbers",
    "annotated_types",
    "click",
    "duckdb",
    "numpy",
    "scikit-learn",
    "scipy",
    "joblib",
    "threadpoolctl",
    "rapidfuzz",
    "jellyfish",
    "cloudpickle",
    "narwhals",
    "fingerprints",
)
_INSTALL_S, _RUN_S = 240, 900
_PROGRAM: Final = """
import json, sys
from followthemoney import EntityProxy
from nomenklatura.matching.logic_v2.model import LogicV2
config = LogicV2.default_config()
def entity(key, side):
    held = {"name": side.get("name"), "birthDate": side.get("dob"), "country": side.get("country")}
    properties = {name: [value] for name, value in held.items() if value}
    return EntityProxy.from_dict({"id": key, "schema": "Person", "properties": properties})
for line in sys.stdin:
    pair = json.loads(line)
    print(LogicV2.compare(entity("q", pair["q"]), entity("c", pair["c"]), config).score or 0.0)
"""


class LogicV2:
    """The peer's environment below a folder. `ready` is False where it cannot be installed; the run says so."""

    def __init__(self, folder: Path) -> None:
        self._python = folder / "logic-v2" / "bin" / "python"
        self.ready = self._install(folder / "logic-v2")

    def scores(self, rows: Sequence[PairRow], *, names_only: bool) -> list[float]:
        """Return the peer's score of each pair, nothing where it fails."""
        lines = "\n".join(json.dumps(_pair(row, names_only=names_only)) for row in rows)
        try:
            ran = subprocess.run(
                [self._python, "-c", _PROGRAM], input=lines, capture_output=True, text=True, timeout=_RUN_S, check=True
            )
        except (subprocess.SubprocessError, OSError):
            return []
        return [float(line) for line in ran.stdout.splitlines()]

    def _install(self, place: Path) -> bool:
        venv.create(place, with_pip=True)
        command = [str(self._python), "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:", *_PACKAGES]
        try:
            subprocess.run(command, capture_output=True, timeout=_INSTALL_S, check=True)
        except (subprocess.SubprocessError, OSError):
            sys.stderr.write("bench: logic-v2 cannot be installed here; it is not measured\n")
            return False
        return True


def _pair(row: PairRow, *, names_only: bool) -> dict[str, dict[str, str | None]]:
    sides = {"q": row.q, "c": row.c}
    if names_only:
        return {key: {"name": side.name} for key, side in sides.items()}
    return {key: {"name": side.name, "dob": side.dob, "country": side.country} for key, side in sides.items()}
