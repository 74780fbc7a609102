# about: slowhttptest, 1,000 connections in each of its modes, in clear and over TLS: the service stays available
# default: no
. .ci/edge.sh
connections=1000 seconds=25

check "first use builds" ./headwater version || exit 1
needs slowhttptest openssl || exit 1
edge_starts || exit 1

# slow NAME URL ARGUMENT...: its report says second by second whether a probe was answered within 3 s.
slow() {
  local name=$1 url=$2
  shift 2
  slowhttptest -c "$connections" -r 200 -l "$seconds" -p 3 -g -o "$WORK/$name" "$@" -u "$url" >"$WORK/$name.out" 2>&1
  awk -F, 'NR > 1 { seconds++; away += $5 == 0; if ($4 > most) most = $4 }
           END { printf "%d connections at once, available in %d of %d seconds\n", most, seconds - away, seconds
                 exit away > 0 || seconds < 5 }' "$WORK/$name.csv"
}

for scheme in http https; do
  if [ $scheme = http ]; then at=http://$clear; else at=https://$secure; fi
  check "slow heads, $scheme" slow "head-$scheme" "$at/" -H -i 5 -x 24 -t GET
  check "slow bodies, $scheme" slow "body-$scheme" "$at/" -B -i 5 -x 10 -s 8192 -t POST
  check "slow reads, $scheme" slow "read-$scheme" "$at/large" -X -w 10 -y 20 -n 5 -z 32 -k 3
  check "many ranges, $scheme" slow "range-$scheme" "$at/" -R -a 10 -b 3000 -t HEAD
  for name in head body read range; do
    sed -n 's/^.*Exit status:[^A-Za-z]*\(.*\)/\1/p' "$WORK/$name-$scheme.out" | sed "s/^/          $name-$scheme: /; s/\x1b\[[0-9;]*m//g"
  done
done
edge_drains

all_passed
