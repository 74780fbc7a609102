# about: h2spec, strict, all 146 cases: over TLS, on an address that speaks HTTP/2 only, and on one that speaks HTTP/1 too
# default: yes
. .ci/edge.sh
version=2.2.1
cases=146
home=${XDG_CACHE_HOME:-$HOME/.cache}/headwater/h2spec-$version-$(cat .ci/h2spec/go.* | cksum | cut -d' ' -f1)

if [ ! -x "$home/h2spec" ]; then
  if ! command -v go >/dev/null; then
    skip "h2spec needs Go: not run"
    row_is B1 skipped
    exit 0
  fi
  mkdir -p "$home"
  if ! (cd .ci/h2spec && go build -trimpath -o "$home/h2spec" github.com/summerwind/h2spec/cmd/h2spec) >"$WORK/build.log" 2>&1; then
    skip "h2spec cannot be built: $(tail -n 1 "$WORK/build.log")"
    row_is B1 skipped
    exit 0
  fi
fi

# cases_of REPORT: a line for each case of a JUnit report: "passed", "skipped" or "failed", and its name.
cases_of() {
  tr '\n' ' ' <"$1" | sed 's/<testcase /\n&/g' | sed -n '/^<testcase /p' | awk '{
    name = match($0, /classname="[^"]*"/) ? substr($0, RSTART + 11, RLENGTH - 12) : "?"
    print (/<(failure|error)[ >]/ ? "failed" : /<skipped/ ? "skipped" : "passed") " " name
  }'
}

# conforms NAME REPORT ALLOWED ARGUMENT...: whether all cases passed, but for those whose name is ALLOWED.
conforms() {
  local name=$1 report=$2 allowed=$3 lost
  shift 3
  rm -f "$report"
  "$home/h2spec" --strict --timeout 5 --junit-report "$report" --host 127.0.0.1 "$@" >"${report%.xml}.log" 2>&1
  [ -s "$report" ] || { tail -n 20 "${report%.xml}.log"; return 1; }
  cases_of "$report" >"${report%.xml}.txt"
  lost=$(grep -v '^passed ' "${report%.xml}.txt")
  echo "$name: $(grep -c '^passed ' "${report%.xml}.txt") of $(wc -l <"${report%.xml}.txt") cases passed" |
    tee -a "$WORK/counts.txt"
  printf '%s\n' "$lost"
  [ "$(wc -l <"${report%.xml}.txt")" -eq "$cases" ] || { echo "expected $cases cases"; return 1; }
  [ -z "$(printf '%s' "$lost" | grep -v "^failed $allowed\$")" ] || { grep -A 6 '×' "${report%.xml}.log"; return 1; }
}

everywhere() {
  local failed=0
  conforms "TLS" "$WORK/tls.xml" 'none' --tls --insecure --port "${secure#*:}" || failed=1
  conforms "h2c, HTTP/2 only" "$WORK/only.xml" 'none' --port "${only#*:}" || failed=1
  # What begins with another preface is HTTP/1 there, and answered as such.
  conforms "h2c beside HTTP/1" "$WORK/clear.xml" 'Sends invalid connection preface' --port "${clear#*:}" || failed=1
  return $failed
}

check "first use builds" ./headwater version || exit 1
edge_starts || exit 1
proves B1 "$cases of $cases cases, but for the invalid preface where HTTP/1 is spoken too" everywhere
sed 's/^/          /' "$WORK/counts.txt"
edge_drains

all_passed
