"""One measurement: a fresh process, warmed up, then CPU time and requests of the same window."""

import json
import sys
import time
from pathlib import Path

from . import collector, process, setups

TARGET = "/api/votes"
# Spans may wait for a full batch: they are awaited until none has come for longer than any setup's flush interval.
QUIET_SECONDS = 2.5
LONGEST_WAIT_SECONDS = 30


class Rig:
    """The surroundings of all setups on the load core: upstream, collector stand-in, load generator."""

    def __init__(self, options, client, directory):
        self._options, self._client, self._directory = options, client, directory
        self._upstream_port, self._collector_port = process.free_port(), process.free_port()

    def __enter__(self):
        core, directory = self._options.load_core, self._directory
        values = {"DIR": str(directory), "UPSTREAM": str(self._upstream_port), "ANSWER": answer()}
        self._upstream = process.Pinned(
            core, setups.upstream_command(directory, values), directory / "upstream.log")
        self._collector = process.Pinned(
            core, [sys.executable, collector.__file__, str(self._collector_port)], directory / "collector.log")
        try:
            self._upstream.await_answer(f"http://127.0.0.1:{self._upstream_port}{TARGET}", timeout=10)
            self._collector.await_answer(f"http://127.0.0.1:{self._collector_port}/count", timeout=10)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._collector.stop()
        self._upstream.stop()

    def measure(self, setup, directory):
        """Runs one setup once; returns the round as a flat dictionary."""
        options = self._options
        directory.mkdir(parents=True)
        port = process.free_port()
        command = setup.render(directory, {
            "PORT": str(port), "ADMIN": str(process.free_port()),
            "UPSTREAM": str(self._upstream_port), "COLLECTOR": str(self._collector_port)}, self._client.tls)
        spans_before = self._received()["spans"]
        with process.Pinned(options.proxy_core, command, directory / "proxy.log") as proxy:
            url = f"{self._client.scheme}://127.0.0.1:{port}{TARGET}"
            ready, body = proxy.await_answer(url, timeout=60)
            if body.decode() != answer():
                raise process.DidNotStart(f"{setup.name} answered {body[:80]!r} (expected the upstream's answer)")
            warm = self._load(url, options.warmup_jit if setup.jit else options.warmup)
            window = self._window(proxy, url)
            if setup.rate:
                self._await_spans()
        spans = self._received()["spans"] - spans_before
        expected = (setup.rate or 0) * setups.SPANS_PER_SAMPLED_REQUEST
        return {
            "setup": setup.name, "ready_seconds": ready, **window,
            "spans": spans, "spans_expected": round(expected * (warm["requests"] + window["requests"])),
            "window_spans_expected": round(expected * window["requests"]),
        }

    def _window(self, proxy, url):
        spans = self._received()["spans"]
        busy, stolen = process.core_use(self._options.proxy_core)
        cpu, start = proxy.cpu_seconds(), time.monotonic()
        load = self._load(url, self._options.seconds)
        cpu, elapsed = proxy.cpu_seconds() - cpu, time.monotonic() - start
        busy_after, stolen_after = process.core_use(self._options.proxy_core)
        return {
            "requests": load["requests"],
            "requests_per_second": load["requests"] / (load["microseconds"] / 1e6),
            "cpu_us_per_request": cpu * 1e6 / max(load["requests"], 1),
            "p50_ms": load["p50"] / 1000, "p99_ms": load["p99"] / 1000, "max_ms": load["max"] / 1000,
            "errors": load["status"] + load["socket"],
            "core_share": cpu / elapsed,
            "foreign_share": max(0.0, busy_after - busy - cpu) / elapsed,
            "stolen_share": (stolen_after - stolen) / elapsed,
            "window_spans": self._received()["spans"] - spans,
        }

    def _load(self, url, seconds):
        return self._client.load(self._options.load_core, url, seconds)

    def _await_spans(self):
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        posts, quiet_since = self._received()["posts"], time.monotonic()
        while time.monotonic() < min(deadline, quiet_since + QUIET_SECONDS):
            time.sleep(0.2)
            now = self._received()["posts"]
            if now != posts:
                posts, quiet_since = now, time.monotonic()

    def _received(self):
        return json.loads(process.get(f"http://127.0.0.1:{self._collector_port}/count", timeout=120))


def answer():
    """A JSON document of 1,024 bytes, free of characters that a configuration file would need quoted."""
    frame = '{"voters": ""}'
    return frame[:-2] + "x" * (1024 - len(frame)) + frame[-2:]


def work_directory(base):
    path = Path(base) / time.strftime("%Y%m%dT%H%M%S")
    path.mkdir(parents=True)
    return path
