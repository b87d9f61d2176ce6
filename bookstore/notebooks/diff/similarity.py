"""Which texts of two lists are versions of one another, though not equal.

Two texts are as similar as the words they share, counted with their repetitions: twice the shared
over the sum of both, from 0 to 1.  Comparing all with all would be quadratic, so words lead from
one list to the other, the rarest first and only while the effort allows, and each text is
compared with the few others that they point at.

Knows: texts.  Must not know: cells.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from .limits import Work
from .sequences import Pair

SIMILAR = 0.4
"""From here on two texts are versions of one another."""

_MOST_CHARACTERS = 20_000
"""Of one text that are looked at: half of them at its beginning, half at its end."""
_CHARACTERS_PER_STEP = 6
"""A word, about."""
_MOST_CANDIDATES = 5
"""That one text is compared with."""
_STEPS_AT_MOST = 200_000
"""For one search."""
_WORD = re.compile(r"[A-Za-z0-9_]+|[^\W\x00-\x7f]")
"""Letters beyond ASCII count one by one: not every script puts spaces between words."""

MayPair: TypeAlias = "Callable[[int, int], bool]"


class _Words(NamedTuple):
    """The words of one text, with their numbers and their sum."""

    number_of: Counter[str]
    total: int


class _Candidate(NamedTuple):
    left: int
    right: int
    similarity: float


def similar_pairs(
    left: Sequence[str], right: Sequence[str], work: Work, *, may_pair: MayPair | None = None
) -> list[Pair]:
    """Return indices of texts that are versions of one another, both sides in rising order.

    The sum of the similarities is the largest that this order allows.  *may_pair* is asked about
    each pair of indices first.
    """
    if not left or not right:
        return []
    if not work.spend(sum(map(_characters, (*left, *right))) // _CHARACTERS_PER_STEP):
        return []
    left_words, right_words = [*map(_words, left)], [*map(_words, right)]
    candidates = []
    for i, js in _pointed_at(left_words, right_words, work).items():
        for j in js:
            if may_pair and not may_pair(i, j):
                continue
            if not work.spend(min(len(left_words[i].number_of), len(right_words[j].number_of))):
                break
            likeness = _similarity(left_words[i], right_words[j])
            if likeness >= SIMILAR:
                candidates.append(_Candidate(i, j, likeness))
    return _best_chain(candidates, len(right))


def _characters(text: str) -> int:
    return min(len(text), _MOST_CHARACTERS)


def _words(text: str) -> _Words:
    """Return the words of *text*; of one without words, the text itself."""
    if len(text) > _MOST_CHARACTERS:
        half = _MOST_CHARACTERS // 2
        text = f"{text[:half]}\n{text[-half:]}"
    found = _WORD.findall(text)
    if not found and (bare := text.strip()):
        found = [bare]
    return _Words(Counter(found), len(found))


def _similarity(a: _Words, b: _Words) -> float:
    """Return how much two texts share, from 0 to 1; 0 where their sizes alone rule it out."""
    if 2 * min(a.total, b.total) < SIMILAR * (a.total + b.total):
        return 0.0
    few, many = (
        (a.number_of, b.number_of)
        if len(a.number_of) < len(b.number_of)
        else (b.number_of, a.number_of)
    )
    shared = 0
    for word, count in few.items():
        other = many.get(word, 0)
        shared += count if count < other else other
    return 2 * shared / (a.total + b.total)


def _pointed_at(left: list[_Words], right: list[_Words], work: Work) -> dict[int, list[int]]:
    """Return, for each text of the left, the few of the right that share most rare words."""
    in_left, in_right = _where(left), _where(right)
    both = [(in_left[word], in_right[word]) for word in in_left.keys() & in_right.keys()]
    both.sort(key=lambda places: (len(places[0]) * len(places[1]), places))
    score: dict[Pair, float] = defaultdict(float)
    left_over = _STEPS_AT_MOST
    for at_left, at_right in both:
        cost = len(at_left) * len(at_right)
        left_over -= cost
        if left_over < 0 or not work.spend(cost):
            break
        for i in at_left:
            for j in at_right:
                score[i, j] += 1 / cost
    scale = len(right) / len(left)
    pointed: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for (i, j), value in score.items():
        pointed[i].append((-value, abs(i * scale - j), j))
    return {i: [j for _, _, j in sorted(found)[:_MOST_CANDIDATES]] for i, found in pointed.items()}


def _where(texts: list[_Words]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        for word in text.number_of:
            places[word].append(index)
    return places


def _best_chain(candidates: list[_Candidate], right_length: int) -> list[Pair]:
    """Return the heaviest chain that rises on both sides, by a Fenwick tree of prefix maxima."""
    # From right to left within one text of the left, so that it is in no chain twice.
    candidates.sort(key=lambda candidate: (candidate.left, -candidate.right))
    best: list[tuple[float, int]] = [(0.0, -1)] * (right_length + 1)
    before: list[int] = []
    for index, candidate in enumerate(candidates):
        weight, link = 0.0, -1
        at = candidate.right
        while at > 0:
            if best[at][0] > weight:
                weight, link = best[at]
            at -= at & -at
        before.append(link)
        weight += candidate.similarity
        at = candidate.right + 1
        while at <= right_length:
            if weight > best[at][0]:
                best[at] = (weight, index)
            at += at & -at
    link = max(best)[1] if candidates else -1
    chain: list[Pair] = []
    while link >= 0:
        chain.append((candidates[link].left, candidates[link].right))
        link = before[link]
    return chain[::-1]
