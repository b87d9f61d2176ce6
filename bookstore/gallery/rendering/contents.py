"""The table of contents as HTML.

Knows: headings, HTML.  Must not know: URLs of pages.
"""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from .rendered import Heading, Rendered

_ENTRY = Markup('<li class="nb-toc-{level}"><a href="{url}">{text}</a></li>')
_NAV = Markup('<nav class="nb-toc" aria-label="Contents"><ol>\n{}\n</ol></nav>')


def contents_html(rendered: Rendered, url_of_cell: Callable[[int], str]) -> str:
    """Return the headings of the whole notebook as links, empty where there are none.

    *url_of_cell* tells where the page is that shows the cell of an index; for a cell that is shown
    here nothing stands before the anchor.
    """

    def url_of(heading: Heading) -> str:
        is_here = rendered.start <= heading.cell < rendered.stop
        return f"{'' if is_here else url_of_cell(heading.cell)}#{heading.anchor}"

    entries = [
        _ENTRY.format(level=heading.level, url=url_of(heading), text=heading.text or "Untitled")
        for heading in rendered.outline
    ]
    return _NAV.format(Markup("\n").join(entries)) if entries else ""
