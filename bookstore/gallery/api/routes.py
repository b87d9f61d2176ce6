"""The API's routes."""

from __future__ import annotations

from ...http.routes import Route

ROUTES: tuple[Route, ...] = ()
"""Every route, the first that matches answers."""
