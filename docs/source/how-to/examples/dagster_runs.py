"""An asset of Dagster that is the result of a run of the version in production."""

import dagster
import papermill


@dagster.asset
def daily_report(context: dagster.AssetExecutionContext) -> dagster.MaterializeResult:
    """Run it; the result is a version."""
    result = "bookstore://runs/daily-by-dagster.ipynb"
    address = "bookstore://daily.ipynb?label=production"
    papermill.execute_notebook(
        address, result, parameters={"day": "2026-11-28"}, progress_bar=False
    )
    return dagster.MaterializeResult(metadata={"result": result})


if __name__ == "__main__":
    print(dagster.materialize([daily_report]).success)
