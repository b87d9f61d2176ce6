"""The migrations, in their order; Alembic reads them as files."""
