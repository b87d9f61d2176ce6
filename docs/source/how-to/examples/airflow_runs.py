"""A DAG of Airflow whose task runs the version in production."""

import datetime

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.sdk import DAG

with DAG(
    "daily_report",
    schedule="0 6 * * *",
    start_date=datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc),
    catchup=False,
) as dag:
    PapermillOperator(
        task_id="run",
        input_nb="bookstore://daily.ipynb?label=production",
        output_nb="bookstore://runs/daily-by-airflow.ipynb",
        parameters={"day": "{{ ds }}"},
    )

if __name__ == "__main__":
    dag.test()
