"""Screening (floor 4): finds who may be meant, with the evidence; it never decides."""

from comity.screening.index.memory import MemoryIndex
from comity.screening.index.simple import SimpleIndex
from comity.screening.operations import OPERATIONS
from comity.screening.ports import ScreeningIndex
from comity.screening.projection import projection
from comity.screening.records import (
    Candidate,
    Evidence,
    Found,
    Probe,
    Subject,
    SubjectDocument,
    SubjectName,
    SubjectObject,
)
from comity.screening.store import METADATA

__all__ = [
    "METADATA",
    "OPERATIONS",
    "Candidate",
    "Evidence",
    "Found",
    "MemoryIndex",
    "Probe",
    "ScreeningIndex",
    "SimpleIndex",
    "Subject",
    "SubjectDocument",
    "SubjectName",
    "SubjectObject",
    "projection",
]
