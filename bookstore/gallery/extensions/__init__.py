"""What others add to the gallery: packages with entry points in the group ``bookstore.gallery``."""

from .hooks import Field, Problem
from .loading import Extensions

__all__ = ["Extensions", "Field", "Problem"]
