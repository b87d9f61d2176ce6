"""What each object store can do, found out by ``jupyter bookstore doctor``, as a Markdown table.

    bash ci/with_real_stores.sh python benchmarks/stores.py
    python benchmarks/stores.py moto

Each store gets a new bucket with more versions than a page of a listing holds, and the doctor looks
at it as anyone's would.  What the doctor does not try, because it needs a bucket of its own, is
tried here: object lock.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "tests" / "kit")]

from botocore.exceptions import ClientError
from processes import jupyter_environment
from real_or_moto import s3_server
from real_stores import REAL_STORES, RealStore

VERSIONS = 1100
"""More than one page; on one key, as a notebook that is saved often has."""
NOT_OF_THE_STORE = (
    *("server extension", "settings", "archiver", "notary", "outbox", "outbox's disk"),
    *("outbox's folder", "credentials", "connection", "clock", "reachable"),
)
TITLES = {"moto": "moto", "ceph": "Ceph RGW", "ceph-https": "Ceph RGW, https", "swift": "Swift"}


def fill(client: Any, bucket: str) -> None:
    """Put more versions into *bucket* than a page holds."""

    def put(number: int) -> None:
        client.put_object(Bucket=bucket, Key=f"workspace/{number % 7}.ipynb", Body=b"{}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, range(VERSIONS)))


def doctor(server: RealStore, bucket: str) -> dict[str, str]:
    """Return what the doctor answers, in a word or two each, by what it is about."""
    with tempfile.TemporaryDirectory() as home:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "bookstore", "doctor", "--json", "--try-lifecycle"),
                *server.arguments(),
            ],
            env=jupyter_environment(Path(home), PYTHONPATH=str(ROOT), **server.environment(bucket)),
            cwd=home,
            stdout=subprocess.PIPE,
            check=False,
        )
    findings = json.loads(ran.stdout)["findings"]
    return {each["what"]: _cell(each) for each in findings if each["what"] not in NOT_OF_THE_STORE}


def _cell(finding: dict[str, str]) -> str:
    return f"**{finding['answer']}**" if finding["verdict"] == "problem" else finding["answer"]


def object_lock(client: Any) -> str:
    """Return whether a bucket can be made whose versions can be locked.

    It is asked of the bucket: Swift takes the lock of an object for a new version of it.
    """
    bucket = f"lock-{secrets.token_hex(4)}"
    try:
        client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        told = client.get_object_lock_configuration(Bucket=bucket)
    except ClientError:
        return "no"
    return "yes" if told["ObjectLockConfiguration"].get("ObjectLockEnabled") else "no"


def examined(name: str) -> dict[str, str]:
    """Return what the store *name* can do."""
    with s3_server(name) as server:
        bucket, client = server.new_bucket(), server.admin()
        fill(client, bucket)
        return {**doctor(server, bucket), "object lock": object_lock(client)}


def main() -> None:
    """Print the table."""
    known = ("moto", *(REAL_STORES if os.environ.get("BOOKSTORE_REAL_STORES") else ()))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stores", nargs="*", metavar="STORE", help=f"of {', '.join(known)}")
    names = parser.parse_args().stores or known
    if unknown := set(names) - set(known):
        parser.error(f"{', '.join(unknown)}: start it with ci/with_real_stores.sh")
    columns = {name: examined(name) for name in names}
    rows = dict.fromkeys(what for column in columns.values() for what in column)
    print("| | " + " | ".join(TITLES[name] for name in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for what in rows:
        print(
            f"| {what} | " + " | ".join(c.get(what, "not tried") for c in columns.values()) + " |"
        )


if __name__ == "__main__":
    main()
