"""Names: how paths, keys, checkpoint IDs and metadata are written."""
