"""Python runs this first when its folder is on PYTHONPATH: a clock that a test can set.

The file that ``CLOCK_OFFSET_FILE`` names holds by how many seconds it is fast.
"""

import datetime as datetime_module
import os
import time
from pathlib import Path

_OFFSET = Path(os.environ["CLOCK_OFFSET_FILE"])
_time = time.time
_datetime = datetime_module.datetime


def _now() -> float:
    return _time() + float(_OFFSET.read_text())


class _IsAny(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _datetime)


class _Datetime(_datetime, metaclass=_IsAny):
    @classmethod
    def now(cls, tz: "datetime_module.tzinfo | None" = None) -> "datetime_module.datetime":
        return cls.fromtimestamp(_now(), tz)

    @classmethod
    def utcnow(cls) -> "datetime_module.datetime":
        return cls.fromtimestamp(_now(), datetime_module.timezone.utc).replace(tzinfo=None)


time.time = _now
time.time_ns = lambda: int(_now() * 1e9)
datetime_module.datetime = _Datetime  # type: ignore[misc]
