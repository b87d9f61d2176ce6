"""Which tags are proposed for a notebook: by what it uses and says, and by extensions.

Knows: the rules.  Must not know: databases.
"""

from __future__ import annotations

from .catalogue import Catalogue
from .documents import Document, proposed_tags
from .words import tags_in


def tags_for(catalogue: Catalogue, document: Document) -> list[str]:
    """Return the tags that are proposed for a notebook."""
    rules, others = catalogue.rules, catalogue.extensions.propose_tags(document.notebook)
    tags = proposed_tags(document, rules.tags_by_package, rules.tags_by_pattern, tags_in(others))
    return [tag for tag in tags if tag not in rules.restricted_tags]
