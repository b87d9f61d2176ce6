"""The durable outbox: saves that the store does not have yet.

What lives here keeps them on local disk: a SQLite file with one owning thread, and large bodies
beside it.  What must not live here: anything that delivers, and any rule about notebooks.
"""

from .outbox import Added, Outbox
from .tables import INLINE_BYTES

__all__ = ["INLINE_BYTES", "Added", "Outbox"]
