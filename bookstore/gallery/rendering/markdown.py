"""Markdown as Jupyter shows it → HTML that still has to be cleaned; and the headings in it.

GitHub's tables, strikethrough and task lists; mathematics stays text, marked to be set when it is
clean; footnotes are, as in JupyterLab, no notation.
Knows: markdown-it-py.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .allowed import anchor_of
from .highlighting import highlighted

_MAX_NESTING = 50
_BOXES = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}
_HAS_HEADING = re.compile(r"^ {0,3}(?:#{1,6}(?:[ \t]|$)|(?:=+|-+)[ \t]*$)", re.MULTILINE)
_MOST_HEADING = 200
_ANCHOR = Markup(' <a class="nb-anchor" href="#{}" title="Link to this heading">#</a>')


def markdown_html(source: str, anchors: Sequence[str] = (), language: str = "") -> str:
    """Return *source* as HTML, its headings with *anchors*; code without a name is in *language*.

    It holds whatever HTML *source* does.
    """
    return str(_parser().render(source, {"anchors": iter(anchors), "language": language}))


def headings(source: str) -> Iterator[tuple[int, str]]:
    """Yield level and text of the headings of *source* that stand in nothing else."""
    if not _HAS_HEADING.search(source):
        return
    tokens = _blocks().parse(source)
    for opening, inline in pairwise(tokens):
        if _is_heading(opening):
            [parsed] = _parser().parseInline(inline.content[:_MOST_HEADING])
            yield int(opening.tag[1:]), _plain(parsed).strip()


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "js-default", {"html": True, "maxNesting": _MAX_NESTING, "highlight": _fence}
    )
    parser.use(dollarmath_plugin, allow_space=True, allow_digits=False, double_inline=True)
    parser.use(amsmath_plugin)
    parser.core.ruler.push("anchors", _add_anchors)
    parser.core.ruler.push("tasks", _draw_boxes)
    for name, delimiter in (("math_inline", "$"), ("math_inline_double", "$$")):
        parser.add_render_rule(name, _math("span", delimiter))
    for name in ("math_block", "math_block_label"):
        parser.add_render_rule(name, _math("div", "$$"))
    parser.add_render_rule("amsmath", _math("div", ""))
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # cleaning judges
    return parser


@cache
def _blocks() -> MarkdownIt:
    """Reads blocks only: what stands in them costs more."""
    return MarkdownIt("js-default", {"html": True, "maxNesting": _MAX_NESTING}).disable("inline")


def _fence(code: str, name: str, _attributes: str) -> str:
    return str(highlighted(code, name)) if name and len(name) < 40 else ""


def _math(tag: str, delimiter: str) -> Any:
    def render(
        _self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any
    ) -> str:
        content = f"{delimiter}{tokens[at].content.strip()}{delimiter}"
        return str(Markup('<{0} class="nb-math">{1}</{0}>').format(Markup(tag), content))  # noqa: S704

    return render


def _add_anchors(state: StateCore) -> None:
    anchors = state.env.get("anchors", iter(()))
    for opening, inline in pairwise(state.tokens):
        if not _is_heading(opening) or not (anchor := next(anchors, "")):
            continue
        opening.attrSet("id", anchor)
        link = Token("html_inline", "", 0)
        link.content = str(_ANCHOR.format(anchor))  # Markup would escape what it is added to
        inline.children = [*(inline.children or ()), link]


def _draw_boxes(state: StateCore) -> None:
    for item, paragraph, inline in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if (item.type, paragraph.type) != ("list_item_open", "paragraph_open"):
            continue
        first = inline.children[0] if inline.children else None
        if first is not None and first.content[:3] in _BOXES and first.content[3:4] == " ":
            item.attrSet("class", "nb-task")
            first.content = _BOXES[first.content[:3]] + first.content[3:]


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and token.level == 0


def _plain(inline: Token) -> str:
    """Return the text of a heading without its markup."""
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or ()
        if child.type != "html_inline"
    )


class Anchors:
    """Gives each heading of a notebook an anchor that no other has."""

    def __init__(self) -> None:
        self._taken: MutableMapping[str, int] = {}

    def of(self, heading: str) -> str:
        """Return the anchor of the next heading: as Jupyter's, numbered if taken."""
        anchor = anchor_of(heading) or "section"
        seen = self._taken.get(anchor, 0)
        self._taken[anchor] = seen + 1
        return f"{anchor}-{seen + 1}" if seen else anchor
