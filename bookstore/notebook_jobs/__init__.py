"""jupyter-scheduler (2.12) with versions: its jobs run one, and what comes of them is one.

    c.SchedulerApp.scheduler_class = "bookstore.notebook_jobs.BookstoreScheduler"
    c.SchedulerApp.environment_manager_class = "bookstore.notebook_jobs.VersionChoices"
    c.SchedulerApp.job_files_manager_class = "bookstore.notebook_jobs.ResultFiles"

It keeps its pages, its API and its table of jobs; a job is a run that the server starts.
"""

from .choices import VersionChoices
from .occurrences import Occurrences
from .result_files import ResultFiles
from .scheduler import BookstoreScheduler, Execution

__all__ = ["BookstoreScheduler", "Execution", "Occurrences", "ResultFiles", "VersionChoices"]
