"""What tantivy keeps of a document, and how it takes words apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import tantivy

from ....database.models import SearchDocument
from ...index import FIELDS, WEIGHTS
from ...plan import AllOf, AnyOf, Expression, Term
from ...words import plain

VERSION = 1
"""Raised when fields or tokenisers change: the index is made anew while the old one answers."""
_WORDS = "bookstore_words"
_IDENTIFIERS = "bookstore_identifiers"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - as the database's
_MARK = re.compile(r"([!-/:;=?@\[-`{-~])")
"""What an expression may take for more than itself; ``\\<`` and ``\\>`` would be ends of words."""
_BOOSTS = dict(zip(FIELDS, WEIGHTS, strict=True))

_analyzer = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"[\p{L}\p{N}\p{M}]+"))
    .filter(tantivy.Filter.remove_long(200))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.ascii_fold())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
_identifiers = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    .filter(tantivy.Filter.remove_long(200))
    .build()
)


def new_schema() -> tantivy.Schema:
    """Return the fields of a new index; no text is stored in it."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_integer_field("stamp", fast=True)
    builder.add_float_field("boost", fast=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name=_WORDS, index_option="position")
    builder.add_text_field("vocabulary", tokenizer_name=_IDENTIFIERS, index_option="basic")
    return builder.build()


def prepare(index: tantivy.Index) -> tantivy.Index:
    """Return an index that knows how words are taken apart."""
    index.register_tokenizer(_WORDS, _analyzer)
    index.register_tokenizer(_IDENTIFIERS, _identifiers)
    return index


def stamp_of(moment: datetime) -> int:
    """Return a time as a number, to tell one document of a notebook from another."""
    return round((moment - _EPOCH).total_seconds() * 1_000_000)


def weight_of(boost: float) -> float:
    """Return what makes tantivy multiply scores by a boost: by ``log2(2 + weight)``.

    All of them are a little greater than the boost, for none may be less than 1.
    """
    return max(float(2.0 ** (boost + 0.05)) - 2, 0.0)


def document_of(row: SearchDocument) -> tantivy.Document:
    """Return a row as tantivy takes it."""
    document = tantivy.Document()
    document.add_unsigned("id", row.notebook_id)
    document.add_integer("stamp", stamp_of(row.updated_at))
    document.add_float("boost", weight_of(row.boost))
    for name in (*FIELDS, "vocabulary"):
        document.add_text(name, getattr(row, name))
    return document


def compiled(schema: tantivy.Schema, expression: Expression) -> tantivy.Query:
    """Return an expression as a query of tantivy's."""
    if isinstance(expression, Term):
        names = [expression.field] if expression.field else [*FIELDS]
        return _any(
            tantivy.Query.boost_query(query, _BOOSTS[name])
            for name in names
            for query in _in_field(schema, name, expression)
        )
    if isinstance(expression, AllOf):
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, compiled(schema, each)) for each in expression.of]
        )
    if isinstance(expression, AnyOf):
        return _any(compiled(schema, each) for each in expression.of)
    return tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, compiled(schema, expression.what)),
            (tantivy.Occur.MustNot, compiled(schema, expression.without)),
        ]
    )


def with_letters(schema: tantivy.Schema, part: str) -> tantivy.Query:
    """Return the query for letters inside of words."""
    return tantivy.Query.regex_query(schema, "vocabulary", f".*{_escaped(part)}.*")


def among(query: tantivy.Query, schema: tantivy.Schema, ids: list[int]) -> tantivy.Query:
    """Return a query that is asked of some notebooks only."""
    some = tantivy.Query.term_set_query(schema, "id", ids)
    only = tantivy.Query.const_score_query(some, 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, only)])


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _in_field(schema: tantivy.Schema, name: str, term: Term) -> list[tantivy.Query]:
    """Return the ways in which a term may stand in a field."""
    words: list[str] = [token for word in term.words for token in _analyzer.analyze(word)]
    if not words:
        return [tantivy.Query.empty_query()]
    if len(words) > 1:
        made = tantivy.Query.phrase_prefix_query if term.goes_on else tantivy.Query.phrase_query
        return [made(schema, name, [*words])]
    whole = tantivy.Query.term_query(schema, name, words[0], "freq")
    if not term.goes_on:
        return [whole]
    pattern = f"{_escaped(plain(term.words[0]).lower())}.*"
    return [whole, tantivy.Query.regex_query(schema, name, pattern)]


def _escaped(text: str) -> str:
    return _MARK.sub(r"\\\1", text)
