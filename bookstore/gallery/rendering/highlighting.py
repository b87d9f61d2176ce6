"""Code with colours, as spans whose classes begin with ``hl-``.

Knows: Pygments.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter(nowrap=True, classprefix="hl-")
_MAGIC = re.compile(r"(%%(\w+)[^\n]*\n)")
_OF_MAGICS = {
    **{name: name for name in ("html", "javascript", "js", "latex", "perl", "ruby", "sql")},
    **dict.fromkeys(("bash", "sh", "script"), "bash"),
    **dict.fromkeys(("R", "rpy"), "r"),
    **dict.fromkeys(("markdown", "svg"), "text"),
}
"""What the rest of a cell is written in that begins with such a line."""
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def highlighted(code: str, language: str) -> Markup:
    """Return *code* as HTML; without colours where nobody knows the language."""
    head, rest = "", code
    if found := _MAGIC.match(code):
        language = _OF_MAGICS.get(found[2], language)
        head, rest = found[1], code[found.end() :]
    lexer = _lexer(language.lower())
    if lexer is None:
        return plain_code(code)
    first = Markup('<span class="hl-m">{}</span>').format(head) if head else Markup()
    return first + told_apart(Markup(highlight(rest, lexer, _FORMATTER)))  # noqa: S704


def plain_code(code: str) -> Markup:
    """Return *code* as HTML without colours."""
    return told_apart(Markup("{}").format(code.replace("\r\n", "\n")))


def told_apart(html: Markup) -> Markup:
    """Return *html* with a name for each character that nobody sees, or that turns others round.

    So code is read as it runs.  *html* must not hold such characters in its attributes.
    """
    shown = _ODD.sub(lambda found: f'<span class="nb-odd">U+{ord(found[0]):04X}</span>', html)
    return Markup(shown)  # noqa: S704


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    name = "python" if language.startswith("ipython") else language
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
