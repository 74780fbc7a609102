"""What the clients of a run speak, and the load generator that speaks it. Latencies are in microseconds."""

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from typing import Optional

from . import process, setups

NAMES = ("clear", "tls", "h2")
REPORT = setups.PEERS / "wrk-report.lua"
# Fields that a browser or an HTTP client sends anyway, so that forwarding a head is part of the work.
FIELDS = ("Accept: application/json", "User-Agent: headwater-paired")
# Browsers open one connection and a few dozen streams; a handful of them keeps one core of a proxy busy.
STREAMS_PER_CONNECTION = 8
# One cipher for all: the proxies prefer different ones, and what is compared is not AES with 128 and with 256 bits.
OPENSSL = """openssl_conf = init
[init]
ssl_conf = modules
[modules]
system_default = tls
[tls]
MinProtocol = TLSv1.3
Ciphersuites = TLS_AES_128_GCM_SHA256
"""


@dataclasses.dataclass(frozen=True)
class Tls:
    certificate: Path
    key: Path
    both: Path  # one after the other, as HAProxy reads them


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    sentence: str
    requests_at_once: int
    directory: Path
    tls: Optional[Tls] = None

    @property
    def scheme(self):
        return "https" if self.tls else "http"

    def load(self, core, url, seconds):
        """Loads for that long; returns requests, microseconds, percentiles and failures."""
        return (self._h2load if self.name == "h2" else self._wrk)(core, url, seconds)

    def _wrk(self, core, url, seconds):
        fields = [word for field in FIELDS for word in ("-H", field)]
        said = self._run(core, seconds, [
            "wrk", "-t1", f"-c{self.requests_at_once}", f"-d{seconds}s", "--latency", "-s", str(REPORT), *fields, url])
        return json.loads(said.strip().splitlines()[-1])

    def _h2load(self, core, url, seconds):
        fields = [word for field in FIELDS for word in ("-H", field)]
        log = self.directory / "h2load.log"
        log.unlink(missing_ok=True)
        said = self._run(core, seconds, [
            "h2load", "-t1", f"-c{max(1, self.requests_at_once // STREAMS_PER_CONNECTION)}",
            f"-m{min(STREAMS_PER_CONNECTION, self.requests_at_once)}", f"-D{seconds}", f"--log-file={log}", *fields, url])
        # A line per answer: start, status (-1 for a failed stream), duration.
        statuses, durations = [], []
        with open(log) as lines:
            for line in lines:
                _, status, duration = line.split("\t")[:3]
                statuses.append(status)
                durations.append(int(duration))
        if not durations:
            raise process.DidNotStart(f"h2load had no answer: {said.strip()[-300:]}")
        durations.sort()
        bad = sum(status != "200" for status in statuses)
        return {
            "requests": len(durations) - bad, "microseconds": seconds * 1_000_000,
            "p50": durations[len(durations) // 2], "p99": durations[len(durations) * 99 // 100], "max": durations[-1],
            "status": bad, "socket": 0}

    def _run(self, core, seconds, command):
        environment = {**os.environ, "OPENSSL_CONF": str(self.directory / "openssl.cnf")} if self.tls else None
        done = subprocess.run(
            ["taskset", "-c", str(core), *command], env=environment, capture_output=True, text=True, timeout=seconds + 60)
        if done.returncode != 0:
            raise process.DidNotStart(f"{command[0]} exited with {done.returncode}: {(done.stderr or done.stdout).strip()}")
        return done.stdout


def named(name, requests_at_once, directory):
    """The clients of that name; those that speak TLS bring the certificate that every proxy is given."""
    if name == "clear":
        return Client(name, "HTTP/1.1 in clear (wrk)", requests_at_once, directory)
    (directory / "openssl.cnf").write_text(OPENSSL)
    tls = Tls(directory / "certificate.pem", directory / "key.pem", directory / "both.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(tls.key), "-out", str(tls.certificate)],
        check=True, capture_output=True, text=True)
    tls.both.write_text(tls.certificate.read_text() + tls.key.read_text())
    sentence = "HTTP/1.1 over TLS 1.3 (wrk)" if name == "tls" else (
        f"HTTP/2 over TLS 1.3 (h2load, {STREAMS_PER_CONNECTION} streams a connection)")
    return Client(name, sentence, requests_at_once, directory, tls)
