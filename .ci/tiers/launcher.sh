# about: the launcher on every JDK there is: commands, exit codes, a traced request through run, reload, signals
# default: yes
. .ci/report.sh
PATH=$ROOT:$PATH
export HEADWATER_ARCHIVE=off
set -m # without job control a shell's background jobs ignore SIGINT
pid=''
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null' EXIT

exits_with() {
  local expected=$1 code
  shift
  "$@"
  code=$?
  [ "$code" -eq "$expected" ] || { echo "exit code $code (expected $expected): $*"; return 1; }
}

says() { grep -q -- "$1" "$2" || { echo "no '$1' in $2:"; cat "$2"; return 1; }; }
address_of() { sed -n "s#.*$1 at http://\([0-9.:]*\).*#\1#p" "$WORK/run.log" | sed -n 1p; }
answers() { http "$1" "$2" "$3" "${@:5}" >"$WORK/answer" && says "$4" "$WORK/answer"; }

# A route that the gateway answers itself is enough: the SERVER span is ours.
cat >"$WORK/edge.yaml" <<'END'
listeners:
  - {name: front, address: "127.0.0.1:0"}
routes:
  - {name: hello, match: {path: {prefix: /hello}}, filters: [{respond: {status: 200, body: "one\n"}}]}
tracing: {store: {}, sampling: {rate: 1}, responseHeader: x-trace-id}
admin: {address: "127.0.0.1:0"}
END
printf 'listeners: [{name: web, address: "127.0.0.1:99999"}]\ntracign: {}\n' >"$WORK/bad.yaml"

check "first use builds" ./headwater version
for home in $(all_jdks); do
  export HEADWATER_JAVA_HOME=$home
  on="on $(basename "$home")"

  check "version $on" exits_with 0 ./headwater version -o json
  check "validate a good file $on" exits_with 0 ./headwater validate -c "$WORK/edge.yaml"
  check "validate a bad file $on" exits_with 1 ./headwater validate -c "$WORK/bad.yaml"
  check "misuse $on" exits_with 2 ./headwater rnu
  check "explain $on" exits_with 0 ./headwater explain -c "$WORK/edge.yaml" http://127.0.0.1/hello
  ln -sf "$ROOT/headwater" "$WORK/link"
  check "through a symbolic link, from elsewhere $on" bash -c "cd / && '$WORK/link' version"

  started=$(date +%s%N)
  ./headwater run -c "$WORK/edge.yaml" >"$WORK/run.log" 2>&1 &
  pid=$!
  check "run says where it listens $on" until_true 30 says 'sampling 100 %' "$WORK/run.log"
  echo "          ready after $((($(date +%s%N) - started) / 1000000)) ms $on, without an archive"
  front=$(address_of 'listener front') admin=$(address_of admin)
  check "answers, with a trace id $on" answers GET "$front" /hello/you x-trace-id
  trace=$(sed -n 's/^x-trace-id: \([0-9a-f]*\).*/\1/Ip' "$WORK/answer")
  check "the trace is in the store $on" until_true 10 \
    answers GET "$admin" "/zipkin/api/v2/trace/$trace" '"kind":"SERVER"'
  check "healthcheck $on" exits_with 0 ./headwater healthcheck --ready --admin "http://$admin"
  check "a second one cannot have the port $on" exits_with 1 \
    ./headwater proxy --from "$front" --to 127.0.0.1:1

  sed -i 's/one/two/' "$WORK/edge.yaml"
  check "a changed file takes effect $on" until_true 10 answers GET "$front" /hello two
  cp "$WORK/edge.yaml" "$WORK/good.yaml"
  printf 'routes: 7\n' >>"$WORK/edge.yaml"
  kill -HUP "$pid"
  check "a bad change is refused $on" until_true 10 says refused "$WORK/run.log"
  check "and the old configuration stays $on" answers GET "$front" /hello two
  sed 's/two/one/' "$WORK/good.yaml" >"$WORK/edge.yaml"

  kill -TERM "$pid"
  wait "$pid"
  code=$?
  pid=''
  check "SIGTERM drains and ends with 0 $on" [ "$code" -eq 0 ]

  unset HEADWATER_ARCHIVE
  check "an archive can be made $on" ./headwater --archive
  started=$(date +%s%N)
  ./headwater run -c "$WORK/edge.yaml" >"$WORK/run.log" 2>&1 &
  pid=$!
  check "run with the archive $on" until_true 30 says 'sampling 100 %' "$WORK/run.log"
  echo "          ready after $((($(date +%s%N) - started) / 1000000)) ms $on, with an archive"
  kill -INT "$pid"
  wait "$pid"
  code=$?
  pid=''
  check "SIGINT drains and ends with 0 $on" [ "$code" -eq 0 ]
  check "nothing but the log is printed $on" bash -c "! grep -v '^20' '$WORK/run.log'"
  export HEADWATER_ARCHIVE=off
done
unset HEADWATER_JAVA_HOME

all_passed
