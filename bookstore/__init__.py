"""Bookstore archives every notebook save to versioned storage."""
