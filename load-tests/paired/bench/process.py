"""One started program, pinned to a core: its log, its CPU time, its end."""

import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

# Loopback only: whatever proxy the environment names is not asked.
# The certificate is one of the run's own.
_direct = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl._create_unverified_context()))

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class DidNotStart(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, timeout):
    with _direct.open(url, timeout=timeout) as answer:
        return answer.read()


class Pinned:
    """A process (and what it forks) on one core; use as a context manager, leaving it ends the process."""

    def __init__(self, core, argv, log):
        self._argv, self._log = argv, log
        self._started = time.monotonic()
        with open(log, "ab") as sink:
            # A session of its own: an interrupt at the terminal reaches the run first, which then ends its children
            # in order, and whatever outlives its parent can still be addressed by that session's group.
            self._process = subprocess.Popen(
                ["taskset", "-c", str(core), *argv], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink,
                start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def await_answer(self, url, timeout):
        """Waits for a 200 and returns the seconds since the start and the body."""
        while time.monotonic() - self._started < timeout:
            if self._process.poll() is not None:
                raise DidNotStart(f"{self._argv[0]} exited with {self._process.returncode}: {self._last_words()}")
            try:
                body = get(url, timeout=2)
                return time.monotonic() - self._started, body
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise DidNotStart(f"{self._argv[0]}: no 200 from {url} within {timeout} s: {self._last_words()}")

    def cpu_seconds(self):
        """User and system time of the process tree, ended and awaited children included."""
        ticks = 0
        for pid in _tree(self._process.pid):
            fields = _stat(pid)
            if fields:
                ticks += sum(int(field) for field in fields[11:15])
        return ticks / TICKS_PER_SECOND

    def stop(self, patience=15):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()

    def _last_words(self):
        with open(self._log, "r", errors="replace") as log:
            return " | ".join(log.read().strip().splitlines()[-3:]) or "no output"


def core_use(core):
    """Seconds the core has been (busy, stolen by the host) since boot."""
    with open("/proc/stat") as stat:
        for line in stat:
            if line.startswith(f"cpu{core} "):
                user, nice, system, _, _, irq, softirq, steal = (int(field) for field in line.split()[1:9])
                # Loopback packets are received in soft interrupts, which the kernel also charges to the process
                # they interrupt: without them a lone busy proxy would seem to use more than its core.
                return (user + nice + system + irq + softirq) / TICKS_PER_SECOND, steal / TICKS_PER_SECOND
    raise LookupError(f"cpu{core} is not in /proc/stat")


def _stat(pid):
    """The fields of /proc/PID/stat after the command name (which may hold spaces), or None if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _tree(root):
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(entry)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    found, open_ends = [], [root]
    while open_ends:
        pid = open_ends.pop()
        found.append(pid)
        open_ends += children.get(pid, [])
    return found
