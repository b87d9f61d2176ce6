"""The pages' routes."""

from __future__ import annotations

from ...http.routes import Route
from .acting import CloneHandler, DownloadHandler, StarHandler
from .base import STATIC, GalleryStaticHandler
from .cards import BadgeHandler, OpenSearchHandler
from .editing import DeletedHandler, DeleteHandler, DeprecateHandler, EditHandler, RestoreHandler
from .feeds import (
    FeedHandler,
    GroupFeedHandler,
    LanguageFeedHandler,
    SearchFeedHandler,
    TagFeedHandler,
    UserFeedHandler,
)
from .home import HomeHandler, NowhereHandler
from .linked import LinkedHandler, LinkHandler
from .lists import GroupHandler, LanguageHandler, ShelfHandler, TagHandler, UserHandler
from .notebooks import NotebookHandler
from .opening import OpenHandler
from .publishing import PublishHandler
from .revisions import DiffHandler, RevisionsHandler
from .searching import SearchHandler
from .sharing import GiveHandler, MakeLinkHandler, RevokeLinkHandler, ShareHandler
from .words import LanguagesHandler, TagsHandler

FILES = [str(folder) for folder in STATIC]

ROUTES = (
    Route("/bookstore/gallery", HomeHandler),
    Route("/bookstore/gallery/search", SearchHandler),
    Route("/bookstore/gallery/search/feed", SearchFeedHandler),
    Route("/bookstore/gallery/feed", FeedHandler),
    Route("/bookstore/gallery/opensearch.xml", OpenSearchHandler),
    Route("/bookstore/gallery/publish", PublishHandler),
    Route("/bookstore/gallery/tag/{tag}/feed", TagFeedHandler),
    Route("/bookstore/gallery/tag/{tag}", TagHandler),
    Route("/bookstore/gallery/tags", TagsHandler),
    Route("/bookstore/gallery/language/{language}/feed", LanguageFeedHandler),
    Route("/bookstore/gallery/language/{language}", LanguageHandler),
    Route("/bookstore/gallery/languages", LanguagesHandler),
    Route("/bookstore/gallery/user/{name}/feed", UserFeedHandler),
    Route("/bookstore/gallery/user/{name}", UserHandler),
    Route("/bookstore/gallery/group/{gid}/feed", GroupFeedHandler),
    Route("/bookstore/gallery/group/{gid}", GroupHandler),
    Route("/bookstore/gallery/link", LinkHandler),
    Route("/bookstore/gallery/linked", LinkedHandler),
    Route("/bookstore/gallery/deleted", DeletedHandler),
    Route("/bookstore/gallery/shelf/{shelf}", ShelfHandler),
    Route("/bookstore/gallery/nb/{uuid}/revisions", RevisionsHandler),
    Route("/bookstore/gallery/nb/{uuid}/diff", DiffHandler),
    Route("/bookstore/gallery/nb/{uuid}/edit", EditHandler),
    Route("/bookstore/gallery/nb/{uuid}/share", ShareHandler),
    Route("/bookstore/gallery/nb/{uuid}/link", MakeLinkHandler),
    Route("/bookstore/gallery/nb/{uuid}/revoke", RevokeLinkHandler),
    Route("/bookstore/gallery/nb/{uuid}/give", GiveHandler),
    Route("/bookstore/gallery/nb/{uuid}/deprecate", DeprecateHandler),
    Route("/bookstore/gallery/nb/{uuid}/delete", DeleteHandler),
    Route("/bookstore/gallery/nb/{uuid}/restore", RestoreHandler),
    Route("/bookstore/gallery/nb/{uuid}/star", StarHandler),
    Route("/bookstore/gallery/nb/{uuid}/clone", CloneHandler),
    Route("/bookstore/gallery/nb/{uuid}/open", OpenHandler),
    Route("/bookstore/gallery/nb/{uuid}/download", DownloadHandler),
    Route("/bookstore/gallery/nb/{uuid}/badge.svg", BadgeHandler),
    Route("/bookstore/gallery/nb/{uuid}@{revision}", NotebookHandler),
    Route("/bookstore/gallery/nb/{uuid}", NotebookHandler),
    Route("/bookstore/gallery/static/{file}", GalleryStaticHandler, {"path": FILES}),
    Route("/bookstore/gallery/{path}", NowhereHandler),
)
"""Every page, the first that matches answers."""
