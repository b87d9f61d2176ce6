"""What changes a notebook of the gallery: publishing it, its words, who may see it, its end.

Each use case takes a :class:`~.catalogue.Catalogue` and who asks, and returns values.  Bodies are
in the store, words in the database.
"""

from .catalogue import Catalogue, Rules
from .errors import NoSuchNotebook, NotAllowed, PublicationRefused
from .indexes import Content, Indexes, NoIndexes

__all__ = [
    "Catalogue",
    "Content",
    "Indexes",
    "NoIndexes",
    "NoSuchNotebook",
    "NotAllowed",
    "PublicationRefused",
    "Rules",
]
