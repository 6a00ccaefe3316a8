"""SQL storage of a node: SQLite by default, one writer, read snapshots, migrations."""
