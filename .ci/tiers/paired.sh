# about: CPU per request beside nginx, HAProxy and Envoy on one pinned core; fails when a speed floor is missed
# default: no
. .ci/report.sh
needed=()
for program in nginx haproxy wrk; do
  command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || needed+=("$program")
done
if [ ${#needed[@]} -gt 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${needed[@]}" >"$WORK/apt.log" 2>&1
fi
./headwater --archive >/dev/null 2>&1 # Otherwise made in the background, beside what is measured.
load-tests/paired/run --check --rounds 3 --seconds 5 --out "$WORK/paired" >"$WORK/paired.log" 2>&1
code=$?
tail -n 40 "$WORK/paired.log"
check "the floors hold, and every span is delivered" [ "$code" -eq 0 ]

all_passed
