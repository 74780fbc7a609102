# Sourced by tiers that want a real Zipkin server.

# zipkin_server: the server's executable jar, copied to $WORK, in $ZIPKIN_JAR; fails and says why in $ZIPKIN_MISSING.
# 135 MB, kept by Maven like every other artifact, never part of the product.
zipkin_server() {
  local version=3.6.1
  ZIPKIN_JAR=$WORK/zipkin-server-$version-exec.jar
  if ! mvn -B -ntp -q -N dependency:copy -Dartifact="io.zipkin:zipkin-server:$version:jar:exec" \
    -DoutputDirectory="$WORK" >"$WORK/copy.log" 2>&1; then
    ZIPKIN_MISSING="io.zipkin:zipkin-server:$version:exec cannot be had: $(grep -m 1 ERROR "$WORK/copy.log")"
    return 1
  fi
}
