"""The pages' routes."""

from __future__ import annotations

from ...http.routes import Route
from .base import STATIC, GalleryStaticHandler
from .home import HomeHandler

FILES = [str(folder) for folder in STATIC]

ROUTES = (
    Route("/bookstore/gallery", HomeHandler),
    Route("/bookstore/gallery/static/{file}", GalleryStaticHandler, {"path": FILES}),
)
"""Every page, the first that matches answers."""
