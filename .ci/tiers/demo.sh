# about: ./headwater demo on ports of the system's choice: whole traces in the store within 10 s, root ours, clean end
# default: yes
. .ci/report.sh
export HEADWATER_ARCHIVE=off
set -m # without job control a shell's background jobs ignore SIGINT
pid=''
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null' EXIT

address_of() { sed -n "s#^ *$1  *http://\([0-9.:]*\)/.*#\1#p" "$WORK/demo.log"; }

check "first use builds" ./headwater version
./headwater demo --port 0 --admin-port 0 >"$WORK/demo.log" 2>&1 &
pid=$!
check "prints its addresses" until_true 30 grep -q dashboard "$WORK/demo.log"
admin=$(address_of traces) application=$(address_of application)
classes="$ROOT/gateway/target/lib/*"
check "whole traces within 10 s, their root ours" \
  java -cp "$classes" .ci/tiers/DemoTraces.java "http://$admin" 10
check "the page is served" bash -c ". .ci/report.sh; http GET $application / | grep -q 'Leader board'"
check "the trace interface is served" bash -c ". .ci/report.sh; http GET $admin '/zipkin/?limit=10' | grep -qi '<html'"
check "it opens with the latest traces" bash -c ". .ci/report.sh; http GET $admin /zipkin/ | grep -q 'endTs='"
check "the dashboard is served" bash -c ". .ci/report.sh; http GET $admin / | grep -qi '<html'"
check "a second demo says which port is taken" bash -c \
  "./headwater demo --port ${application##*:} --admin-port 0 2>&1 | grep -q -- --port"
kill -INT "$pid"
wait "$pid"
code=$?
pid=''
check "Ctrl-C ends it with 0" [ "$code" -eq 0 ]

all_passed
