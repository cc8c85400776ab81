"""Runs a command and measures its whole tree of processes: CPU and wall seconds, peak memory.

Linux only (/proc, subreaper). Knows nothing of tools or servers.

The command gets a session of its own, and this process becomes the parent of whatever it leaves behind, so
that no descendant's CPU time is lost. Memory is the highest sum of the resident sets of all processes of the
tree, sampled every 20 ms, or the highest peak that the kernel gave for one of them, whichever is more. The
kernel's peak of a finished child is not used: it still holds what this process had when it forked.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

SAMPLE_SECONDS = 0.02
# Looking for new processes reads all of /proc, so it is done less often.
SAMPLES_PER_LISTING = 5
PR_SET_CHILD_SUBREAPER = 36


@dataclasses.dataclass
class Run:
    """What one run cost, and how it ended."""

    status: int
    wall: float
    cpu: float
    memory_mib: float


class Sampler:
    """Watches the resident memory of one session's processes until it is told to stop."""

    def __init__(self, session: int):
        self._session = session
        self._done = threading.Event()
        self._together = 0
        self._single = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Returns the peak in MiB."""
        self._done.set()
        self._thread.join()
        return max(self._together, self._single) / 1024

    def _watch(self) -> None:
        members = [self._session]
        turn = 0
        while not self._done.wait(SAMPLE_SECONDS):
            turn += 1
            if turn % SAMPLES_PER_LISTING == 0:
                members = processes_of(self._session)
            resident = 0
            for member in members:
                current, peak = memory_kib(member)
                resident += current
                self._single = max(self._single, peak)
            self._together = max(self._together, resident)


def run(
    command: list[str], environment: dict[str, str], folder: Path, stdout: Path, stderr: Path, limit: float
) -> Run:
    """Runs a command to its end in `folder`; after `limit` seconds its whole tree is killed, status -9."""
    adopt_orphans()
    with stdout.open("wb") as out, stderr.open("wb") as err:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        sampler = Sampler(child.pid)
        timer = threading.Timer(limit, kill_session, (child.pid,))
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        cpu = usage.ru_utime + usage.ru_stime
        # What the command started and did not wait for is part of its cost.
        while True:
            try:
                _, _, usage = os.wait4(-child.pid, 0)
            except ChildProcessError:
                break
            cpu += usage.ru_utime + usage.ru_stime
        wall = time.perf_counter() - begun
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    return Run(child.returncode, wall, cpu, sampler.stop())


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent has ended."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def kill_session(session: int) -> None:
    for member in processes_of(session):
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            pass


def processes_of(session: int) -> list[int]:
    """Lists the processes of a session."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            found.append(int(entry))
    return found


def memory_kib(process: int) -> tuple[int, int]:
    """Returns the resident set of a process and its peak, in KiB; zeros where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0, 0
    values = {line.partition(":")[0]: line for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return tuple(int(values[name].split()[1]) if name in values else 0 for name in ("VmRSS", "VmHWM"))


def cpu_seconds(process: int) -> float:
    """Returns the CPU seconds that a running process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
