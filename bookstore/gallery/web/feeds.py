"""Atom feeds of what is new: of everything, a list, or a search; as whoever asks may read it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

from ..catalogue.grouping import group
from ..catalogue.listing import Listed
from ..catalogue.reading import Filters, notebooks
from ..catalogue.words import readable
from ..faces.excerpts import excerpt
from ..faces.fields import checked_query, utc
from ..faces.handlers import reading
from ..search.searching import Asked, find
from ..search.values import Sort
from .base import GalleryPageHandler
from .wording import language

ENTRIES = 30
TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING_YET = datetime(2000, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What a feed is of."""

    title: str
    page: str
    """Where the same is, for people."""
    notebooks: Sequence[Listed]


class FeedHandler(GalleryPageHandler):
    """``/bookstore/gallery/feed``, and base of the others."""

    @reading
    async def get(self) -> None:
        """Answer with what was published lately."""
        await self.show_feed(self._recent())

    async def _recent(self) -> Feed:
        return await self.feed("Gallery", (), Filters())

    async def feed(self, title: str, place: Sequence[str], filters: Filters) -> Feed:
        """Return the newest of a list that is at a place."""
        catalogue = (await self.gallery()).catalogue
        page = await notebooks(catalogue, await self.actor(), filters, count=ENTRIES)
        return Feed(title=title, page=self.place(*place), notebooks=page.rows)

    async def show_feed(self, feed: Awaitable[Feed]) -> None:
        """Answer with it."""
        content = self._written(await self.outcome(feed))
        self.set_header("Content-Type", f"{TYPE}; charset=UTF-8")
        self.set_header("Cache-Control", "private, max-age=300")
        self.finish(content)

    def _written(self, feed: Feed) -> bytes:
        here = self.absolute(self.request.uri or "")
        root = ET.Element("feed", xmlns=ATOM)
        _add(root, "id", here)
        _add(root, "title", feed.title)
        ET.SubElement(root, "link", rel="self", type=TYPE, href=_in_xml(here))
        page = self.absolute(feed.page)
        ET.SubElement(root, "link", rel="alternate", type="text/html", href=_in_xml(page))
        moments = [utc(each.updated_at) for each in feed.notebooks]
        _add(root, "updated", max(moments, default=_NOTHING_YET).isoformat())
        for each in feed.notebooks:
            self._add_entry(ET.SubElement(root, "entry"), each)
        content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return content

    def _add_entry(self, entry: ET.Element, about: Listed) -> None:
        _add(entry, "id", f"urn:uuid:{about.uuid}")
        _add(entry, "title", about.title)
        page = self.absolute(self.place("nb", about.uuid))
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=_in_xml(page))
        _add(entry, "published", utc(about.created_at).isoformat())
        _add(entry, "updated", utc(about.updated_at).isoformat())
        _add(ET.SubElement(entry, "author"), "name", about.owner or "nobody")
        _add(entry, "summary", excerpt(about.description))
        for tag in about.tags:
            ET.SubElement(entry, "category", term=_in_xml(tag))


class TagFeedHandler(FeedHandler):
    """``/bookstore/gallery/tag/{tag}/feed``."""

    @reading
    async def get(self, tag: str) -> None:
        """Answer with what has a tag."""
        await self.show_feed(self.feed(f"Tag {readable(tag)}", ("tag", tag), Filters(tag=tag)))


class LanguageFeedHandler(FeedHandler):
    """``/bookstore/gallery/language/{language}/feed``."""

    @reading
    async def get(self, name: str) -> None:
        """Answer with what is written in a language."""
        title, filters = language(readable(name)), Filters(lang=name)
        await self.show_feed(self.feed(f"Notebooks in {title}", ("language", name), filters))


class UserFeedHandler(FeedHandler):
    """``/bookstore/gallery/user/{name}/feed``."""

    @reading
    async def get(self, name: str) -> None:
        """Answer with what somebody owns."""
        filters = Filters(owner=name)
        await self.show_feed(self.feed(f"Notebooks of {readable(name)}", ("user", name), filters))


class GroupFeedHandler(FeedHandler):
    """``/bookstore/gallery/group/{gid}/feed``."""

    @reading
    async def get(self, gid: str) -> None:
        """Answer with what a group owns."""
        await self.show_feed(self._of_group(gid))

    async def _of_group(self, gid: str) -> Feed:
        about = await group((await self.gallery()).catalogue, await self.actor(), gid)
        return await self.feed(f"Notebooks of {about.name}", ("group", gid), Filters(gid=gid))


class SearchFeedHandler(FeedHandler):
    """``/bookstore/gallery/search/feed?q=…``."""

    @reading
    async def get(self) -> None:
        """Answer with what is found, the newest first."""
        await self.show_feed(self._found())

    async def _found(self) -> Feed:
        gallery, q = await self.gallery(), checked_query(self.query_fields().get("q", ""))
        asked = Asked(query=q, sort=Sort.UPDATED, count=ENTRIES)
        answer = await find(gallery.catalogue, gallery.index, await self.actor(), asked)
        page = self.place("search", q=q, sort=Sort.UPDATED.value)
        return Feed(title=f"Search: {q}", page=page, notebooks=answer.notebooks)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _in_xml(text)


def _in_xml(text: str) -> str:
    """Return a text without what no XML may hold."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
