"""What has to be true of HTML that comes from a notebook, whatever is in it: read by a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import html5lib


def words(names: str) -> set[str]:
    """Names that stand in one text."""
    return {*names.split()}


HTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = words(
    "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div dl dt"
    " em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark nav ol p pre q rp rt"
    " ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead"
    " tr tt u ul var wbr"
)
ATTRIBUTES = words(
    "align alt aria-hidden aria-label border class color colspan decoding dir height href id lang"
    " loading open referrerpolicy rel reversed role rowspan scope span src start style tabindex"
    " title type valign value width"
)
MATH_ELEMENTS = words(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup"
    " mtable mtd mtext mtr munder munderover"
)
MATH_ATTRIBUTES = words(
    "accent columnalign columnlines depth display displaystyle fence form height linethickness"
    " lspace mathcolor mathvariant maxsize minsize movablelimits rowlines rspace scriptlevel"
    " separator stretchy width"
)
MATH_VALUE = re.compile(r"[a-z -]{2,99}|#[0-9a-fA-F]{3,6}|-?0?\.\d+em|\d(\.\d+)?(em)?")
MIXED = "mathematics with something else in it"
"""Harmless if the something else is: only that ours never looks so."""
LINK = re.compile(r"(https?://[^/@\\\s]+([/?#]\S*)?|mailto:\S+|#(nb|cell)-\S+)", re.IGNORECASE)
IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
OWN_CLASS = re.compile(r"(nb|hl|ansi)-[a-z0-9-]+|dataframe")
STYLE = re.compile(r"[a-z-]+: [a-z0-9#%.,() /-]+(; [a-z-]+: [a-z0-9#%.,() /-]+)*")
NOT_IN_STYLES = ("url", "image", "expression", "position", "fixed", "var(", "-moz", "behavior")


def dangers(html: str) -> list[str]:
    """What is wrong with a fragment of *html*, in the eyes of a browser's parser."""
    return _looked_at(html)[0]


def sections(html: str) -> list[str | None]:
    """The ids of the elements at the top of a fragment, which are the cells."""
    return _looked_at(html)[1]


@lru_cache(maxsize=1_000)
def _looked_at(html: str) -> tuple[list[str], list[str | None]]:
    """Parse *html* once, however many tests come to the same."""
    fragment = html5lib.parseFragment(html, container="main", treebuilder="etree")
    found = [danger for element in fragment.iter() for danger in _dangers(element)]
    return found, [element.get("id") for element in fragment]


def _dangers(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield "a comment"
        return
    if element.tag.startswith(MATH):
        yield from _dangers_of_mathematics(element)
        return
    name = element.tag.removeprefix(HTML)
    if name == "DOCUMENT_FRAGMENT":
        return
    if name not in ELEMENTS:
        yield f"<{name}>"
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES:
            yield f"{name} {attribute}"
        elif attribute == "href" and not LINK.fullmatch(value):
            yield f"a link to {value}"
        elif attribute == "src" and not IMAGE.fullmatch(value):
            yield f"an image from {value}"
        elif attribute == "id" and not value.startswith(("nb-", "cell-")):
            yield f"an id of the page: {value}"
        elif attribute == "class" and not all(map(OWN_CLASS.fullmatch, value.split())):
            yield f"a class of the page: {value}"
        elif attribute == "style" and (
            not STYLE.fullmatch(value) or any(word in value for word in NOT_IN_STYLES)
        ):
            yield f"a style: {value}"
    if name == "a" and not {"noopener", "noreferrer"} <= {*element.get("rel", "").split()}:
        yield "a link that tells where it comes from"


def _dangers_of_mathematics(element: Any) -> Iterator[str]:
    if element.tag.removeprefix(MATH) not in MATH_ELEMENTS:
        yield f"<{element.tag}>"
    for child in element:
        if not (isinstance(child.tag, str) and child.tag.startswith(MATH)):
            yield f"{MIXED}: {child.tag}"
    for attribute, value in element.attrib.items():
        if attribute != "alttext" and not (
            attribute in MATH_ATTRIBUTES and MATH_VALUE.fullmatch(value)
        ):
            yield f"mathematics with {attribute}={value}"
