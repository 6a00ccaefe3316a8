"""A small synthetic treaty of two parties, and ways to change one thing of it."""

from __future__ import annotations

import functools

from comity.agreements.load import read_agreement
from comity.agreements.records import Agreement

TREATY = """
schema: comity-agreement/1
id: synthetic-treaty
version: 1
title: {value: 'Synthetic treaty', source: test, confidence: synthetic}
form: {value: treaty, source: test, confidence: synthetic}
legal_basis:
- {value: 'Synthetic treaty', source: test, confidence: synthetic}
in_force_from: {value: '2024-01-01', source: 'Art 30', confidence: synthetic}
log_retention: {value: P2Y, source: 'Art 17', confidence: synthetic}
onward_transfer: {value: owner_consent, source: 'Art 15', confidence: synthetic}
onward:
  form: {value: documented_prior, source: 'Art 15', confidence: synthetic}
  safeguards: {value: true, source: 'Art 15', confidence: synthetic}
correction: {value: owner_only, source: 'Art 16', confidence: synthetic}
suspension: {value: from_receipt, source: 'Art 27', confidence: synthetic}
termination: {value: terms_survive, source: 'Art 26', confidence: synthetic}
parties:
- code: CHE
  bound_from: {value: '2024-01-01', source: 'Art 30', confidence: synthetic}
- code: USA
  bound_from: {value: '2024-01-01', source: 'Art 30', confidence: synthetic}
clauses:
- id: ask
  article: {value: 'Art 4', source: 'Art 4', confidence: synthetic}
  operations: {value: [query], source: 'Art 4', confidence: synthetic}
  categories: {value: [OBJ], source: 'Art 4', confidence: synthetic}
  purposes: {value: [police], source: 'Art 4', confidence: synthetic}
  mode: {value: query, source: 'Art 4', confidence: synthetic}
  givers: {value: any_party, source: 'Art 4', confidence: synthetic}
  receivers: {value: any_party, source: 'Art 4', confidence: synthetic}
  roles: {value: [police], source: 'Art 4', confidence: synthetic}
  if: {value: 'quota_used < 100 or unknown(quota_used)', source: 'Art 10', confidence: synthetic}
- id: tell
  article: {value: 'Art 12', source: 'Art 12', confidence: synthetic}
  operations: {value: [notify], source: 'Art 12', confidence: synthetic}
  categories: {value: [OBJ], source: 'Art 12', confidence: synthetic}
  purposes: {value: [police], source: 'Art 12', confidence: synthetic}
  mode: {value: message, source: 'Art 12', confidence: synthetic}
  givers: {value: any_party, source: 'Art 12', confidence: synthetic}
  receivers: {value: any_party, source: 'Art 12', confidence: synthetic}
"""
MORE = """
- id: further
  article: {value: 'Art 99', source: 'Art 99', confidence: synthetic}
  operations: {value: [notify], source: 'Art 99', confidence: synthetic}
  categories: {value: [OBJ], source: 'Art 99', confidence: synthetic}
  purposes: {value: [police], source: 'Art 99', confidence: synthetic}
  mode: {value: message, source: 'Art 99', confidence: synthetic}
  givers: {value: any_party, source: 'Art 99', confidence: synthetic}
  receivers: {value: any_party, source: 'Art 99', confidence: synthetic}
"""


@functools.cache
def treaty(*changes: tuple[str, str], more: str = "") -> Agreement:
    """Read the treaty with texts replaced, and with `more` written below its clauses."""
    text = TREATY + more
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_agreement(text.encode())


def further(*lines: str, **replaced: str) -> str:
    """Write one further clause: members as lines, and members of the usual clause with another value."""
    text = MORE
    for name, value in replaced.items():
        kept = [line for line in text.splitlines() if not line.startswith(f"  {name}: ")]
        sourced = f"  {name}: {{value: {value}, source: 'Art 99', confidence: synthetic}}"
        text = "\n".join((*kept, sourced))
    return "\n".join((text.rstrip(), *(f"  {line}" for line in lines))) + "\n"


def sourced(value: str) -> str:
    """Write a value of law."""
    return f"{{value: {value}, source: 'Art 99', confidence: synthetic}}"
