"""Words as a search takes them: parts of identifiers, pairs of CJK letters, words that go on.

Engines stem, and find words as runs of letters and digits.  What they would not find so is given to
them as words of its own: ``readCsv_file`` is also *read csv file*, and 東京都 is 東京 and 京都.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

_CJK = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
"""Hiragana, Katakana, Han and Hangul: written without spaces, or with words that grow endings."""
_CJK_RUN = re.compile(f"[{_CJK}]+")
_PIECE = re.compile(f"[{_CJK}]+|[^{_CJK}]+")
_ENDINGS = re.findall(
    r"\w+",
    "s es ed ing ize izes e ly ion ions er ers or ors al ally ment ments ness able ible ive ity "
    "ities ization izations ational fulness ousness iveness ence ances ance ences ies ied ier "
    "ication ications ating ated ation ations izing ized izer istic istics ology ological",
)
"""Of English words, which stemming takes off."""
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mc"}
MOST_COMPLETIONS = 8


@cache
def _word() -> re.Pattern[str]:
    """Letters and digits, with the marks that belong to them in many scripts."""
    marks = "".join(
        chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
    )
    return re.compile(f"[^\\W_](?:[^\\W_]|[{re.escape(marks)}])*")


def storable(text: str) -> str:
    """Return a text with spaces in the place of what no database takes."""
    return _NOT_STORABLE.sub(" ", text)


def has_words(text: str) -> bool:
    """Say whether there is anything to look for in a text."""
    return any(letter.isalnum() for letter in text)


def letters_of(text: str) -> int:
    """Return how many letters and digits a text has."""
    return sum(letter.isalnum() for letter in text)


def words_of(text: str) -> list[str]:
    """Return the words of a text as engines see them: runs of letters and digits, in lower case."""
    return [found[0].lower() for found in _word().finditer(text)]


def spans_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of a text are."""
    for found in _word().finditer(text):
        yield found.span()


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Return the parts of a word that no engine sees by itself; none where it is only one."""
    found: list[str] = []
    for piece in _PIECE.findall(word):
        if _CJK_RUN.fullmatch(piece):
            found.extend(pairs_of(piece))
        else:
            found.extend(part.lower() for part in _split(piece))
    return () if found == [word.lower()] else tuple(found)


def _split(word: str) -> Iterator[str]:
    """Yield the parts of ``readCsv2`` and ``HTTPServer``, whatever their script."""
    begin = 0
    for at in range(1, len(word)):
        before, letter, after = word[at - 1], word[at], word[at + 1 : at + 2]
        is_new_kind = before.isdigit() != letter.isdigit()
        is_new_word = letter.isupper() and (not before.isupper() or after.islower())
        if is_new_kind or is_new_word:
            yield word[begin:at]
            begin = at
    yield word[begin:]


def pairs_of(letters: str) -> list[str]:
    """Return each two letters that stand together; a single one as it is."""
    return [letters[at : at + 2] for at in range(len(letters) - 1)] or [letters]


def plain(word: str) -> str:
    """Return a word without the accents of its letters, and without what is no letter in them."""
    if word.isascii():
        return word
    taken_apart = unicodedata.normalize("NFKD", word)
    kept = (each for each in taken_apart if unicodedata.category(each) in _LETTERS)
    return unicodedata.normalize("NFC", "".join(kept)) or word


def extra_words(text: str) -> Iterator[str]:
    """Yield the words that a text has beyond those that engines see in it, in its order."""
    for begin, end in spans_of(text):
        word = text[begin:end]
        yield from parts_of(word)
        if (folded := plain(word).lower()) != word.lower() and not _CJK_RUN.search(word):
            yield folded


def forms_of(text: str) -> list[tuple[str, ...]]:
    """Return how a text may stand in an index: sequences of words, any of which will do."""
    as_it_is: list[str] = []
    in_parts: list[str] = []
    for begin, end in spans_of(text):
        word = text[begin:end]
        parts = parts_of(word)
        as_it_is.extend(parts if parts and _CJK_RUN.search(word) else [word.lower()])
        in_parts.extend(parts or [word.lower()])
    found = [tuple(as_it_is), tuple(in_parts), tuple(plain(word) for word in as_it_is)]
    return [form for form in dict.fromkeys(found) if form]


def completions_of(begin: str) -> list[str]:
    """Return words that a beginning may be meant for, where it ends within an ending.

    *visualizat* is the beginning of *visualization*, of which a stemming index has only *visual*.
    """
    begin = begin.lower()
    found = [
        begin + ending[size:]
        for ending in _ENDINGS
        for size in range(len(ending) - 1, 0, -1)
        if begin.endswith(ending[:size]) and len(begin) - size > 2
    ]
    return sorted(dict.fromkeys(found), key=len)[:MOST_COMPLETIONS]
