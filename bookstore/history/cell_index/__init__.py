"""What is known of the cells of versions, on local disk: it can be thrown away and made again.

Versions are found by the SHA-256 of their bodies, so it is the same for every store.  What must
not come here: which versions there are, and where their bodies are.
"""

from __future__ import annotations

from .changes import Changed
from .index import Body, CellIndex
from .ledger import Known, Ledger, Wanted

__all__ = ["Body", "CellIndex", "Changed", "Known", "Ledger", "Wanted"]
