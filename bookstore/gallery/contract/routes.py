"""The contract's routes, below its own address and, where the gallery is by itself, at the root."""

from __future__ import annotations

from tornado import web

from ...http.routes import Route
from ..faces.handlers import PAGES
from .attributes import (
    DescriptionHandler,
    OwnerHandler,
    PublicHandler,
    SharesHandler,
    StarHandler,
    TagsHandler,
    TitleHandler,
)
from .base import PLACE
from .forms import FormHandler
from .lists import (
    GroupsInUseHandler,
    InLanguageHandler,
    LanguagesInUseHandler,
    OfGroupHandler,
    OfUserHandler,
    RecentlyExecutedHandler,
    SharedWithMeHandler,
    StarsHandler,
    TaggedHandler,
    TagsInUseHandler,
)
from .notebooks import (
    ChangeRequestsHandler,
    DiffHandler,
    DownloadHandler,
    FriendlyUrlHandler,
    MetadataHandler,
    NotebookHandler,
    PublishingHandler,
    UuidHandler,
)
from .pages import LinkHandler, NowhereHandler, StartHandler
from .revisions import RevisionsHandler
from .staging import PreprocessHandler, StageHandler, StagesHandler
from .usage import EnvironmentHandler, EnvironmentsHandler, ExecutionsHandler, PreferencesHandler

CONTRACT: dict[str, type[web.RequestHandler]] = {
    "/stages": StagesHandler,
    "/stages/{staging_id}": StageHandler,
    "/stages/{staging_id}/preprocess": PreprocessHandler,
    "/notebooks": PublishingHandler,
    "/notebooks/stars": StarsHandler,
    "/notebooks/recently_executed": RecentlyExecutedHandler,
    "/notebooks/shared_with_me": SharedWithMeHandler,
    "/notebooks/{id}": NotebookHandler,
    "/notebooks/{id}/metadata": MetadataHandler,
    "/notebooks/{id}/uuid": UuidHandler,
    "/notebooks/{id}/friendly_url": FriendlyUrlHandler,
    "/notebooks/{id}/download": DownloadHandler,
    "/notebooks/{id}/diff": DiffHandler,
    "/notebooks/{id}/revisions": RevisionsHandler,
    "/notebooks/{id}/title": TitleHandler,
    "/notebooks/{id}/description": DescriptionHandler,
    "/notebooks/{id}/tags": TagsHandler,
    "/notebooks/{id}/public": PublicHandler,
    "/notebooks/{id}/owner": OwnerHandler,
    "/notebooks/{id}/shares": SharesHandler,
    "/notebooks/{id}/star": StarHandler,
    "/change_requests": ChangeRequestsHandler,
    "/tags": TagsInUseHandler,
    "/tags/{tag}": TaggedHandler,
    "/users/{name}": OfUserHandler,
    "/groups": GroupsInUseHandler,
    "/groups/{gid}": OfGroupHandler,
    "/languages": LanguagesInUseHandler,
    "/languages/{lang}": InLanguageHandler,
    "/environments": EnvironmentsHandler,
    "/environments/{number}": EnvironmentHandler,
    "/preferences": PreferencesHandler,
    "/executions": ExecutionsHandler,
    "/notebook/{id}/uuid": UuidHandler,
    "/nb/{id}/uuid": UuidHandler,
    "/nb/{id}/{title}/uuid": UuidHandler,
    "/notebook/{id}": LinkHandler,
    "/nb/{id}": LinkHandler,
    "/nb/{id}/{title}": LinkHandler,
}
"""Each path below the contract's address, and what answers it."""
AT_ROOT = tuple(Route(path, handler) for path, handler in CONTRACT.items())
"""As nbgallery has them, where nothing else is at the root."""
ROUTES = (
    Route(f"/{PLACE}", StartHandler),
    Route(f"/{PLACE}/form", FormHandler),
    *(Route(f"/{PLACE}{path}", handler) for path, handler in CONTRACT.items()),
    Route(f"/{PAGES}/nb/{{id}}/uuid", UuidHandler),  # behind the address that people have at hand
    Route(f"/{PLACE}/{{path}}", NowhereHandler),
)
"""Everywhere, the first that matches answers."""
