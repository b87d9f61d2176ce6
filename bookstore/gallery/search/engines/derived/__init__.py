"""An index beside the database, by tantivy: for large galleries, and for MySQL and MariaDB.

It is derived: whatever happens to it, it can be made again from the database's documents.  Each
machine has one of its own, which follows the changes of the database within about a second.
"""

from .....extras import require

require("Search by tantivy", "tantivy", "tantivy")
