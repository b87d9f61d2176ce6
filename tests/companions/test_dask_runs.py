"""The documented way to run a notebook many times, a few at a time, on a cluster of dask."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import kernelless
import pytest
from cli_runner import run as command
from dask.distributed import Client, LocalCluster
from desks import live_in, store_desk
from notebooks import KERNEL

EXAMPLE = Path(__file__).parents[2] / "docs" / "source" / "how-to" / "examples" / "dask_runs.py"
RUNS, WORKERS, THREADS = 100, 2, 4
DAILY = """
if "at_once" in globals():
    import time
    time.sleep(0.02)
    said = f"{day} {at_once()}"
else:
    print("ran on", day)
"""


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose daily.ipynb has a version in production, and was edited since."""
    live_in(tmp_path, monkeypatch)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    desk = store_desk(tmp_path / "notebooks", "embedded", kernelspec=KERNEL)
    (desk.root / "reports").mkdir()
    desk.save("reports/daily.ipynb", DAILY)
    assert command("label", "reports/daily.ipynb", "~0", "production").code == 0
    desk.save("reports/daily.ipynb", "raise SystemExit('edited since')")
    return desk.root


def the_example() -> ModuleType:
    spec = spec_from_file_location("dask_runs", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def result_of(address: str) -> dict[str, object]:
    content: dict[str, object] = json.loads(command("show", address).body)
    return content


def test_a_hundred_runs_eight_at_a_time_have_a_result_each(reports: Path) -> None:
    """Without kernels, of which a hundred would be minutes."""
    example = the_example()
    with (
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=THREADS, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run(kernelless.ready)
        done = client.gather(client.map(example.run, range(RUNS), engine_name=kernelless.NAME))
    assert len(set(done)) == RUNS
    told = command("runs", "--limit", "0", "--json").json["runs"]
    assert {run["result"] for run in told} == set(done)
    assert {run["status"] for run in told} == {"succeeded"}
    said = [str(result_of(address)["metadata"]["said"]).split() for address in done]  # type: ignore[index]
    assert [int(day) for day, _ in said] == list(range(RUNS))
    assert {int(at_once) for _, at_once in said} <= set(range(1, THREADS + 1))


def test_the_script_of_the_documentation_runs_as_it_is(reports: Path) -> None:
    """With two runs for a hundred, and two workers for eight."""
    source = (
        EXAMPLE.read_text().replace("range(100)", "range(2)").replace("n_workers=8", "n_workers=2")
    )
    (reports / "many.py").write_text(source)
    ran = subprocess.run([sys.executable, "many.py"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for day, address in enumerate(ran.stdout.split()):
        [output] = result_of(address)["cells"][-1]["outputs"]  # type: ignore[index]
        assert "".join(output["text"]) == f"ran on {day}\n"
