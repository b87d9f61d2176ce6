"""The walls: what a notebook brings as HTML passes nh3 piece by piece, the whole passes it again.

A piece is cleaned by itself, so it ends where it should and can claim none of the page's own
classes and ids.  The second wall is for the mistakes of those who put the pieces together.
Knows: nh3, HTML.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import accumulate

import nh3
from markupsafe import Markup, escape

from .allowed import (
    GONE_WITH_CONTENT,
    OWN_ATTRIBUTES,
    OWN_GONE_WITH_CONTENT,
    OWN_TAGS,
    REL,
    SCHEMES,
    TEXT_ATTRIBUTES,
    TEXT_TAGS,
    Attachments,
    AttributeFilter,
    filter_of_piece,
    filter_of_whole,
    is_secure,
    words,
)

TOO_TANGLED = "HTML that is nested too deeply is shown as it is written."

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [^\s=>]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r" ([^\s=]+)=\"([^\"]*)\"")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_CLOSE_THEMSELVES = words(
    "area base br col dd dt embed hr img input link meta option p param li source tbody td "
    "tfoot th thead tr track wbr"
)
_MOST_OPEN = 200
_MOST_WORK = 3_000_000
"""Tags times how many of them are open at once: an HTML parser may go through those for each."""


def clean_piece(
    html: str, *, attachments: Attachments | None = None, remote_images: bool = False
) -> tuple[Markup, str]:
    """Return what is harmless of *html* that anybody may have written, and what to say about it."""
    if _is_tangled(html):
        return Markup('<pre class="nb-text"><code>{}</code></pre>').format(html), TOO_TANGLED
    cleaned = nh3.clean(
        html,
        tags=TEXT_TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=TEXT_ATTRIBUTES,
        attribute_filter=_strict(filter_of_piece(attachments or {})),
        link_rel=None,
        url_schemes=SCHEMES,
    )
    return Markup(_images_in_their_place(cleaned, remote_images)), ""  # noqa: S704


def clean_whole(html: str, *, remote_images: bool = False) -> str:
    """Return *html* that was put together here, with nothing in it that could do anything."""
    return nh3.clean(
        html,
        tags=OWN_TAGS,
        clean_content_tags=OWN_GONE_WITH_CONTENT,
        attributes=OWN_ATTRIBUTES,
        attribute_filter=_strict(filter_of_whole(remote_images)),
        link_rel=REL,
        url_schemes=SCHEMES,
    )


def says_something(html: str) -> bool:
    """Is there text or an image in cleaned *html*?"""
    return "<img " in html or bool(_TAG.sub("", html).strip())


def _strict(judge: AttributeFilter) -> AttributeFilter:
    """Return *judge*, without the attributes that it fails to judge: nh3 would keep them."""

    def judged(tag: str, name: str, value: str) -> str | None:
        try:
            return judge(tag, name, value)
        except Exception:  # when memory ends, for one
            return None

    return judged


# -- structure -------------------------------------------------------------------------------------


def _is_tangled(html: str) -> bool:
    """Would an HTML parser take long for it?  Counts what is open, roughly."""
    steps = [
        0 if name.lower() in _CLOSE_THEMSELVES else -1 if slash else 1
        for slash, name in _ANY_TAG.findall(html)
    ]
    depth = max(accumulate(steps, lambda open_now, step: max(0, open_now + step)), default=0)
    return depth > _MOST_OPEN or depth * len(steps) > _MOST_WORK


def _images_in_their_place(html: str, remote_images: bool) -> str:
    """Make links of the images that would be loaded from elsewhere, in *html* as nh3 writes it."""
    if "<img" not in html:
        return html
    links_open = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal links_open
        slash, tag, attributes = found.groups()
        if tag == "a":
            links_open += -1 if slash else 1
        if tag != "img":
            return found[0]
        told = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        source = told.get("src", "")
        if source.startswith("data:") or (remote_images and is_secure(source)):
            return f'<img loading="lazy" decoding="async" referrerpolicy="no-referrer"{attributes}>'
        return _instead_of_image(told.get("alt", ""), source, is_in_link=links_open > 0)

    return _TAG.sub(replaced, html)


def _instead_of_image(alt: str, source: str, *, is_in_link: bool) -> str:
    name = escape(f"Image: {alt or source or 'not part of the notebook'}")
    if not source or is_in_link:
        return f'<span class="nb-image">{name}</span>'
    return f'<a class="nb-image" href="{escape(source)}">{name}</a>'
