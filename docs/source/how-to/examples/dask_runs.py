"""Run a notebook for each of 100 days, 8 at a time, on a cluster of dask."""

import papermill
from dask.distributed import Client, LocalCluster


def run(day: int, **how: str) -> str:
    """Execute the version in production for one day; return where the result is."""
    result = f"bookstore://runs/reports/daily-{day:03}.ipynb"
    papermill.execute_notebook(
        "bookstore://reports/daily.ipynb?label=production",
        result,
        parameters={"day": day},
        progress_bar=False,
        **how,
    )
    return result


if __name__ == "__main__":
    # Or Client("tcp://scheduler:8786"): a worker needs the settings of the store, and nothing else.
    with LocalCluster(n_workers=8, threads_per_worker=1) as cluster, Client(cluster) as client:
        for result in client.gather(client.map(run, range(100))):
            print(result)
