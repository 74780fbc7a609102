# about: a real Zipkin server reads our spans back as the expected trees
# default: no
. .ci/report.sh
. .ci/acceptance.sh
. .ci/zipkin-server.sh
if ! zipkin_server; then
  skip "$ZIPKIN_MISSING"
  exit 0
fi
acceptance ITZipkinServer "-Dheadwater.zipkin.jar=$ZIPKIN_JAR"
