"""Files on disk: written durably, replaced unnoticed, locked, looked at."""
