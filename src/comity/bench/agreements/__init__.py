"""The bench of law and treaties: what deciding costs, and how often its checkers disagree; one module a measurement."""
