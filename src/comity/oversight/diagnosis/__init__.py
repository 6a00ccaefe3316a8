"""What an operator asks first when something is wrong: one list of checks, each with what to do."""

from comity.oversight.diagnosis.operations import make_operations
from comity.oversight.diagnosis.records import (
    CertificateFinding,
    Check,
    Diagnosis,
    Findings,
    Inspector,
    PeerFinding,
    Standing,
)
from comity.oversight.diagnosis.texts import TEXTS

__all__ = [
    "TEXTS",
    "CertificateFinding",
    "Check",
    "Diagnosis",
    "Findings",
    "Inspector",
    "PeerFinding",
    "Standing",
    "make_operations",
]
