"""What is done again and again behind a gallery that is served.

Each job is one process's turn at a time, over all that serve the gallery; none of them waits for
another one that fails, and what was interrupted goes on where it was.
"""

from __future__ import annotations

from ..catalogue import Catalogue
from ..catalogue.keeper import Duty
from ..search.index import SearchIndex
from .changes import forgetting_changes
from .numbers import counting, fading
from .ranks import ranking


def duties_of(catalogue: Catalogue, index: SearchIndex) -> tuple[Duty, ...]:
    """Return what a gallery has done, beside what keeps its notebooks."""
    return (
        counting(catalogue, index),
        fading(catalogue, index),
        ranking(catalogue, index),
        forgetting_changes(catalogue),
    )
