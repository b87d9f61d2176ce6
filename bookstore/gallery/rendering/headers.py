"""What a browser has to be told about rendered notebooks: the wall behind the cleaning.

Knows: HTTP headers, HTML documents.  Must not know: handlers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from markupsafe import Markup

from .rendered import Options, Rendered

Scheme: TypeAlias = Literal["light dark", "light", "dark"]
STYLES = Path(__file__).parent / "static" / "notebook.css"
"""The style of rendered notebooks; the colours are bookstore.css's."""
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_DOCUMENT = Markup(
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{wall}'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="{scheme}">\n'
    "<title>{title}</title>\n<style>\n{styles}\n</style>\n</head>\n"
    '<body>\n<main class="nb">\n{notebook}\n</main>\n</body>\n</html>\n'
)
_WALL = Markup(
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n<base target="_blank">\n'
)
_LEAD = Markup(
    '<div class="nb-cell nb-markdown"><div class="nb-prompt"></div>'
    '<div class="nb-body">{description}</div></div>\n{cells}'
)
_DARK = "(prefers-color-scheme: dark)"


def document_headers(options: Options) -> Mapping[str, str]:
    """Return the headers of a :func:`document`: it has an origin of its own and runs nothing."""
    policy = f"sandbox; {_document_policy(options)}; frame-ancestors 'self'"
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
    """Return a page with nothing but a notebook, for a tab of its own.

    *styles* are style sheets, as text: they are the only thing in it that is not from the notebook.
    """
    return _document(rendered.html, title=title, styles="\n".join(styles))


def framed(
    rendered: Rendered,
    *,
    title: str,
    description: str,
    styles: Sequence[str],
    options: Options,
    scheme: Scheme = "light dark",
) -> str:
    """Return a :func:`document` for the ``srcdoc`` of a frame: what headers would say is in it.

    The frame has to have the attribute ``sandbox``, without ``allow-same-origin`` and
    ``allow-scripts``; with ``allow-popups`` links open in a tab.  *description* is HTML that was
    cleaned, and comes first.  *scheme* says which colours there are, whatever the browser likes.
    """
    styled = "\n".join(styles)
    if scheme != "light dark":
        styled = styled.replace(_DARK, "all" if scheme == "dark" else "not all")
    html = rendered.html
    if description:
        html = _LEAD.format(description=_safe(description), cells=_safe(html))
    wall = _WALL.format(policy=_document_policy(options))
    return _document(html, title=title, styles=styled, scheme=scheme, wall=wall)


def _document(
    html: str, *, title: str, styles: str, scheme: Scheme = "light dark", wall: str = ""
) -> str:
    return _DOCUMENT.format(
        title=title,
        styles=_safe(styles),
        scheme=scheme,
        wall=_safe(wall),
        notebook=_safe(html),
    )


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # ours, or cleaned


def _document_policy(options: Options) -> str:
    images = "data: https:" if options.remote_images else "data:"
    return (
        f"default-src 'none'; img-src {images}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
