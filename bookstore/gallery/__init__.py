"""The gallery: who published what, who liked it, does it still run, and where it is found again."""
