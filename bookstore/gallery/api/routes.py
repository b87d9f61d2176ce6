"""The API's routes."""

from __future__ import annotations

from ...http.routes import Route
from .cards import OEmbedHandler
from .copying import CopyAPIHandler
from .ending import DeletedAPIHandler, DeprecationAPIHandler, RestoreAPIHandler
from .looking import ComparisonAPIHandler, DraftAPIHandler, PreviewAPIHandler
from .notebooks import (
    CloneNotebookAPIHandler,
    NotebookAPIHandler,
    NotebooksAPIHandler,
    NowhereAPIHandler,
    RevisionsAPIHandler,
    StarAPIHandler,
    SuggestionsAPIHandler,
)
from .sharing import LinkAPIHandler, LinksAPIHandler, SharesAPIHandler

ROUTES = (
    Route("/api/bookstore/gallery/notebooks", NotebooksAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}", NotebookAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/revisions", RevisionsAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/star", StarAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/clone", CloneNotebookAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/preview", PreviewAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/diff", ComparisonAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/copy", CopyAPIHandler),
    Route("/api/bookstore/gallery/draft", DraftAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/shares", SharesAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/links", LinksAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/links/{number}", LinkAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/deprecation", DeprecationAPIHandler),
    Route("/api/bookstore/gallery/notebooks/{uuid}/restore", RestoreAPIHandler),
    Route("/api/bookstore/gallery/deleted", DeletedAPIHandler),
    Route("/api/bookstore/gallery/oembed", OEmbedHandler),
    Route("/api/bookstore/gallery/suggestions", SuggestionsAPIHandler),
)
"""Every route that there is, the first that matches answers."""
NOWHERE = Route("/api/bookstore/gallery/{path}", NowhereAPIHandler)
