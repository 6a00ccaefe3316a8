"""The command line: every operation as `comity <subject> <verb>`, beside a running node or without one."""
