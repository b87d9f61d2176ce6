"""An interrupt that nobody else handles ends a server in good order.

With a terminal, Jupyter's server asks whether it is to stop.  Without one, as under the local
spawners of JupyterHub, Python would break off what runs: no extension would be told.

Knows: signals.  Must not know: what stopping means.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def stop_at_interrupt(stop: Callable[[], None]) -> None:
    """Have the first SIGINT call *stop*, unless it is ignored or somebody handles it already.

    A second one breaks off what runs: whoever insists need not wait.
    """

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    # Only the main thread may handle signals, and only its handlers may be replaced.
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupted)
