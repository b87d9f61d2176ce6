"""Every engine finds notebooks by their words: the same ones, whatever the words are."""

from __future__ import annotations

import pytest
from search_galleries import Gallery

FORECAST = "Forecasting sales with ARIMA"


@pytest.fixture
def several(gallery: Gallery) -> Gallery:
    gallery.people("ada", "bob")
    gallery.add(
        FORECAST,
        "import pandas as pd\nframe = pd.read_csv('sales.csv')",
        "def fitSeasonalModel(df):\n    return ARIMA(df).fit()",
        tags=["time-series", "sales"],
        packages=["pandas", "statsmodels"],
        description="Predicts what a shop sells, with confidence intervals.",
        owner="ada",
    )
    gallery.add(
        "Kalman filter by hand",
        "x = kalman_gain * residual  # the filter of Kalman",
        "for k in range(10):\n    if not done:\n        update(k)",
        tags=["tracking"],
        packages=["numpy"],
        lang="julia",
        group="Radar people",
        creator="bob",
    )
    gallery.add(
        "Reading HTTPServer2 logs in \u6771\u4eac\u90fd",
        "# \u91cf\u5b50\u529b\u5b66\u306e\u30ce\u30fc\u30c8",
        "logs = readCsv_file('caf\u00e9 Z\u00fcrich')",
        "visualization = plot(logs)",
        lang="R",
        owner="bob",
    )
    return gallery


LOGS = "Reading HTTPServer2 logs in \u6771\u4eac\u90fd"
KALMAN = "Kalman filter by hand"


FINDS: dict[str, list[str]] = {
    "kalman": [KALMAN],
    "KALMAN": [KALMAN],
    "forecast": [FORECAST],
    "forecasts shops": [FORECAST],
    "read_csv": [FORECAST, LOGS],
    "readCsv": [FORECAST, LOGS],
    "readcsv": [LOGS],
    "readCsv_file": [LOGS],
    "csv": [FORECAST, LOGS],
    "seasonal": [FORECAST],
    "pd.read_csv": [FORECAST],
    "sales.csv": [FORECAST],
    "http": [LOGS],
    "httpserver2": [LOGS],
    "title:server": [LOGS],
    "gain": [KALMAN],
    "not if": [KALMAN],
    '"if not done"': [KALMAN],
    '"done not if"': [],
    '"the filter"': [KALMAN],
    "\u6771\u4eac": [LOGS],
    "\u4eac\u90fd": [LOGS],
    "\u6771\u4eac\u90fd": [LOGS],
    "\u6771": [LOGS],
    "\u90fd\u6771": [],
    "\u529b\u5b66": [LOGS],
    "title:\u529b\u5b66": [],
    "zurich": [LOGS],
    "Z\u00fcrich": [LOGS],
    "cafe": [LOGS],
    "kal*": [KALMAN],
    "visualizat*": [LOGS],
    "forecasti*": [FORECAST],
    "title:visual*": [],
    "*easona*": [FORECAST],
    "*man_ga*": [KALMAN],
    "*csv*": [FORECAST, LOGS],
    "*[csv]*": [],
    "-*csv*": [KALMAN],
    "time-series": [FORECAST],
    "statsmodels": [FORECAST],
    "ada": [FORECAST],
    "Radar": [KALMAN],
    "kalman OR arima": [FORECAST, KALMAN],
    "(kalman OR arima) -gain": [FORECAST],
    "csv -pandas": [LOGS],
    "-csv": [KALMAN],
    "-csv -kalman": [],
    "NOT (kalman OR logs)": [FORECAST],
    "title:filter": [KALMAN],
    "title:residual": [],
    "-title:filter": [FORECAST, LOGS],
    "description:confidence": [FORECAST],
    "description:kalman": [],
    'description:"confidence intervals"': [FORECAST],
    "lang:julia": [KALMAN],
    "language:JULIA": [KALMAN],
    "lang:r": [LOGS],
    "-lang:r": [FORECAST, KALMAN],
    "tag:sales": [FORECAST],
    "tags:time-*": [FORECAST],
    "tag:time": [],
    "-tag:sales": [KALMAN, LOGS],
    "package:numpy": [KALMAN],
    "-package:numpy": [FORECAST, LOGS],
    "package:PANDAS csv": [FORECAST],
    "owner:ada": [FORECAST],
    'owner:"Ada Example"': [FORECAST],
    'owner:"radar people"': [KALMAN],
    "-owner:bob": [FORECAST, KALMAN],
    "creator:bob": [KALMAN],
    "-creator:bob": [FORECAST, LOGS],
    "updater:bob": [],
    "user:bob": [KALMAN, LOGS],
    "kalman OR lang:r": [KALMAN, LOGS],
    "kalman -lang:julia": [],
    "(kalman tag:tracking) OR (csv tag:sales)": [FORECAST, KALMAN],
    "NOT (csv lang:r)": [FORECAST, KALMAN],
    "": [FORECAST, KALMAN, LOGS],
}


def test_words_find(several: Gallery) -> None:
    assert {query: sorted(several.titles(query)) for query in FINDS} == FINDS


def test_a_long_notebook_with_every_kind_of_letters_is_found(gallery: Gallery) -> None:
    """Indexes have limits, which no notebook may exceed."""
    many = " ".join(f"w{number:x}" for number in range(120_000))
    han = "".join(chr(0x4E00 + number % 20_000) for number in range(200_000))
    deep = " ".join(chr(0x10330 + number % 26) * (number % 40 + 1) for number in range(30_000))
    gallery.add("Many words", many, "x" * 100_000)
    gallery.add("Many pairs", han, description=han)
    gallery.add("Many deep letters", deep, han, "\0 \ud800 end")
    assert gallery.titles("w1f4") == ["Many words"]
    assert sorted(gallery.titles("many")) == ["Many deep letters", "Many pairs", "Many words"]


def test_marks_of_engines_in_a_query_are_only_letters(several: Gallery) -> None:
    for query in (
        "NEAR",
        "kalman^2",
        "title",
        "a::&c|!d",
        "'ka",
        "{title}",
        "ww\\:*",
        "\\x",
        "kk_::k",
        "%k_%",
    ):
        several.titles(f"({query}) OR kalman OR arima")
        several.titles(f"-({query}) kalman")
