# about: the Autobahn suite against a WebSocket server, asked directly and through the gateway: the same verdicts
# default: no
. .ci/edge.sh
# The suite runs on Python 2.7. Of compression (families 12 and 13) one case for each setting is asked: all 216 take the
# better part of an hour, and are asked with HEADWATER_AUTOBAHN=all and a TIER_TIMEOUT to match.
packages=${XDG_CACHE_HOME:-$HOME/.cache}/headwater/autobahn-$(cksum <.ci/autobahn/requirements.txt | cut -d' ' -f1)
if [ "${HEADWATER_AUTOBAHN:-}" = all ]; then
  shards=('1.*,2.*,3.*,4.*,5.*,6.*,7.*,9.*,10.*' '12.*' '13.*') expected=517
else
  shards=('1.*,2.*,3.*,4.*,5.*,6.*,7.*,9.*,10.*'
    '12.1.1,12.2.1,12.3.1,12.4.1,12.5.1,13.1.1,13.2.1,13.3.1,13.4.1,13.5.1,13.6.1,13.7.1') expected=313
fi

# a_python2: sets $python2: PYTHON2, else one with pip that is there, else pyenv builds one. Debian 12 has no package of it.
a_python2() {
  local candidate pyenv
  for candidate in ${PYTHON2:-"$HOME"/.pyenv/versions/2.7*/bin/python2.7 python2.7 pypy}; do
    "$candidate" -c 'import pip, sys; sys.exit(sys.version_info[:2] != (2, 7))' >/dev/null 2>&1 && python2=$candidate && return
  done
  [ -z "${PYTHON2:-}" ] || { echo "PYTHON2 is $PYTHON2: expected a Python 2.7 with pip"; return 1; }
  pyenv=$(command -v pyenv "$HOME/.pyenv/bin/pyenv" | sed -n 1p)
  [ -n "$pyenv" ] || { echo "no Python 2.7 with pip and no pyenv to build one: expected one, or PYTHON2"; return 1; }
  "$pyenv" install --skip-existing 2.7.18 >"$WORK/pyenv.log" 2>&1 || { tail -n 5 "$WORK/pyenv.log"; return 1; }
  python2=$("$pyenv" root)/versions/2.7.18/bin/python2.7
  "$python2" -m pip --version
}

# A suite that was not asked is no pass.
a_python2 >"$WORK/python2.log" 2>&1 || { fail "a Python 2.7 for the suite: $(tail -n 1 "$WORK/python2.log")"; exit 1; }
if [ ! -e "$packages/complete" ]; then
  if ! { "$python2" -m pip install --no-deps --target "$packages" -r .ci/autobahn/requirements.txt &&
    python3 -m venv "$packages/echo" && "$packages/echo/bin/pip" install websockets==17.4; } >"$WORK/pip.log" 2>&1; then
    fail "the Autobahn suite is installed: $(grep -v '^WARNING' "$WORK/pip.log" | tail -n 1)"
    rm -rf "$packages"
    exit 1
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
    # None where no case was told of at all: the suite itself did not run.
    [ -s "$WORK/different.txt" ] || break
    [ "$(wc -l <"$WORK/different.txt")" -le 20 ] || break
    both "again-$round" "$(paste -sd, "$WORK/different.txt")"
  done
  compared || { cat "$WORK/table.txt"; tail -n 1 "$WORK/direct/0.log"; return 1; }
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
