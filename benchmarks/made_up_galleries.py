"""Notebooks as people write them, made from a seed: prose and code in Python, R and Julia.

Few words are frequent and many are rare, as in real notebooks.  Some notebooks are *known items*:
each has a query with which somebody who remembers it, more or less, would look for it.  Half of
them are held out: ranking may be changed by what is learned from the others only.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bookstore.gallery.search.documents import Cell, Document, Popularity

THINGS = re.findall(
    r"\w+",
    "sales customer order price traffic sensor patient gene protein galaxy river station turbine "
    "battery satellite network router invoice loan portfolio bond yield crop soil forest glacier "
    "wave tide storm rainfall ozone aerosol particle neutrino muon detector spectrum image pixel "
    "audio speech sentence document tweet review rating movie song player match season ticket "
    "flight airport vessel cargo truck parcel route bus bicycle pedestrian street house rent",
)
DOINGS = re.findall(
    r"\w+",
    "forecasting clustering classifying visualizing cleaning merging sampling estimating "
    "smoothing filtering segmenting detecting predicting ranking matching counting mapping "
    "plotting modelling simulating optimizing scheduling comparing validating calibrating "
    "interpolating resampling",
)
MEANS = re.findall(
    r"[^;]+",
    "random forest;gradient boosting;logistic regression;kalman filter;hidden markov model;"
    "principal component analysis;support vector machine;neural network;gaussian process;"
    "bayesian inference;monte carlo simulation;fourier transform;wavelet transform;k nearest "
    "neighbours;linear programming;genetic algorithm;decision tree;time series decomposition;"
    "survival analysis;nearest centroid;spectral clustering;topic model;word embedding;"
    "convolutional network;spatial join;graph traversal;bootstrap confidence interval",
)
FRAMES = ("df", "data", "frame", "table", "rows", "records", "batch", "subset", "result", "merged")
COLUMNS = ("date", "value", "id", "name", "group", "amount", "label", "score", "lat", "lon", "time")
CALLS = {
    "python": (
        "{f} = pd.read_csv('{t}.csv')\n{f}.head()",
        "{f} = {f}.groupby('{c}').agg({{'{d}': 'mean'}}).reset_index()",
        "{f}['{c}'] = pd.to_datetime({f}['{d}'])",
        "plt.figure(figsize=(10, 6))\nplt.plot({f}['{c}'], {f}['{d}'])\nplt.show()",
        "model = RandomForestClassifier(n_estimators={n})\nmodel.fit(X_train, y_train)",
        "X_train, X_test, y_train, y_test = train_test_split({f}, target, test_size=0.{n})",
        "def load_{t}(path):\n    with open(path) as handle:\n        return json.load(handle)",
        "for {c} in {f}.columns:\n    print({c}, {f}[{c}].nunique())",
        "np.random.seed({n})\nnoise = np.random.normal(0, 1, size=len({f}))",
        "assert not {f}.isnull().any().any()\n{f} = {f}.dropna(subset=['{c}'])",
        "def {v}{T}({f}, {c}=None):\n    if {c} is None:\n        return {f}\n    return {f}[{c}]",
    ),
    "R": (
        "{f} <- read.csv('{t}.csv')\nhead({f})",
        "{f} %>% group_by({c}) %>% summarise(mean = mean({d}))",
        "ggplot({f}, aes(x = {c}, y = {d})) + geom_line() + ggtitle('{t}')",
        "fit <- lm({c} ~ {d}, data = {f})\nsummary(fit)",
        "set.seed({n})\nsample_rows <- sample(nrow({f}), {n})",
        "{v}{T} <- function({f}) {{\n  {f}[complete.cases({f}), ]\n}}",
    ),
    "julia": (
        '{f} = CSV.read("{t}.csv", DataFrame)\nfirst({f}, 5)',
        "combine(groupby({f}, :{c}), :{d} => mean)",
        'plot({f}.{c}, {f}.{d}, label="{t}")',
        "function {v}_{t}({f})\n    [row.{c} for row in eachrow({f})]\nend",
        "Random.seed!({n})\nA = rand({n}, {n}) \\ ones({n})",
    ),
}
KNOWN_ITEMS = 100
LASTS = ("Ledger", "Quality", "Horizon", "Residue", "Cadence")
VERBS = (
    "load",
    "clean",
    "fit",
    "plot",
    "merge",
    "score",
    "check",
    "split",
    "scale",
    "export",
    "parse",
)
IMPORTS = {
    "python": ("pandas", "numpy", "matplotlib", "sklearn", "json", "statsmodels", "torch", "scipy"),
    "R": ("ggplot2", "dplyr", "tidyr", "data.table", "caret", "forecast"),
    "julia": ("CSV", "DataFrames", "Plots", "Statistics", "Random", "Flux"),
}
PROSE = (
    "In this notebook we are {d} {t} data with a {m}.",
    "First we load the {t} table and look at its {c}.",
    "The {m} is compared with a simple baseline for each {t}.",
    "We drop rows without a {c}, since the {t} may be missing there.",
    "Results: the error of the {t} {c} is {n} percent lower than before.",
    "See also the notes on {d} and on the {m} for {u}.",
    "This is a quick look at {t} and {u}; do not use it for decisions.",
    "If the {c} is not there, run the cell above again.",
)


@dataclass(frozen=True)
class Known:
    """A query, and the one notebook that it is meant for."""

    kind: str
    query: str
    notebook_id: int
    is_held_out: bool


@dataclass
class World:
    """Made-up notebooks, and what some of them are looked for with."""

    size: int
    seed: int = 12
    known: list[Known] = field(default_factory=list)

    def documents(self) -> Iterator[Document]:
        """Yield the notebooks; :attr:`known` is filled on the way."""
        chance = random.Random(self.seed)
        numbers = chance.sample(range(1, self.size + 1), KNOWN_ITEMS)
        items = dict(zip(numbers, range(KNOWN_ITEMS), strict=True))
        for number in range(1, self.size + 1):
            yield self._made(chance, number, items.get(number))

    def _made(self, chance: random.Random, number: int, item: int | None) -> Document:
        language = chance.choices(("python", "R", "julia"), (85, 10, 5))[0]
        thing, other = chance.choice(THINGS), chance.choice(THINGS)
        doing, means = chance.choice(DOINGS), chance.choice(MEANS)
        description = " ".join(_said(chance, thing) for _ in range(2))
        title = chance.choice(
            (
                f"{doing.capitalize()} {thing} {other} with {means}",
                f"{thing.capitalize()} {other}: {means}",
                f"{means.capitalize()} for {doing} {thing}",
                f"{doing.capitalize()} of {thing} data, part {number % 97}",
            )
        )
        cells = [*self._cells(chance, language, thing, number)]
        if item is not None:
            title, cells = self._known(chance, item, number, title, cells)
            if item % 10 == 9:
                description += f" Made for the {LASTS[item // 10 % 5].lower()} report."
        packages = chance.sample(IMPORTS[language], 3)
        return Document(
            notebook_id=number,
            title=title,
            description=description,
            language=language,
            tags=[thing, means.split()[0]],
            packages=packages,
            people=[f"user{number % 200}"],
            cells=[Cell("c0", "code", _imports(language, packages)), *cells],
            popularity=Popularity(int(chance.paretovariate(0.8)), int(chance.paretovariate(1.2))),
        )

    def _cells(
        self, chance: random.Random, language: str, thing: str, number: int
    ) -> Iterator[Cell]:
        for place in range(1, 2 + int(chance.lognormvariate(2.6, 0.6))):
            if chance.random() < 0.3:
                text = " ".join(_said(chance, thing) for _ in range(chance.randrange(1, 4)))
                yield Cell(f"c{place}", "markdown", text)
            else:
                lines = [
                    _filled(chance, chance.choice(CALLS[language]), thing)
                    for _ in range(chance.randrange(1, 5))
                ]
                lines.append(f"# step {place} of {number}: x{chance.randrange(10**6):x}")
                yield Cell(f"c{place}", "code", "\n".join(lines))

    def _known(
        self, chance: random.Random, item: int, number: int, title: str, cells: list[Cell]
    ) -> tuple[str, list[Cell]]:
        """Give a notebook what it is looked for with, one of ten kinds."""
        kind, at = item % 10, item // 10
        word = item * 37
        thing, other = _nth(THINGS, word), _nth(THINGS, word + 5 + 6 * kind)
        doing, means = _nth(DOINGS, at * 2 + kind * 5), _nth(MEANS, at * 2 + kind * 5)
        verb, last = VERBS[at], LASTS[at % 5]
        place = chance.randrange(len(cells))

        def known(kind: str, query: str) -> Known:
            return Known(kind, query, number, is_held_out=at % 2 == 1)

        if kind == 0:  # by the words of the title
            title = f"{doing.capitalize()} {other} and {thing} anomalies, {means}"
            self.known.append(known("title", f"{doing} {other} {thing} anomalies"))
        elif kind == 1:  # by other forms of them
            title = f"{doing.capitalize()} the {other} of a {thing} by {means}"
            many = " ".join(map(_plural, (other, thing, means)))
            self.known.append(known("inflected", f"{_past(doing)} {many}"))
        elif kind == 2:  # by an identifier
            name = f"{verb}_{thing}_{last.lower()}_{other}"
            cells[place] = _with(cells[place], f"{name}(frame, window=7)")
            self.known.append(known("identifier", name))
        elif kind == 3:  # by the parts of one, whose words many others have
            name = f"{verb}{thing.capitalize()}{other.capitalize()}{last}"
            cells[place] = _with(cells[place], f"result = {name}(table)")
            self.known.append(known("parts", f"{thing} {other} {last.lower()}"))
        elif kind == 4:  # by the title and something in a cell
            title = f"{means.capitalize()} on {thing} and {other}"
            cells[place] = _with(cells[place], f"calibrate_{last.lower()}(x, tolerance={at})")
            self.known.append(known("mixed", f"{thing} {other} calibrate_{last.lower()}"))
        elif kind == 5:  # by a sentence
            said = f"Beware that the {thing} {last.lower()} drifts whenever a {other} restarts."
            cells[place] = Cell(cells[place].cell_id, "markdown", said)
            self.known.append(known("phrase", f'"{thing} {last.lower()} drifts"'))
        elif kind == 6:  # by the words of the title in another order
            title = f"{thing.capitalize()} {last.lower()} as seen from a {other}"
            self.known.append(known("reordered", f"{other} {thing} {last.lower()}"))
        elif kind == 7:  # with a word that it does not have, and others do in every other query
            title = f"{doing.capitalize()} a {other} by its {thing}, with {means}"
            wrong = ("quarterly", "baseline")[at // 2 % 2]
            self.known.append(known("wrong word", f"{doing} {other} {thing} {wrong}"))
        elif kind == 8:  # as a question
            title = f"{doing.capitalize()} each {thing} by {means}, with {last.lower()}"
            asked = f"how to do {doing} of the {last.lower()} of a {thing} with {means}"
            self.known.append(known("question", asked))
        else:  # by what stands in the title, the description and a cell
            title = f"{thing.capitalize()} notes, {means}"
            cells[place] = _with(cells[place], f"{verb}_{other}_gauge(rows)")
            self.known.append(known("scattered", f"{thing} {last.lower()} {other} gauge"))
        return title, cells


def _said(chance: random.Random, thing: str) -> str:
    return _filled(chance, chance.choice(PROSE), thing)


def _filled(chance: random.Random, pattern: str, thing: str) -> str:
    thing = thing if chance.random() < 0.7 else chance.choice(THINGS)
    return pattern.format(
        t=thing,
        T=thing.capitalize(),
        u=chance.choice(THINGS),
        f=chance.choice(FRAMES),
        c=chance.choice(COLUMNS),
        d=chance.choice(DOINGS if "{d} {t}" in pattern or "on {d}" in pattern else COLUMNS),
        m=chance.choice(MEANS),
        n=chance.randrange(2, 100),
        v=chance.choice(VERBS),
    )


def _nth(words: list[str], place: int) -> str:
    return words[place % len(words)]


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    return f"{word[:-1]}ies" if word[-1] == "y" and word[-2] not in "aeiou" else f"{word}s"


def _past(doing: str) -> str:
    stem = doing.removesuffix("ing")
    return f"{stem[:-1]}ied" if stem.endswith("y") else f"{stem}ed"


def _with(cell: Cell, line: str) -> Cell:
    return Cell(cell.cell_id, "code", f"{cell.source}\n{line}")


def _imports(language: str, packages: list[str]) -> str:
    pattern = {"python": "import {}", "R": "library({})", "julia": "using {}"}[language]
    return "\n".join(map(pattern.format, packages))


COMMON = ("data", "plot", "mean", "import", "result")
CLASSES = {
    "common word": COMMON,
    "two words": tuple(f"{a} {b}" for a, b in zip(THINGS[:10], THINGS[10:20], strict=True)),
    "three words": tuple(
        f"{a} {b} {c}" for a, b, c in zip(THINGS[:8], DOINGS[:8], THINGS[20:28], strict=True)
    ),
    "identifier": (
        "train_test_split",
        "read_csv",
        "RandomForestClassifier",
        "group_by",
        "load_gene",
    ),
    "phrase": tuple(f'"{means}"' for means in MEANS[:10]),
    "prefix": ("fore*", "visualiz*", "clas*", "rand*", "sea*"),
    "negative": tuple(f"{thing} -pandas" for thing in THINGS[:6]),
    "field": tuple(f"title:{thing} lang:{lang}" for thing in THINGS[:4] for lang in ("R", "julia")),
    "letters": ("*orest*", "*in_tes*", "*urbin*"),
}
"""What latency is measured with; each kind counts alike."""
