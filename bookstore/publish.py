"""The door to publishing: the names by which others import it."""

from .http.publish import BookstorePublishAPIHandler

__all__ = ["BookstorePublishAPIHandler"]
