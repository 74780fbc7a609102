# about: one Gatling simulation against the real gateway, with assertions that fail the run
# default: no
. .ci/report.sh
./headwater version >/dev/null || exit 1
mvn -B -ntp -q -Pgatling -pl load-tests -am -DskipTests verify >"$WORK/gatling.log" 2>&1
code=$?
tail -n 40 "$WORK/gatling.log"
check "RoutedTrafficSimulation holds its assertions" [ "$code" -eq 0 ]

all_passed
