"""How far what is done again and again has come."""

from alembic import op
from sqlalchemy import Column, Text, inspect

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column, unless that was done before it was interrupted."""
    there = {column["name"] for column in inspect(op.get_bind()).get_columns("bookstore_jobs")}
    if "position" not in there:
        op.add_column("bookstore_jobs", Column("position", Text))
