"""Where the gallery's notebooks are, and what an administrator decides about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ...store.base import ObjectStore
from ..database.sessions import Database
from ..extensions import Extensions
from ..permissions import Policy
from .indexes import Indexes, NoIndexes

FOLDER = "gallery/"
"""Below the published prefix: the notebooks that were published with words."""
SUFFIX = ".ipynb"
TAGS_BY_PACKAGE = {
    "bokeh": "visualization",
    "dash": "visualization",
    "geopandas": "geospatial",
    "ggplot2": "visualization",
    "keras": "machine-learning",
    "matplotlib": "visualization",
    "networkx": "graphs",
    "nltk": "text",
    "plotly": "visualization",
    "pyspark": "spark",
    "seaborn": "visualization",
    "shapely": "geospatial",
    "sklearn": "machine-learning",
    "spacy": "text",
    "sqlalchemy": "databases",
    "statsmodels": "statistics",
    "tensorflow": "machine-learning",
    "torch": "machine-learning",
}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an administrator decides."""

    anonymous_may_read: bool = True
    outputs_may_be_kept: bool = False
    """Whether those who publish may keep outputs; otherwise nobody is shown any."""
    most_bytes: int = 20_000_000
    """How large a notebook may be, without what is stripped."""
    restricted_tags: frozenset[str] = frozenset({"trusted", "buildingblocks"})
    """Tags that only administrators give."""
    tags_by_package: Mapping[str, str] = field(default_factory=lambda: TAGS_BY_PACKAGE)
    """What to propose for notebooks that use a package."""
    tags_by_pattern: Mapping[str, str] = field(default_factory=dict)
    """What to propose where a regular expression is found in a cell."""
    publishing_limit: timedelta = timedelta(minutes=5)
    """After so long, what was begun and not finished is taken for interrupted."""
    staging_limit: timedelta = timedelta(hours=6)
    """How long an upload waits for its form."""
    longest_link: timedelta = timedelta(days=366)
    public_from_outside: bool = True
    """Whether what others put under the published prefix is public: whoever reads the bucket
    can read it."""
    owner_from_outside: int | None = None
    """Who owns that, where the gallery does not know its author."""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """A gallery's notebooks."""

    database: Database
    store: ObjectStore
    prefix: str
    """The published prefix, with ``/`` at its end."""
    rules: Rules = field(default_factory=Rules)
    indexes: Indexes = field(default_factory=NoIndexes)
    extensions: Extensions = field(default_factory=Extensions)
    nbgallerys_folder: Path | None = None
    """Where an nbgallery that keeps notebooks as files has the newest of each."""

    @property
    def policy(self) -> Policy:
        """Who may do what."""
        return Policy(anonymous_may_read=self.rules.anonymous_may_read, rules=self.extensions.rules)

    def key_of(self, uuid: str) -> str:
        """Return the key of a notebook that is published here."""
        return f"{self.prefix}{FOLDER}{uuid}{SUFFIX}"
