# about: `headwater ingress` on a real API server, rows K1 to K4 and K7 to K14: AWAY (15) s away, INGRESSES (1000)
# default: 700
# prepare: deploy/testbed/run build
. .ci/report.sh
. .ci/zipkin-server.sh
rows='K1 K2 K3 K4 K7 K8 K9 K10 K11 K12 K13 K14'

# Without Go, or without root, the rows are skipped and nothing fails.
skipped() {
  skip "$1"
  for row in $rows; do row_is "$row" skipped; done
  exit 0
}

[ "$(id -u)" = 0 ] || skipped "cluster needs root, for addresses that EndpointSlices take: not run"
deploy/testbed/run build >"$WORK/build.log" 2>&1
case $? in
  0) sed 's/^/          /' "$WORK/build.log" ;;
  *) skipped "the API server cannot be had: $(tail -n 1 "$WORK/build.log")" ;;
esac
# Maven and its tests end what they started; this is for the case that they are ended themselves.
trap 'TESTBED_RUN=load-tests/target/cluster/testbed deploy/testbed/run down >/dev/null 2>&1' EXIT
./headwater version >/dev/null || exit 1
if ! zipkin_server; then
  skip "traces in a Zipkin server: $ZIPKIN_MISSING"
  ZIPKIN_JAR=
fi
rm -f ./*/target/failsafe-reports/failsafe-summary.xml
mvn -B -ntp -q -Pcluster -pl load-tests -am -Dtest=none "-Dit.test=dev.headwater.load.cluster.IT*" \
  "-Dheadwater.zipkin.jar=$ZIPKIN_JAR" "-Dheadwater.away=${AWAY:-15}" "-Dheadwater.ingresses=${INGRESSES:-1000}" \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false verify
