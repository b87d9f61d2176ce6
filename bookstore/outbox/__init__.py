"""The durable outbox: saves that the store does not have yet.

What lives here keeps them on local disk: a SQLite file with one owning thread, and large bodies
beside it.  What must not live here: anything that delivers, and any rule about notebooks.
"""

from .file_state import FileState
from .handing_out import Adopted, HandedOut
from .outbox import LONGEST_POSTPONE_S, Outbox
from .part import part
from .tables import Added, Waiting
from .unsettled import Unsettled

__all__ = [
    "LONGEST_POSTPONE_S",
    "Added",
    "Adopted",
    "FileState",
    "HandedOut",
    "Outbox",
    "Unsettled",
    "Waiting",
    "part",
]
