# about: an OpenTelemetry collector, built from Go modules, reads our spans back as the expected trees
# default: no
. .ci/report.sh
. .ci/acceptance.sh
version=0.155.0
manifest=$ROOT/.ci/otel-collector/builder.yaml
# 30 MB, built once for a manifest and kept outside of the repository; the first build takes minutes.
home=${XDG_CACHE_HOME:-$HOME/.cache}/headwater/otelcol-$version-$(cksum <"$manifest" | cut -d' ' -f1)

build() {
  mkdir -p "$home" &&
    GOBIN=$home go install "go.opentelemetry.io/collector/cmd/builder@v$version" &&
    cd "$home" &&
    # The compiler fetches what the collector needs; the builder would fetch what its tests need, too.
    ./builder --config "$manifest" --skip-get-modules --skip-compilation &&
    cd build &&
    go build -mod=mod -trimpath -ldflags='-s -w' -o ../otelcol.new . &&
    mv ../otelcol.new ../otelcol
}

if [ ! -x "$home/otelcol" ]; then
  if ! command -v go >/dev/null; then
    skip "needs Go to build the collector"
    exit 0
  fi
  if ! (build) >"$WORK/build.log" 2>&1; then
    skip "the collector cannot be built: $(grep -v downloading "$WORK/build.log" | tail -n 1)"
    exit 0
  fi
fi
acceptance ITOtelCollector "-Dheadwater.otelcol=$home/otelcol"
