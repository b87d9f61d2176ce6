"""A flow of Prefect that runs the version in production."""

import papermill
from prefect import flow, task


@task(retries=2)
def run(day: str) -> str:
    """Execute it for one day; each try is a run of its own."""
    result = "bookstore://runs/daily-by-prefect.ipynb"
    address = "bookstore://daily.ipynb?label=production"
    papermill.execute_notebook(address, result, parameters={"day": day}, progress_bar=False)
    return result


@flow
def daily(day: str) -> str:
    """Run it."""
    return run(day)


if __name__ == "__main__":
    print(daily("2026-11-28"))
