"""What is allowed of HTML: elements, attributes, and what may stand in each.

Knows: HTML, URLs.  Must not know: who cleans with it.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from .drawings import is_drawable
from .styles import allowed_style

PREFIX = "nb-"
"""Of every id that a notebook gives: it is no name that a page or a script knows."""
SVG = "image/svg+xml"
Attachments = Mapping[str, str]
"""data: URLs of images by name."""
AttributeFilter = Callable[[str, str, str], "str | None"]
"""Element, attribute and value → what the value becomes, None for no attribute."""


def words(names: str) -> set[str]:
    """Return names that stand in one text."""
    return set(names.split())


TEXT_TAGS = words(
    "a abbr b bdi blockquote br caption center cite code col colgroup dd del details dfn div "
    "dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp "
    "rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead tr "
    "tt u ul var wbr"
)
MATH_TAGS = words(
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup "
    "mtable mtd mtext mtr munder munderover"
)
"""They are made here, from TeX; those of a notebook go, since parsers disagree about them."""
OWN_TAGS = TEXT_TAGS | MATH_TAGS | {"section", "nav"}
GONE_WITH_CONTENT = words(
    "applet audio canvas embed frameset iframe math noembed noframes noscript object "
    "plaintext script select style svg template textarea title video xmp"
)
OWN_GONE_WITH_CONTENT = GONE_WITH_CONTENT - MATH_TAGS
TEXT_ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "style", "title"},
    "a": {"href"},
    "abbr": {"title"},
    "col": {"span", "width"},
    "colgroup": {"span"},
    "details": {"open"},
    "font": {"color"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "table": {"align", "border", "width"},
    **{name: {"align", "colspan", "rowspan", "scope", "valign", "width"} for name in ("td", "th")},
    **{name: {"align"} for name in ("div", "h1", "h2", "h3", "h4", "h5", "h6", "p")},
    "tr": {"align", "valign"},
}
MATH_ATTRIBUTES = words(
    "accent columnalign columnlines depth displaystyle fence form height linethickness lspace "
    "mathcolor mathvariant maxsize minsize movablelimits rowlines rspace scriptlevel separator "
    "stretchy width"
)
MATH_VALUE = re.compile(
    r"[a-z]{2,9}(?:[ -][a-z]{2,9}){0,9}|#[0-9a-fA-F]{3,6}|-?0?\.\d{1,3}em|\d(?:\.\d{1,3})?(?:em)?"
)
"""Words, colours, and lengths that move nothing far."""
OWN_ATTRIBUTES = {
    **TEXT_ATTRIBUTES,
    **dict.fromkeys(MATH_TAGS, MATH_ATTRIBUTES),
    "math": {"alttext", "display"},
    "*": TEXT_ATTRIBUTES["*"] | {"aria-hidden", "aria-label", "role", "tabindex"},
    "img": TEXT_ATTRIBUTES["img"] | {"decoding", "loading", "referrerpolicy"},
}
_NUMBERS = {"border", "colspan", "height", "rowspan", "span", "start", "tabindex", "value", "width"}
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,6})?%?")
_WORDS = {"align", "dir", "lang", "reversed", "scope", "type", "valign"}
_WORD = re.compile(r"[A-Za-z0-9-]{0,20}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,24}")

_TEXT_CLASS = re.compile(r"hl-[a-z0-9]{1,4}|ansi-[a-z0-9-]{1,20}|dataframe")
_MARKDOWN_CLASSES = {"nb-anchor", "nb-math", "nb-task"}
_OWN_CLASS = re.compile(r"(?:hl|ansi|nb)-[a-z0-9-]{1,24}|dataframe")
_OWN_ID = re.compile(r"(?:nb-|cell-)[^\s\"'<>&]{1,200}")
_NOT_IN_IDS = re.compile(r"[\s\"'<>&]+")

_WEB = re.compile(r"https?://[^\s\\@/?#\"'<>]+(?:[/?#][^\s\\\"'<>]*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s\\\"'<>?:]{1,200}", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}")
SCHEMES = {"attachment", "data", "http", "https", "mailto"}
REL = "noopener noreferrer nofollow ugc"


def anchor_of(heading: str) -> str:
    """Return what a link to *heading* says after its #, as in Jupyter."""
    return _NOT_IN_IDS.sub("-", heading.strip())[:150]


def data_url(mime: str, base64_text: str) -> str:
    """Return the URL of an image that is part of a notebook, empty where it is none, or a drawing
    that nobody would want to wait for."""
    url = f"data:{mime};base64,{''.join(base64_text.split())}"
    if not _IMAGE.fullmatch(url):
        return ""
    return url if mime != SVG or is_drawable(_decoded(base64_text)) else ""


def _decoded(base64_text: str) -> bytes:
    with contextlib.suppress(ValueError):
        return base64.b64decode(base64_text)
    return b""


# -- attributes ------------------------------------------------------------------------------------


def filter_of_piece(attachments: Attachments) -> AttributeFilter:
    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return _classes(
                value, lambda each: bool(_TEXT_CLASS.fullmatch(each)) or (each in _MARKDOWN_CLASSES)
            )
        if name == "id":
            anchor = anchor_of(value)
            return PREFIX + anchor if anchor else None
        if name == "href":
            return _link(value)
        if name == "src":
            if value.startswith("attachment:"):
                return attachments.get(unquote(value.removeprefix("attachment:")))
            return _image(value)
        return _harmless(name, value)

    return kept


def filter_of_whole(remote_images: bool) -> AttributeFilter:
    def kept(tag: str, name: str, value: str) -> str | None:
        if tag in MATH_TAGS:
            return value if name == "alttext" or _is_of_math(name, value) else None
        if name == "class":
            return _classes(value, lambda each: bool(_OWN_CLASS.fullmatch(each)))
        if name == "id":
            return value if _OWN_ID.fullmatch(value) else None
        if name == "href":
            return value if value.startswith((f"#{PREFIX}", "#cell-")) else _outward(value)
        if name == "src":
            is_own = bool(_IMAGE.fullmatch(value))
            return value if is_own or (remote_images and is_secure(value)) else None
        return _harmless(name, value)

    return kept


def _is_of_math(name: str, value: str) -> bool:
    return name in MATH_ATTRIBUTES | {"display"} and bool(MATH_VALUE.fullmatch(value))


def _classes(value: str, is_allowed: Callable[[str], bool]) -> str | None:
    return " ".join(filter(is_allowed, value.split())) or None


def _harmless(name: str, value: str) -> str | None:
    if name == "style":
        return allowed_style(value) or None
    if name in _NUMBERS:
        return value if _NUMBER.fullmatch(value) else None
    if name in _WORDS:
        return value if _WORD.fullmatch(value) else None
    if name == "color":
        return value if _COLOUR.fullmatch(value) else None
    return value


def _link(value: str) -> str | None:
    if value.startswith("#"):
        anchor = anchor_of(unquote(value[1:]))
        return f"#{PREFIX}{anchor}" if anchor else None
    return _outward(f"https:{value}" if value.startswith("//") else value)


def _outward(value: str) -> str | None:
    """Return a link that leads to another place on the web, or to a mail; no other.

    A path would lead to somewhere on this server, with its reader's rights.
    """
    value = value.strip()
    return value if _WEB.fullmatch(value) or _MAIL.fullmatch(value) else None


def _image(value: str) -> str | None:
    value = f"https:{value}" if value.startswith("//") else value.strip()
    if value.startswith("data:"):
        head, _, data = value.partition(",")
        return data_url(head.removeprefix("data:").removesuffix(";base64"), data) or None
    return value if _WEB.fullmatch(value) else None


def is_secure(value: str) -> bool:
    return value.lower().startswith("https:") and bool(_WEB.fullmatch(value))
