"""Persons of files: read, indexed with what they say, searched and weighed; no node, no database."""

from comity.screening.files.base import FileBase, FileHit, build_base
from comity.screening.files.reading import Stated, read_persons

__all__ = ["FileBase", "FileHit", "Stated", "build_base", "read_persons"]
