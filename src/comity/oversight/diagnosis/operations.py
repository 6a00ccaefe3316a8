"""The one operation of this part."""

from __future__ import annotations

from comity.core.operation import AnyOperation, Kind, operation
from comity.core.ports import Work
from comity.core.vocabulary import Permission, Purpose
from comity.oversight.diagnosis import rules
from comity.oversight.diagnosis.records import Diagnose, Diagnosis, Inspector

_PURPOSES = (Purpose.ADMINISTRATION,)


def make_operations(inspector: Inspector) -> tuple[AnyOperation, ...]:
    """Return the operation on a node that `inspector` looks over."""

    @operation("node.diagnose", permission=Permission.PEER_READ, purposes=_PURPOSES, kind=Kind.READ)
    def diagnose(work: Work, _command: Diagnose) -> Diagnosis:
        """Look this node over: disk, certificates, clocks, each peer and what waits for it, with what to do."""
        return rules.diagnose(inspector.inspect(work))

    return (diagnose,)
