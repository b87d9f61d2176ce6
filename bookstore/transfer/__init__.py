"""History that comes in from elsewhere, and that goes out: git, checkpoints, older buckets."""
