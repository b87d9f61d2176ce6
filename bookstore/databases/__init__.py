"""SQLite files that one thread owns, and the bodies that are kept in them and beside them."""
