# about: h2load over TLS and in clear, HTTP/2 with many streams and HTTP/1: every request answered with 200
# default: no
. .ci/edge.sh
requests=20000

check "first use builds" ./headwater version || exit 1
needs h2load=nghttp2-client openssl || exit 1
edge_starts || exit 1

all_answered() {
  h2load -n "$requests" "$@" >"$WORK/h2load.out" 2>&1
  cat "$WORK/h2load.out"
  grep -q "^requests: $requests total.* $requests succeeded, 0 failed, 0 errored, 0 timeout" "$WORK/h2load.out" &&
    grep -q "^status codes: $requests 2xx, 0 3xx" "$WORK/h2load.out"
}

told() {
  check "$@"
  sed -n 's/^finished in /          /p' "$WORK/h2load.out"
}

head -c 20000 /dev/zero >"$WORK/body"
told "HTTP/2 over TLS, 20 connections of 50 streams" all_answered -c 20 -m 50 "https://$secure/"
told "HTTP/2 by prior knowledge" all_answered -c 20 -m 50 "http://$clear/"
told "HTTP/2 where nothing else is spoken" all_answered -c 20 -m 50 "http://$only/"
told "HTTP/1 in clear" all_answered --h1 -c 50 "http://$clear/"
told "HTTP/1 over TLS" all_answered --h1 -c 50 "https://$secure/"
told "bodies of 20 kB over HTTP/2" all_answered -c 20 -m 20 -d "$WORK/body" "https://$secure/"
told "answers of 64 kB through narrow windows" all_answered -c 20 -m 20 -w 16 -W 20 "https://$secure/large"
edge_drains

all_passed
