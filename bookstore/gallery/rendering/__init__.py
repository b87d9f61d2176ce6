"""A notebook, whoever wrote it and valid or not → HTML that is safe on a page of the gallery.

:class:`Renderer` is for servers: it renders in processes that are killed at a deadline, and keeps
what came of it.  :func:`render` does the same in this process.
"""

from .contents import contents_html
from .diff import Compared
from .headers import STYLES, document, document_headers, page_headers
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
    "contents_html",
    "document",
    "document_headers",
    "page_headers",
    "render",
    "render_markdown",
]
