"""Print the table of faults: what became of acknowledged saves, whatever failed.

python tests/faults/table.py [--scale N] [--store moto|ceph|swift|local] [SCENARIO…]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "kit"), str(TESTS / "faults"), str(TESTS.parent)]

from every_scenario import every_scenario  # noqa: E402 - found on the path above
from harness import Outcome, Registered, as_row  # noqa: E402
from s3_server import running_s3_server  # noqa: E402
from stores_under_test import KINDS, store_under_test  # noqa: E402

COLUMNS = (
    *("scenario", "saves acknowledged", "versions found", "lost", "duplicates", "out of order"),
    *("wrong bytes", "longest delay until visible (s)"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when anything was lost, changed or out of order."""
    options = _options(arguments)
    _say(COLUMNS)
    _say(["---", *["---:"] * (len(COLUMNS) - 1)])
    is_flawless = True
    for outcome in _outcomes(options):
        _say(as_row(outcome))
        is_flawless = is_flawless and outcome.is_flawless
    return 0 if is_flawless else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="times as many saves")
    parser.add_argument("--store", choices=KINDS, default="moto")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="how its name begins")
    return parser.parse_args(arguments)


def _outcomes(options: argparse.Namespace) -> Iterator[Outcome]:
    with ExitStack() as stack:
        moto_url = stack.enter_context(running_s3_server()) if options.store == "moto" else None
        for scenario in _chosen(options):
            with (
                tempfile.TemporaryDirectory() as folder,
                store_under_test(options.store, Path(folder), moto_url=moto_url) as store,
            ):
                saves = max(scenario.saves_quick, round(options.scale * scenario.saves))
                yield scenario.run(Path(folder), store, saves=saves)


def _chosen(options: argparse.Namespace) -> list[Registered]:
    names = tuple(options.scenarios) or ("",)
    return [
        scenario
        for scenario in every_scenario()
        if scenario.name.startswith(names) and (options.store != "local" or not scenario.speaks_s3)
    ]


def _say(cells: Sequence[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
