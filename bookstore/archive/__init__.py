"""Archive every save: between the user's files and the outbox."""

from ..records import ArchiveRecord
from .manager import ArchivingMixin, BookstoreContentsArchiver

__all__ = ["ArchiveRecord", "ArchivingMixin", "BookstoreContentsArchiver"]
