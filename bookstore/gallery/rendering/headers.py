"""What a browser has to be told about rendered notebooks: the wall behind the cleaning.

Knows: HTTP headers, HTML documents.  Must not know: handlers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from .rendered import Options, Rendered

STYLES = Path(__file__).parent / "static" / "notebook.css"
"""The style of rendered notebooks; the colours are bookstore.css's."""
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_DOCUMENT = Markup(
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n'
    "<title>{title}</title>\n<style>\n{styles}\n</style>\n</head>\n"
    '<body>\n<main class="nb">\n{notebook}\n</main>\n</body>\n</html>\n'
)


def document_headers(options: Options) -> Mapping[str, str]:
    """Return the headers of a :func:`document`: it has an origin of its own and runs nothing."""
    images = "data: https:" if options.remote_images else "data:"
    policy = (
        f"sandbox; default-src 'none'; img-src {images}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, **_COMMON}


def page_headers(options: Options) -> Mapping[str, str]:
    """Return the headers of a page of the gallery that holds a rendered notebook.

    The page's own scripts and styles come from this server; a notebook may colour its text.
    """
    images = "'self' data: https:" if options.remote_images else "'self' data:"
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
        f"img-src {images}; style-src 'self'; style-src-attr 'unsafe-inline'; frame-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    )
    return {"Content-Security-Policy": policy, **_COMMON}


def document(rendered: Rendered, *, title: str, styles: Sequence[str]) -> str:
    """Return a page with nothing but a notebook, for a frame or a tab of its own.

    *styles* are style sheets, as text: they are the only thing in it that is not from the notebook.
    """
    return _DOCUMENT.format(
        title=title,
        styles=Markup("\n".join(styles)),  # noqa: S704  # ours
        notebook=Markup(rendered.html),  # noqa: S704  # cleaned
    )
