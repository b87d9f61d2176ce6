"""Notebooks as bytes, as JSON and as models: read, checked, mended, compared, shown."""
