"""Where in a notebook it is that was looked for: made for the page that is shown, in any engine.

Words are alike here by their beginnings and endings, nearly as the engines' stemming has it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import Notebook, SearchDocument
from .language import And, Match, Node, Or, Text
from .values import Snippet
from .words import forms_of, parts_of, plain

AROUND = 80
"""How many letters there are before and after what was looked for."""
MOST_PLACES = 2000
MOST_WORD = 64
_ENDINGS = re.compile(
    "(?:izations?|ations?|ments?|ness|ings?|ions?|ives?|ers?|ors?|ied|ies|ize[sd]?|ed|es|ly|s|e|y)$"
)


def snippets_of(
    session: Session, tree: Node | None, notebook_ids: Sequence[int]
) -> dict[int, list[Snippet]]:
    """Return, for each of the notebooks that are there, its title and the best of the rest."""
    rows = session.execute(
        select(
            Notebook.id,
            Notebook.title,
            Notebook.description,
            SearchDocument.source,
            SearchDocument.cells,
        )
        .outerjoin(SearchDocument, SearchDocument.notebook_id == Notebook.id)
        .where(Notebook.id.in_(notebook_ids))
    )
    wanted = Wanted(tree)
    return {
        notebook_id: [*_of_one(wanted, title, description or "", source or "", cells or "[]")]
        for notebook_id, title, description, source, cells in rows
    }


def _of_one(
    wanted: Wanted, title: str, description: str, source: str, cells: str
) -> Iterator[Snippet]:
    yield Snippet("title", wanted.marked(title, "title"))
    if found := wanted.best(description, "description"):
        _, pieces = found
        yield Snippet("description", pieces)
    places = json.loads(cells)
    if found := wanted.best(source, None, [place[0] for place in places]):
        index, pieces = found
        yield Snippet("source", pieces, places[index][1] if index >= 0 else None)


class Wanted:
    """The words that were looked for, and those that should not be there left out."""

    def __init__(self, tree: Node | None) -> None:
        self.texts = [*_texts(tree)]

    def best(
        self, text: str, field: str | None, parts: Sequence[int] = ()
    ) -> tuple[int, list[tuple[str, bool]]] | None:
        """Return in which part most of the words are, and what is around there in that part.

        *parts* says where each begins, a line end after the one before; None if no word is there.
        """
        places = self.places(text, field)
        if not places:
            return None
        in_part = [bisect_right(parts, begin) - 1 for begin, _, _ in places]

        def together(at: int) -> int:
            """Count which of the words are near one of them, in the same part."""
            near = zip(places[at : at + 8], in_part[at : at + 8], strict=True)
            end = places[at][0] + AROUND
            return len({each[2] for each, part in near if part == in_part[at] and each[0] < end})

        best = max(range(len(places)), key=lambda at: (together(at), -at))
        middle, part = places[best][0], in_part[best]
        first = parts[part] if part >= 0 else 0
        last = parts[part + 1] - 1 if part + 1 < len(parts) else len(text)
        begin = max(first, _border(text, middle - AROUND, -1))
        end = min(last, _border(text, middle + 2 * AROUND, 1))
        inside = [each for each in places if begin <= each[0] and each[1] <= end]
        return part, _pieces(text, inside, begin, end)

    def marked(self, text: str, field: str | None) -> list[tuple[str, bool]]:
        """Return all of a text, in pieces."""
        return _pieces(text, self.places(text, field), 0, len(text))

    def places(self, text: str, field: str | None) -> list[tuple[int, int, int]]:
        """Return from where to where words are, and which of those that were looked for."""
        found: dict[tuple[int, int], int] = {}
        for number, (pattern, word, match) in enumerate(self._words(field)):
            for count, hit in enumerate(pattern.finditer(text)):
                if count > MOST_PLACES:
                    break
                span = _word_around(text, hit.start(), hit.end())
                if _is_alike(text[slice(*span)], word, match):
                    found.setdefault(span, number)
        places: list[tuple[int, int, int]] = []
        for (begin, end), number in sorted(found.items()):
            if not places or begin >= places[-1][1]:
                places.append((begin, end, number))
        return places

    def _words(self, field: str | None) -> Iterator[tuple[re.Pattern[str], str, Match]]:
        for text in self.texts:
            if text.field not in (None, field):
                continue
            if text.match is Match.PART:
                yield re.compile(re.escape(text.text), re.IGNORECASE), text.text.lower(), text.match
                continue
            for word in dict.fromkeys(word for form in forms_of(text.text) for word in form):
                begin = word if text.match is Match.BEGIN else stem(word)
                yield re.compile(re.escape(begin), re.IGNORECASE), word, text.match


def stem(word: str) -> str:
    """Return the beginning that a word has in common with its other forms."""
    if len(word) < 5:
        return word[:-1] if len(word) == 4 and word.endswith("s") else word
    found = _ENDINGS.search(word, 3)
    begin = word[: found.start()] if found else word
    return begin[:-1] if len(begin) > 3 and begin[-1] == begin[-2] else begin


def _texts(node: Node | None) -> Iterator[Text]:
    if isinstance(node, (And, Or)):
        for each in node.nodes:
            yield from _texts(each)
    elif isinstance(node, Text):
        yield node


def _is_alike(found: str, word: str, match: Match) -> bool:
    if match is Match.PART:
        return True
    candidates = (found.lower(), plain(found).lower(), *parts_of(found))
    if match is Match.BEGIN:
        return any(each.startswith(word) for each in candidates)
    return any(each == word or stem(each) == stem(word) for each in candidates)


def _word_around(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return from where to where the word is that a place is in."""
    first, last = max(0, begin - MOST_WORD), min(len(text), end + MOST_WORD)
    while begin > first and text[begin - 1].isalnum():
        begin -= 1
    while end < last and text[end].isalnum():
        end += 1
    return begin, end


def _border(text: str, at: int, step: int) -> int:
    """Return a place near *at* that is not inside of a word."""
    at = max(0, min(len(text), at))
    for _ in range(MOST_WORD):
        if at in (0, len(text)) or not (text[at - 1].isalnum() and text[at].isalnum()):
            break
        at += step
    return at


def _pieces(
    text: str, places: Sequence[tuple[int, int, int]], begin: int, end: int
) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for first, last, _ in places:
        found += [(text[begin:first], False), (text[first:last], True)]
        begin = last
    return [piece for piece in [*found, (text[begin:end], False)] if piece[0]]
