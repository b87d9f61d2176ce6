"""nbgallery's tables, where Rails has not made them.

They are nbgallery's to change, not ours; so this may say them as the models do.
"""

from alembic import op

from bookstore.gallery.database.migrations.making import make
from bookstore.gallery.database.models import NBGALLERYS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    make(op.get_bind(), NBGALLERYS)
