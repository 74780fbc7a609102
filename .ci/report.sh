# Sourced by .ci/run and by tiers. What is counted lies in $WORK: JUnit reports, and a line per check in results.txt.

# check NAME COMMAND...: runs it and writes down whether it succeeded; its output shows only when it did not.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    pass "$name"
  else
    fail "$name"
    printf '%s\n' "$output" | sed 's/^/      /' | tail -n 40
    return 1
  fi
}

pass() { echo "passed $TIER: $1" >>"$WORK/results.txt"; echo "  ok      $1"; }
fail() { echo "failed $TIER: $1" >>"$WORK/results.txt"; echo "  FAILED  $1"; }
skip() { echo "skipped $TIER: $1" >>"$WORK/results.txt"; echo "  skipped $1"; }

# proves ROW NAME COMMAND...: a check that proves a row of the fault matrix, for what no Java test can ask.
proves() {
  local row=$1 name=$2 outcome=failed
  shift 2
  if check "$name" "$@"; then outcome=passed; fi
  row_is "$row" "$outcome"
}

# row_is ROW OUTCOME: what the annotation FaultRow writes down for a test; any outcome but "passed" is no proof.
row_is() {
  mkdir -p "$WORK/fault-rows"
  echo "$1 $2 $TIER" >>"$WORK/fault-rows/$TIER.txt"
}

# Whether every check so far succeeded: the last line of a tier.
all_passed() { ! grep -q '^failed ' "$WORK/results.txt" 2>/dev/null; }

# Copies the JUnit reports that were written since the tier began, so that the next build cannot overwrite them.
collect_reports() {
  local report copy
  find . -path ./target -prune -o -path '*/target/*-reports/TEST-*.xml' -newer "$1/began" -print 2>/dev/null |
    while read -r report; do
      copy=$(printf '%s' "${report#./}" | tr '/' '_')
      cp "$report" "$1/$copy"
    done
  find . -path ./target -prune -o -path '*/target/fault-rows/*.txt' -newer "$1/began" -print 2>/dev/null |
    while read -r report; do
      mkdir -p "$1/fault-rows"
      cp "$report" "$1/fault-rows/"
    done
}

# fault_rows SET FILE...: which rows of the fault matrix the tests in those files proved, by what the annotation FaultRow
# left there ("ROW OUTCOME TEST"). SET is tracing (T1 to T11, Z1 to Z14), wire (A, B, C, D, L and T12), upstream (R) or
# cluster (K1 to K4, K7 to K14).
# A row counts when a test that carries it passed and none did otherwise; a disabled or aborted one is no proof. Fails
# when one is missing.
fault_rows() {
  local set=$1
  shift
  cat /dev/null "$@" | awk -v set="$set" '
    { if ($2 == "passed") proved[$1]++; else if (!(($1, $3) in told)) { told[$1, $3]; other[$1] = other[$1] " " $3 " " $2 } }
    function judge(letter, from, to,   i, row) {
      for (i = from; i <= to; i++) {
        of++
        row = letter i
        if (row in other) refuted = refuted "\n  " row ": but" other[row]
        else if (row in proved) count++
        else unproved = unproved " " row
      }
    }
    END {
      if (set == "tracing") { name = "T and Z"; judge("T", 1, 11); judge("Z", 1, 14) }
      if (set == "wire") {
        name = "A, B, C, D, L and T12"
        judge("A", 1, 22); judge("B", 1, 18); judge("C", 1, 12); judge("D", 1, 14); judge("L", 1, 9); judge("T", 12, 12)
      }
      if (set == "upstream") { name = "R"; judge("R", 1, 18) }
      if (set == "cluster") { name = "K without those of the Gateway API"; judge("K", 1, 4); judge("K", 7, 14) }
      printf "fault rows %s: %d of %d%s\n", name, count, of, refuted
      if (unproved != "") printf "  no test passed that carries:%s\n", unproved
      exit count < of
    }'
}

# totals DIRECTORY...: "N passed, N failed, N skipped" over reports and results.
totals() {
  local directory
  for directory in "$@"; do
    cat "$directory"/results.txt 2>/dev/null
    # The attributes of the one <testsuite ...> element, which may span lines.
    for report in "$directory"/*TEST-*.xml; do
      [ -f "$report" ] || continue
      tr '\n' ' ' <"$report" | grep -o '<testsuite [^>]*>' | sed -n 1p
    done
  done | awk '
    function attribute(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0 }
    /^<testsuite /  { f = attribute("failures") + attribute("errors"); s = attribute("skipped")
                      failed += f; skipped += s; passed += attribute("tests") - f - s }
    /^passed /  { passed++ }
    /^failed /  { failed++ }
    /^skipped / { skipped++ }
    END { printf "%d passed, %d failed, %d skipped", passed, failed, skipped }'
}

# other_jdk MAJOR: prints the home of the newest JDK that is newer than that, or nothing.
other_jdk() {
  local home version best='' best_version=${1:-17}
  for home in /usr/lib/jvm/* /opt/java/*; do
    [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    if [ -n "$version" ] && [ "$version" -gt "$best_version" ]; then best=$home best_version=$version; fi
  done
  printf '%s' "$best"
}

# all_jdks: the homes of Java 17 and newer, one of each major version.
all_jdks() {
  local home version seen=' '
  for home in /usr/lib/jvm/* /opt/java/*; do
    [ -x "$home/bin/java" ] && [ -r "$home/release" ] && [ ! -L "$home" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    case $seen in *" $version "*) continue ;; esac
    if [ -n "$version" ] && [ "$version" -ge 17 ]; then
      seen="$seen$version "
      printf '%s\n' "$home"
    fi
  done
}

# http METHOD HOST:PORT PATH [HEADER...]: one request over bash's own sockets, as a fresh machine may have no curl.
# Prints status line, headers and body.
http() {
  local method=$1 address=$2 path=$3 header
  shift 3
  exec 8<>"/dev/tcp/${address%:*}/${address##*:}" || return 1
  {
    printf '%s %s HTTP/1.1\r\nConnection: close\r\n' "$method" "$path"
    case "$*" in *Host:*) ;; *) printf 'Host: %s\r\n' "$address" ;; esac
    for header in "$@"; do printf '%s\r\n' "$header"; done
    [ "$method" = GET ] || printf 'Content-Length: 0\r\n'
    printf '\r\n'
  } >&8
  timeout 10 cat <&8
  local result=$?
  exec 8>&-
  return $result
}

# free_port: one that nobody listens on just now; below the ephemeral range, so that no client is given it.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 8<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# until_true SECONDS COMMAND...: tries every tenth of a second.
until_true() {
  local end=$(($(date +%s) + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$(date +%s)" -lt "$end" ] || return 1
    sleep 0.1
  done
}
