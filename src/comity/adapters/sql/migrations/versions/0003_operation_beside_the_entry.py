"""The act's name stands beside its ledger entry, so that the ledger can be searched by it; filled from the entries.

Entries erased before this version have lost their name with their content: theirs stays empty.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 5000


def upgrade() -> None:
    """Add the column, fill it from the entries, index it."""
    op.add_column("ledger_entry", sa.Column("operation", sa.String(length=80), nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("ledger_entry_by_operation", "ledger_entry", ["operation", "sequence"])


def downgrade() -> None:
    """Drop the column again; nothing is lost that the entries do not hold."""
    op.drop_index("ledger_entry_by_operation", "ledger_entry")
    with op.batch_alter_table("ledger_entry") as table:
        table.drop_column("operation")


def _fill(connection: sa.Connection) -> None:
    rows = sa.table("ledger_entry", sa.column("sequence"), sa.column("entry"), sa.column("operation"))
    page = sa.select(rows.c.sequence, rows.c.entry).where(rows.c.sequence > sa.bindparam("after"))
    page = page.order_by(rows.c.sequence).limit(_BATCH)
    name = sa.update(rows).where(rows.c.sequence == sa.bindparam("at")).values(operation=sa.bindparam("name"))
    after = -1
    while found := connection.execute(page, {"after": after}).all():
        named = [{"at": row.sequence, "name": json.loads(row.entry)["operation"]} for row in found if row.entry]
        if named:
            connection.execute(name, named)
        after = found[-1].sequence
