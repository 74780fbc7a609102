# about: a real Zipkin server reads our spans back as the expected trees
# default: no
. .ci/report.sh
. .ci/acceptance.sh
# 135 MB, kept by Maven like every other artifact, never part of the product.
version=3.6.1
if ! mvn -B -ntp -q -N dependency:copy -Dartifact="io.zipkin:zipkin-server:$version:jar:exec" \
  -DoutputDirectory="$WORK" >"$WORK/copy.log" 2>&1; then
  skip "io.zipkin:zipkin-server:$version:exec cannot be had: $(grep -m 1 ERROR "$WORK/copy.log")"
  exit 0
fi
acceptance ITZipkinServer "-Dheadwater.zipkin.jar=$WORK/zipkin-server-$version-exec.jar"
