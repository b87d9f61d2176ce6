"""Drawings in SVG that keep a browser busy for ever, and some that do not."""

from __future__ import annotations

XMLNS = "xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'"


def drawing(inside: str, before: str = "") -> str:
    """An SVG."""
    return f"{before}<svg {XMLNS} width='100' height='100'>{inside}</svg>"


def _of_itself(many: str, levels: int = 9) -> str:
    """Parts that hold ten times the part before them: *many* has {inner} and {outer}."""
    parts = (many.format(inner=f"a{n}", outer=f"a{n + 1}") for n in range(levels))
    return f"<defs><rect id='a0' width='1' height='1'/>{''.join(parts)}</defs>"


_GROUP = "<g id='{outer}'>" + "<use href='#{inner}'/>" * 10 + "</g>"
_OLD_GROUP = "<g id='{outer}'>" + "<use x:href='#{inner}'/>" * 10 + "</g>"
_PATTERN = (
    "<pattern id='{outer}' width='1' height='1'>"
    + "<rect width='1' height='1' fill='url(#{inner})'/>" * 10
    + "</pattern>"
)
_ANIMATED = (
    "<g id='{outer}'>"
    + "<use><set attributeName='href' to='#{inner}' begin='0s'/></use>" * 10
    + "</g>"
)
_BLURRED = "<feTurbulence numOctaves='10'/><feGaussianBlur stdDeviation='900'/>" * 200
_ENTITIES = "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9))

ENDLESS = {
    "uses": drawing(_of_itself(_GROUP) + "<use href='#a9'/>"),
    "old uses": drawing(_of_itself(_OLD_GROUP) + "<use x:href='#a9'/>"),
    "doubling": drawing(
        _of_itself("<g id='{outer}'><use href='#{inner}'/><use href='#{inner}'/></g>", 30)
        + "<use href='#a30'/>"
    ),
    "patterns": drawing(_of_itself(_PATTERN) + "<rect style='fill: url( \"#a9\" )'/>"),
    "patterns by a style sheet": drawing(
        _of_itself(_PATTERN, 4) + "<style>rect { fill: url(#a4) }</style>" + "<rect/>" * 99
    ),
    "escapes in a style": drawing(
        _of_itself(_GROUP) + "<rect style='mask: u\\72l(\\23 a9)'/><style>a { b: \\23 }</style>"
    ),
    "animated uses": drawing(
        _of_itself(_ANIMATED) + "<use><animate attributeName='href' values='#b; #a9'/></use>"
    ),
    "a filter": drawing(f"<filter id='f'>{_BLURRED}</filter><rect filter='url(#f)'/>"),
    "blur in a style": drawing("<rect style='filter:" + "blur(900px) " * 200 + "'/>"),
    "entities": drawing("<text>&a9;</text>", f"<!DOCTYPE svg [<!ENTITY a0 'x'>{_ENTITIES}]>"),
    "another drawing in it": drawing("<image href=' data:image/svg+xml;base64,PHN2Zy8+'/>"),
    "another encoding": drawing("", "<?xml version='1.0' encoding='utf-7'?>"),
    "half a drawing": f"<svg {XMLNS}><rect>",
}

_PLOT = (
    "<?xml version='1.0' encoding='utf-8' standalone='no'?>"
    "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>"
)
QUICK = {
    "nothing": drawing(""),
    "a plot": drawing(
        "<style type='text/css'>*{stroke-linejoin: round}</style>"
        "<defs><path id='m' d='M0 0'/></defs>"
        + "<g clip-path='url(#c)'>"
        + "<use x:href='#m' x='1' y='2' style='fill: #1f77b4'/>" * 2_000
        + "</g><clipPath id='c'><rect/></clipPath>",
        _PLOT,
    ),
    "a circle of references": drawing(
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g><use href='#nowhere'/>"
    ),
    "a shadow": drawing(
        "<filter id='f'><feGaussianBlur/><feOffset/></filter>" + "<rect filter='url(#f)'/>" * 9
    ),
    "a picture": drawing("<image href='data:image/png;base64,aGk='/>"),
    "deep": drawing("<g>" * 9_000 + "</g>" * 9_000),
}
