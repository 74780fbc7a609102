# about: the Autobahn suite against a WebSocket server, asked directly and through the gateway: the same verdicts
# default: no
. .ci/edge.sh
# The suite runs on Python 2.7. Of compression (families 12 and 13) one case for each setting is asked: all 216 take the
# better part of an hour, and are asked with HEADWATER_AUTOBAHN=all and a TIER_TIMEOUT to match.
packages=${XDG_CACHE_HOME:-$HOME/.cache}/headwater/autobahn-$(cksum <.ci/autobahn/requirements.txt | cut -d' ' -f1)
python2=${PYTHON2:-$(command -v "$HOME"/.pyenv/versions/2.7*/bin/python2.7 python2.7 pypy | sed -n 1p)}
if [ "${HEADWATER_AUTOBAHN:-}" = all ]; then
  shards=('1.*,2.*,3.*,4.*,5.*,6.*,7.*,9.*,10.*' '12.*' '13.*') expected=517
else
  shards=('1.*,2.*,3.*,4.*,5.*,6.*,7.*,9.*,10.*'
    '12.1.1,12.2.1,12.3.1,12.4.1,12.5.1,13.1.1,13.2.1,13.3.1,13.4.1,13.5.1,13.6.1,13.7.1') expected=313
fi

if [ -z "$python2" ]; then
  skip "the Autobahn suite needs Python 2.7: not run"
  exit 0
fi
if [ ! -e "$packages/complete" ]; then
  if ! { "$python2" -m pip install --no-deps --target "$packages" -r .ci/autobahn/requirements.txt &&
    python3 -m venv "$packages/echo" && "$packages/echo/bin/pip" install websockets==17.4; } >"$WORK/pip.log" 2>&1; then
    skip "the Autobahn suite cannot be installed: $(grep -v '^WARNING' "$WORK/pip.log" | tail -n 1)"
    rm -rf "$packages"
    exit 0
  fi
  touch "$packages/complete"
fi

# asks WHOM ADDRESS NAME CASES: what WHOM says to CASES, separated by commas; the report goes to $WORK/WHOM/NAME.
asks() {
  local directory=$WORK/$1/$3
  mkdir -p "$directory"
  printf '{"outdir": "%s", "servers": [{"agent": "server", "url": "ws://%s"}], "cases": ["%s"], "exclude-cases": [], "exclude-agent-cases": {}}' \
    "$directory" "$2" "${4//,/\",\"}" >"$directory.json"
  "$python2" .ci/autobahn/suite.py "$packages" -m fuzzingclient -s "$directory.json" >"$directory.log" 2>&1
}

# both NAME CASES: asks both, one beside the other.
both() {
  local direct
  asks direct "$origin" "$1" "$2" &
  direct=$!
  asks through "$clear" "$1" "$2"
  wait "$direct"
}

compared() { python3 .ci/autobahn/compare.py "$expected" "$WORK/direct" "$WORK/through" >"$WORK/table.txt"; }

# Some verdicts are chance: what differs is asked again, so that both show all that they can say.
the_same() {
  local shard round running=()
  for shard in "${!shards[@]}"; do
    both "$shard" "${shards[$shard]}" &
    running+=($!)
  done
  wait "${running[@]}"
  for round in 1 2 3 4 5 6 7 8 9 10; do
    if compared; then return 0; fi
    [ "$(wc -l <"$WORK/different.txt")" -le 20 ] || break
    both "again-$round" "$(paste -sd, "$WORK/different.txt")"
  done
  compared || { cat "$WORK/table.txt"; return 1; }
}

none_open() { http GET "$admin" /metrics | grep -q '^headwater_tunnels_open{.* 0\(\.0\)\?.\?$'; }

ends() {
  edge_ends
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null
}

check "first use builds" ./headwater version || exit 1
trap ends EXIT
origin=127.0.0.1:$(free_port) clear=127.0.0.1:$(free_port) admin=127.0.0.1:$(free_port)
"$packages/echo/bin/python" .ci/autobahn/echo.py "${origin#*:}" >"$WORK/echo.log" 2>&1 &
server=$!
cat >"$WORK/edge.yaml" <<END
listeners: [{name: web, address: "$clear"}]
upstreams: [{name: echo, endpoints: ["http://$origin"]}]
routes: [{name: echo, to: [{upstream: echo}]}]
tracing: {store: {}}
admin: {address: "$admin"}
END
run_edge || exit 1
check "$expected verdicts are the same" the_same
sed 's/^/          /' "$WORK/table.txt"
check "no tunnel is left" until_true 10 none_open
edge_drains

all_passed
