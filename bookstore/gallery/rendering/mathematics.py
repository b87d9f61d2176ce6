"""Formulas in TeX → MathML, which browsers set without a script or a font from elsewhere.

What the library does not know stays as it is written: a formula that lost a sign would say
something else.
Knows: latex2mathml, MathML.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from .allowed import MATH_ATTRIBUTES, MATH_TAGS, MATH_VALUE
from .limits import Allowance, GivenUp, TooLong, stumbling

_MOST_TEX = 5_000
_AS_WRITTEN = re.compile(r'<(span|div) class="nb-math">([^<]*)</\1>')
_UNKNOWN = re.compile(r"\\[A-Za-z]|&$")
_IN_TEXT = re.compile(
    r"\$\$[^$]+\$\$|\$[^$]+\$|\\begin\{([a-z]{1,20}\*?)\}(?:(?!\\end\{\1\}).){1,5000}\\end\{\1\}",
    re.DOTALL,
)
_DELIMITERS = ("$$", "$")
_PARTS = {
    **dict.fromkeys(("mfrac", "mover", "mroot", "msub", "msup", "munder"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_ENVIRONMENTS = {
    **dict.fromkeys(("align", "aligned", "eqnarray", "flalign", "split"), "align*"),
    **dict.fromkeys(("gather", "gathered", "multline"), "matrix"),
    "equation": "equation*",
}
"""What each is set as: all of them without numbers, as in Jupyter."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(" + "|".join(_ENVIRONMENTS) + r")\*?\}")
_FOR_NUMBERS = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")


def with_formulas(html: Markup, allowance: Allowance) -> Markup:
    """Return cleaned *html* with its formulas set, as far as there is time and room for them.

    They are the elements of the class ``nb-math`` that hold nothing but text.
    """

    def put(found: re.Match[str]) -> str:
        name, tex = Markup(found[1]), unescape(found[2])  # noqa: S704  # span or div
        formula = formula_html(tex, is_block=name == "div" or tex.startswith("$$"))
        if not formula or not allowance.admits(formula):
            return found[0]
        return Markup('<{0} class="nb-formula">{1}</{0}>').format(name, formula)

    try:
        with allowance.of_one_piece():
            return Markup(_AS_WRITTEN.sub(put, html))  # noqa: S704  # of two that are clean
    except GivenUp:
        return html


def latex_html(text: str, allowance: Allowance) -> Markup:
    """Return an output in LaTeX, which is formulas with words between them.

    Empty where it holds none, or one that is not known.
    """
    shown, at = Markup(), 0
    try:
        with allowance.of_one_piece():
            for found in _IN_TEXT.finditer(text):
                is_block = found[0].startswith(("$$", "\\"))
                if not (formula := formula_html(found[0], is_block=is_block)):
                    return Markup()
                shown += Markup("{}{}").format(text[at : found.start()], formula)
                at = found.end()
    except GivenUp:
        return Markup()
    return shown + text[at:] if at and allowance.admits(shown) else Markup()


def formula_html(tex: str, *, is_block: bool) -> Markup:
    """Return the formula *tex*, with or without its delimiters; empty where it is not known."""
    for delimiter in _DELIMITERS:
        if tex.startswith(delimiter) and tex.endswith(delimiter):
            tex = tex.removeprefix(delimiter).removesuffix(delimiter)
            break
    tex = tex.strip()
    if not tex or len(tex) > _MOST_TEX:
        return Markup()
    try:
        with stumbling():
            [row] = convert_to_element(_without_numbers(tex))
            inner = _written(row)
    except TooLong:
        raise
    except GivenUp:
        return Markup()
    display = "block" if is_block else "inline"
    return Markup('<math display="{}" alttext="{}">{}</math>').format(display, tex, inner)


def _without_numbers(tex: str) -> str:
    return _ENVIRONMENT.sub(
        lambda found: f"\\{found[1]}{{{_ENVIRONMENTS[found[2]]}}}", _FOR_NUMBERS.sub("", tex)
    )


class _NotKnown(Exception):
    """There is something in a formula that the library did not understand."""


def _written(element: Element) -> Markup:
    """Return *element* and what is in it, made anew of what is allowed.

    What the library makes is not trusted: it takes attributes from the formula, and its own writer
    lets text through as elements.
    """
    text = unescape(element.text or "")
    is_complete = len(element) == _PARTS.get(element.tag, len(element))
    is_line_break = "linebreak" in element.attrib  # browsers know none in formulas
    if element.tag not in MATH_TAGS or _UNKNOWN.match(text) or is_line_break or not is_complete:
        raise _NotKnown
    attributes = Markup().join(
        Markup(' {}="{}"').format(name, value)
        for name, value in element.attrib.items()
        if name in MATH_ATTRIBUTES and MATH_VALUE.fullmatch(value)
    )
    inner = Markup().join(map(_written, element))
    return Markup("<{0}{1}>{2}{3}</{0}>").format(Markup(element.tag), attributes, text, inner)  # noqa: S704
