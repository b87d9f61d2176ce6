"""Notebooks of real sizes, made from a seed: prose, code, printed lines, tables and plots."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

PROSE = (
    "data frame model column value mean of the a we plot train test split score fit result "
    "figure shows that which each year by country missing rows between and with from"
)
WORDS = [*PROSE.split()]
CODE = """\
import pandas as pd
from sklearn.model_selection import train_test_split

def load_frame(path, *, columns=None):
    \"\"\"Return what is in a file.\"\"\"
    frame = pd.read_csv(path, usecols=columns)
    return frame.dropna().sort_values("year")  # the oldest first

frame = load_frame("data.csv")
X, y = frame.drop(columns="target"), frame["target"] * 1.5 + 3
for name in X.columns:
    print(f"{name}: {X[name].mean():.3f}")
"""


class Maker:
    """Makes notebooks."""

    def __init__(self) -> None:
        self.rng = random.Random(7)

    def notebook(self) -> bytes:
        """One as long as real ones: a few dozen cells, a few of them with hundreds."""
        count = min(400, max(3, int(self.rng.lognormvariate(3.3, 0.8))))
        metadata = {"language_info": {"name": "python"}}
        cells = [self.text() if self.rng.random() < 0.35 else self.code() for _ in range(count)]
        whole = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}
        return json.dumps(whole).encode()

    def text(self) -> dict[str, Any]:
        """Prose, with headings, lists, links, mathematics and tables."""
        parts = [f"{'#' * self.rng.randint(1, 4)} {self.words(4)}"]
        link = "[there](https://a.test/b)"
        parts += [
            f"{self.words(40)} **{self.words(2)}** $x_{{i}}^2$ {link}"
            for _ in range(self.rng.randint(1, 4))
        ]
        if self.rng.random() < 0.3:
            parts.append("\n".join(f"- `{self.words(1)}` {self.words(9)}" for _ in range(6)))
        if self.rng.random() < 0.1:
            parts.append("\n".join(["|a|b|c|", "|-|-|-|", *["|1|2|3|"] * 8]))
        return {"cell_type": "markdown", "metadata": {}, "source": "\n\n".join(parts)}

    def code(self) -> dict[str, Any]:
        """Code, and what it printed, displayed, plotted or raised."""
        lines = CODE.splitlines(keepends=True)
        start = self.rng.randrange(len(lines))
        outputs = [output for output in (self.output() for _ in range(2)) if output]
        source = lines[start : start + self.rng.randint(1, 12)]
        return {
            "cell_type": "code",
            "metadata": {},
            "source": source,
            "outputs": outputs,
            "execution_count": None,
        }

    def output(self) -> dict[str, Any] | None:
        """One output, or none."""
        kind = self.rng.random()
        if kind < 0.5:
            return None
        if kind < 0.72:
            text = "\n".join(self.words(8) for _ in range(self.rng.randint(1, 60)))
            return {"output_type": "stream", "name": "stdout", "text": text}
        if kind < 0.86:
            return self.shown({"text/html": self.table(), "text/plain": "table"})
        if kind < 0.97:
            picture = self.rng.randbytes(int(self.rng.lognormvariate(10.3, 0.9)))
            return self.shown({"image/png": base64.b64encode(picture).decode()})
        traceback = [f"\x1b[0;31m{self.words(3)}\x1b[0m \x1b[1;32m{n}\x1b[0m" for n in range(30)]
        return {"output_type": "error", "ename": "E", "evalue": "v", "traceback": traceback}

    def table(self) -> str:
        """A table as pandas writes it."""
        row = (
            "<tr><th>0</th>"
            + "".join(f"<td>{self.rng.random():.6f}</td>" for _ in range(9))
            + "</tr>"
        )
        return (
            "<div><style scoped>.dataframe tbody tr th { vertical-align: top; }</style>"
            f'<table border="1" class="dataframe">{row * self.rng.randint(5, 40)}</table></div>'
        )

    def words(self, count: int) -> str:
        """So many words."""
        return " ".join(self.rng.choice(WORDS) for _ in range(count))

    @staticmethod
    def shown(data: dict[str, Any]) -> dict[str, Any]:
        return {"output_type": "display_data", "metadata": {}, "data": data}
