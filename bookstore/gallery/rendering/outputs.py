"""The outputs of a cell → HTML, each in the best form that is safe.

What is not known is named and never shown as it is: it could be what a browser runs.
Knows: outputs' JSON.  Must not know: cells.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ...words import count
from .allowed import SVG, data_url
from .ansi import ansi_html
from .cleaning import clean_piece, says_something
from .highlighting import plain_code
from .limits import Allowance, GivenUp
from .markdown import markdown_html
from .mathematics import latex_html, with_formulas
from .reading import as_json, cut, length_of, short, text
from .rendered import Options

_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_JSON = re.compile(r"application/(?:[\w.-]{1,60}\+)?json")
_BEST = (
    *("text/html", "text/markdown", SVG, *_IMAGES),
    *("text/latex", "application/json"),
)
"""As Jupyter prefers them; a plain text is what is left when there is nothing else."""
_PLAIN = "text/plain"
_PRINTED = Markup('<pre tabindex="0"><samp>{}</samp></pre>')
"""Browsers leave out the line break that a <pre> begins with, but not one in another element."""
_MOST_NAMED = 8
_SIZE = re.compile(r"\d{1,5}(?:\.\d{1,6})?(?:px)?")
_MOST_PIXELS = 10_000
_TOO_LONG = "It is shown as it is written: to set it took too long, or failed."


class Outputs:
    """Renders the outputs of the cells of one portion."""

    def __init__(self, options: Options, allowance: Allowance) -> None:
        self._options = options
        self._limits = options.limits
        self._allowance = allowance

    def render(self, outputs: Any, cell: str) -> Markup:
        """Return *outputs*, those of *cell*, as it is named to people who see no images."""
        if not isinstance(outputs, list):
            return note(f"Outputs that are no list: {short(outputs)}") if outputs else Markup()
        shown = [self._one(output, cell) for output in _merged(outputs[: self._limits.outputs])]
        if (left := len(outputs) - self._limits.outputs) > 0:
            are = "is" if left == 1 else "are"
            shown.append(note(f"{count(left, 'more output')} {are} not shown."))
        return Markup("\n").join(filter(None, shown))

    def _one(self, output: Any, cell: str) -> Markup:
        kind = output.get("output_type") if isinstance(output, Mapping) else None
        if kind == "stream":
            is_error = output.get("name") == "stderr"
            return self._printed(output.get("text"), "nb-stderr" if is_error else "nb-stdout")
        if kind == "error":
            return self._error(output)
        if kind in ("display_data", "execute_result", "update_display_data"):
            return self._display(output, cell)
        return note(f"An output of an unknown kind: {short(kind if kind else output)}")

    def _error(self, output: Mapping[str, Any]) -> Markup:
        lines = output.get("traceback")
        told = "\n".join(map(text, lines)) if isinstance(lines, list) else text(lines)
        if not told.strip():
            told = f"{text(output.get('ename'))}: {text(output.get('evalue'))}"
        return self._printed(told, "nb-error")

    def _printed(self, value: Any, look: str) -> Markup:
        printed, more = cut(value, self._limits.text_output)
        if not printed:
            return Markup()
        if not self._allowance.admits(printed):
            return _no_room("A text")
        return _framed(look, _PRINTED.format(ansi_html(printed)), more)

    # -- what is displayed -------------------------------------------------------------------------

    def _display(self, output: Mapping[str, Any], cell: str) -> Markup:
        bundle, metadata = output.get("data"), output.get("metadata")
        if not isinstance(bundle, Mapping):
            return note(f"An output without data: {short(bundle)}") if bundle else Markup()
        passed_over: list[str] = []
        others = [mime for mime in bundle if mime not in (*_BEST, _PLAIN)][:_MOST_NAMED]
        for mime in (*_BEST, *others, _PLAIN):
            if mime not in bundle:
                continue
            about = metadata.get(mime) if isinstance(metadata, Mapping) else None
            shown = self._of_type(mime, bundle[mime], about, cell)
            if shown is not None:
                return Markup().join([*map(note, passed_over), shown])
            passed_over.append(f"An output of the type {short(mime)} is for a running notebook.")
        if not bundle:
            return Markup()
        names = ", ".join(map(short, [*bundle][:_MOST_NAMED]))
        return note(f"An output that cannot be shown here: {names}")

    def _of_type(self, mime: str, value: Any, about: Any, cell: str) -> Markup | None:
        """Return what there is to see; None where that is nothing."""
        if mime == "text/html":
            return self._html(value)
        if mime == "text/markdown":
            return self._markdown(value)
        if mime == SVG or mime in _IMAGES:
            return self._image(mime, value, about, cell)
        if mime == "text/latex":
            return self._latex(value)
        if mime == _PLAIN:
            return self._text(value, "nb-plain")
        if _JSON.fullmatch(mime) and "vnd." not in mime:
            return self._text(as_json(value), "nb-json")
        return None

    def _latex(self, value: Any) -> Markup | None:
        source, more = cut(value, self._limits.text_output)
        formulas = Markup() if self._options.careful else latex_html(source, self._allowance)
        return _framed("nb-latex", formulas, more) if formulas else self._text(value, "nb-math")

    def _text(self, value: Any, look: str) -> Markup | None:
        shown, more = cut(value, self._limits.text_output)
        if not self._allowance.admits(shown):
            return _no_room("A text")
        body = plain_code(shown) if look == "nb-json" else ansi_html(shown)
        return _framed(look, _PRINTED.format(body), more)

    def _html(self, value: Any) -> Markup | None:
        html, more = cut(value, self._limits.html_output)
        if self._options.careful:
            return self._text(html, "nb-plain")
        if not self._allowance.admits(html):
            return _no_room("A table or text in HTML")
        if not self._allowance.has_time():
            return self._as_written(html)
        cleaned, problem = clean_piece(html, remote_images=self._options.remote_images)
        if not says_something(cleaned):
            return None
        return _framed("nb-html", cleaned, more, problem)

    def _markdown(self, value: Any) -> Markup | None:
        source, more = cut(value, self._limits.text_output)
        if not self._allowance.admits(source):
            return _no_room("A text in Markdown")
        if self._options.careful:
            return self._text(source, "nb-plain")
        try:
            with self._allowance.of_one_piece():
                html = markdown_html(source)
        except GivenUp:
            return self._as_written(source)
        cleaned, problem = clean_piece(html, remote_images=self._options.remote_images)
        return _framed("nb-markdown", with_formulas(cleaned, self._allowance), more, problem)

    def _as_written(self, value: str) -> Markup:
        shown, more = cut(value, self._limits.text_output)
        body = _PRINTED.format(plain_code(shown))
        return _framed("nb-plain", body, more, _TOO_LONG)

    def _image(self, mime: str, value: Any, about: Any, cell: str) -> Markup | None:
        url = image_url(mime, value, self._limits.image)
        if not url:
            return note(
                f"An image that cannot be shown: {mime}, {too_large_or_damaged(mime, value)}"
            )
        if not self._allowance.admits(url):
            return _no_room("An image")
        alt = about.get("alt") if isinstance(about, Mapping) else None
        alt = text(alt, 300) if isinstance(alt, str) and alt else f"Output of {cell}"
        sizes = Markup().join(
            Markup(' {}="{}"').format(Markup(name), size)  # noqa: S704
            for name in ("width", "height")
            if (size := _pixels(about, name))
        )
        image = Markup('<img src="{}" alt="{}"{} loading="lazy" decoding="async">')
        return _framed("nb-picture", image.format(url, alt, sizes))


# -- images ----------------------------------------------------------------------------------------


def image_url(mime: str, value: Any, most: int) -> str:
    """Return the data: URL of an image, empty where it is too large or none.

    An SVG is drawn as an image, too, so that nothing in it runs or loads.
    """
    content = text(value, most)
    if len(content) > most:
        return ""
    if mime == SVG and "<" in content[:2_000]:
        content = base64.b64encode(content.encode()).decode()
    return data_url(mime, content)


def too_large_or_damaged(mime: str, value: Any) -> str:
    """Return why there is no :func:`image_url`, roughly."""
    if mime == SVG:
        return "which is damaged, or takes too long to draw"
    length = length_of(value)
    return f"{length:,} characters of base64" if length > 1_000 else "which is damaged"


class Attached(Mapping[str, str]):
    """The data: URLs of a cell's attachments that are images, by name, as long as there is room:
    each time that one is named, it is on the page once more."""

    def __init__(self, attachments: Any, allowance: Allowance) -> None:
        self._bundles = attachments if isinstance(attachments, Mapping) else {}
        self._allowance = allowance
        self._urls: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._urls:
            self._urls[name] = self._url(self._bundles[name])
        url = self._urls[name]
        if not url or not self._allowance.admits(url):
            self._urls[name] = ""
            raise KeyError(name)
        return url

    def _url(self, bundle: Any) -> str:
        for mime in (*_IMAGES, SVG):
            if isinstance(bundle, Mapping) and mime in bundle:
                return image_url(mime, bundle[mime], self._allowance.limits.image)
        return ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._bundles)

    def __len__(self) -> int:
        return len(self._bundles)


def _pixels(about: Any, name: str) -> int:
    value = about.get(name) if isinstance(about, Mapping) else None
    if isinstance(value, str) and _SIZE.fullmatch(value):
        value = float(value.removesuffix("px"))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 1 <= value <= _MOST_PIXELS else 0


# -- pieces of HTML --------------------------------------------------------------------------------


def note(sentence: str) -> Markup:
    """Return what is said about a notebook, and not part of it."""
    return Markup('<p class="nb-note">{}</p>').format(sentence) if sentence else Markup()


def _no_room(what: str) -> Markup:
    return note(f"{what} is not shown: there is too much on this page already.")


def _framed(look: str, body: Markup, *sentences: str) -> Markup:
    notes = Markup().join(map(note, sentences))
    return Markup('<div class="nb-output {}">{}{}</div>').format(look, body, notes)


def _merged(outputs: Sequence[Any]) -> Iterator[Any]:
    """Yield *outputs*, what was printed to one stream in one piece."""
    printed: dict[str, Any] | None = None
    for output in outputs:
        is_stream = isinstance(output, Mapping) and output.get("output_type") == "stream"
        if is_stream and printed is not None and printed.get("name") == output.get("name"):
            printed["text"] = [*_pieces(printed.get("text")), *_pieces(output.get("text"))]
            continue
        if printed is not None:
            yield printed
        printed = {**output} if is_stream else None
        if not is_stream:
            yield output
    if printed is not None:
        yield printed


def _pieces(value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(piece, str) for piece in value):
        return value
    return [text(value)]
