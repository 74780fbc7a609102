# Sourced by tiers that ask `headwater run` over the wire with programs of others.

. .ci/report.sh

# edge_starts: an edge with three addresses: $clear (HTTP/1.1 and HTTP/2), $only (HTTP/2 alone) and $secure (TLS), each
# HOST:PORT, and $admin. It forwards everything to a service that reads requests whole and answers with a little text,
# and with 64,000 bytes for /large. Both end with the tier.
edge_starts() {
  clear=127.0.0.1:$(free_port) only=127.0.0.1:$(free_port) secure=127.0.0.1:$(free_port) admin=127.0.0.1:$(free_port)
  certificate_for_tests || return 1
  trap edge_ends EXIT
  java -Dsun.net.httpserver.nodelay=true -Dsun.net.httpserver.maxIdleConnections=2000 .ci/ReadingOrigin.java "$WORK/origin" >"$WORK/origin.log" 2>&1 &
  origin=$!
  check "the service behind the edge is ready" until_true 30 test -f "$WORK/origin" || return 1
  cat >"$WORK/edge.yaml" <<END
listeners:
  - {name: clear, address: "$clear"}
  - {name: only, address: "$only", protocols: [h2]}
  - name: secure
    address: "$secure"
    tls: {certificates: [{certificate: certificate.pem, key: key.pem}]}
upstreams:
  # Each request of a slow client has a connection of its own until it is whole: more of them than slow clients.
  - {name: origin, endpoints: ["http://127.0.0.1:$(cat "$WORK/origin")"], pool: {connections: 2000}}
routes: [{name: all, to: [{upstream: origin}]}]
tracing: {store: {}, sampling: {rate: 0.1}}
admin: {address: "$admin"}
END
  run_edge
}

# run_edge: `headwater run` with $WORK/edge.yaml, whose admin address is $admin, until it is ready.
run_edge() {
  ./headwater run -c "$WORK/edge.yaml" >"$WORK/edge.log" 2>&1 &
  edge=$!
  check "the edge is ready" until_true 60 answers_ready || { cat "$WORK/edge.log"; return 1; }
}

answers_ready() { http GET "$admin" /readyz | grep -q '^HTTP/1.1 200'; }

edge_ends() {
  local pid
  for pid in ${edge:-} ${origin:-}; do kill -9 "$pid" 2>/dev/null; done
}

# edge_drains: SIGTERM, and whether the end is clean.
edge_drains() {
  local code
  kill -TERM "$edge"
  wait "$edge"
  code=$?
  edge=''
  check "the edge drains and ends with 0" [ "$code" -eq 0 ]
}

# certificate_for_tests: certificate.pem and key.pem in $WORK, for localhost, self-signed, valid for half a year.
certificate_for_tests() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$WORK/key.pem" -out "$WORK/certificate.pem" -days 180 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>"$WORK/openssl.log" ||
    { fail "a certificate is made: $(tail -n 1 "$WORK/openssl.log")"; return 1; }
}

# needs PROGRAM[=PACKAGE]...: installs Debian's package of each program that is not there.
needs() {
  local want program package missing=()
  for want in "$@"; do
    program=${want%%=*} package=${want#*=}
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"; } >"$WORK/apt.log" 2>&1 ||
    { fail "installs ${missing[*]}: $(tail -n 1 "$WORK/apt.log")"; return 1; }
}
