"""A notebook, whoever wrote it and valid or not → HTML that is safe on a page of the gallery.

:class:`Renderer` is for servers: it renders in processes that are killed at a deadline, and keeps
what came of it.  :func:`render` does the same in this process.

What a page asks for, and what it gets:

========================  =========================================================================
the first cells           ``shown = await renderer.render(body)``: :data:`FIRST_CELLS` of them
the next ones             ``await renderer.render(body, cells=slice(shown.stop, …))`` while
                          ``shown.has_more``: behind a link to a page of its own, so that it works
                          without a script, which may put ``shown.html`` below what is there
the table of contents     ``contents_html(shown, url_of_cell)``; the headings are those of the whole
                          notebook, whichever cells are shown
what a reader should know ``shown.notes``, sentences that are text and not HTML
a description             ``await renderer.render_markdown(source)``
two revisions             ``await renderer.compare(base, remote)``: ``html``, ``words``, ``summary``
the style                 the sheet :data:`STYLES`, behind ``bookstore.css``, whose colours it takes
the headers               :func:`page_headers` for a page of the gallery that holds any of this;
                          :func:`document_headers` for a :func:`document`, which holds nothing else;
                          :func:`framed` has what they say within itself
HTTP caches               ``renderer.etag(body, cells=…)``, and :data:`VERSION` in what is kept
                          elsewhere
========================  =========================================================================

All HTML here is whole and cleaned, and goes into a page as it is.  Its classes begin with ``nb-``,
``hl-`` or ``ansi-``, its ids with ``nb-`` or ``cell-``: a page uses none of those for itself.

:class:`~bookstore.errors.InvalidNotebook`, :class:`~bookstore.errors.TooLarge` and
:class:`RenderingFailed` have a message and a hint for readers.  The page is there all the same, and
offers the download: :class:`RenderingFailed` is what is left when a notebook took too long twice.
"""

from .contents import contents_html
from .diff import Compared
from .headers import STYLES, Scheme, document, document_headers, framed, page_headers
from .limits import FIRST_CELLS, Limits
from .notebook import render, render_markdown
from .rendered import Heading, Options, Rendered
from .renderer import VERSION, Renderer
from .workshop import RenderingFailed

__all__ = [
    "FIRST_CELLS",
    "STYLES",
    "VERSION",
    "Compared",
    "Heading",
    "Limits",
    "Options",
    "Rendered",
    "Renderer",
    "RenderingFailed",
    "Scheme",
    "contents_html",
    "document",
    "document_headers",
    "framed",
    "page_headers",
    "render",
    "render_markdown",
]
