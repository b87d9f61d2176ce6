"""What the gallery's pages and its API share: who asks, and what was asked for."""
