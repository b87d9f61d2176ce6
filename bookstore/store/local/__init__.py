"""The embedded store: versions in a folder on local disk."""
