"""What processes cost this machine, read from Linux's own books."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a process has used since it started."""

    cpu_s: float
    """Processor seconds of all its living threads."""
    wake_ups: int
    """How often one of its living threads went to sleep and was woken up."""

    def __sub__(self, before: Used) -> Used:
        return Used(cpu_s=self.cpu_s - before.cpu_s, wake_ups=self.wake_ups - before.wake_ups)


def used(pid: int) -> Used:
    """Return what the process has used so far."""
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    return Used(
        cpu_s=sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9,
        wake_ups=sum(_line(thread / "status", "voluntary_ctxt_switches") for thread in threads),
    )


def proportional_mb(pid: int) -> float:
    """Return the memory of the process, in MB; what it shares with others is divided by them."""
    return _line(Path(f"/proc/{pid}/smaps_rollup"), "Pss") / 1000


def resident_mb(pid: int) -> float:
    """Return the memory of the process that is in RAM, shared or not, in MB."""
    return _line(Path(f"/proc/{pid}/status"), "VmRSS") / 1000


def peak_mb(pid: int) -> float:
    """Return the most memory of the process that was ever in RAM, shared or not, in MB."""
    return _line(Path(f"/proc/{pid}/status"), "VmHWM") / 1000


def _line(file: Path, name: str) -> int:
    [line] = [line for line in file.read_text().splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1])
