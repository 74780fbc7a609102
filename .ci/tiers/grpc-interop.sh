# about: grpc-java's interoperability cases through the edge, in clear and over TLS, beside the same asked of its server directly
# default: yes
. .ci/edge.sh
classpath="$WORK/classes:$WORK/lib/*"
# grpc-java's own server has no answer to these: it does not look at compression, and a cache is not part of it.
unserved='^(cacheable_unary|client_compressed_unary|client_compressed_streaming)	'

check "first use builds" ./headwater version || exit 1
if ! mvn -B -ntp -q -f .ci/grpc-interop/pom.xml dependency:copy-dependencies -DoutputDirectory="$WORK/lib" \
  >"$WORK/copy.log" 2>&1; then
  skip "io.grpc:grpc-interop-testing cannot be had: $(grep -m 1 ERROR "$WORK/copy.log")"
  row_is R18 skipped
  exit 0
fi
check "the driver compiles" javac -nowarn -d "$WORK/classes" -cp "$WORK/lib/*" .ci/grpc-interop/Interop.java || exit 1

java -cp "$classpath" Interop serve "$WORK" >"$WORK/server.log" 2>&1 &
server=$!
edge=''
trap 'kill -9 "$server" 2>/dev/null; edge_ends' EXIT
check "grpc-java's server is ready" until_true 30 test -f "$WORK/ports" || exit 1
read -r direct direct_tls <"$WORK/ports"

clear=127.0.0.1:$(free_port) secure=127.0.0.1:$(free_port) admin=127.0.0.1:$(free_port)
cat >"$WORK/edge.yaml" <<END
listeners:
  - {name: clear, address: "$clear"}
  - {name: secure, address: "$secure", tls: {certificates: [{certificate: server1.pem, key: server1.key}]}}
upstreams:
  - {name: clear, endpoints: ["h2c://127.0.0.1:$direct"]}
  - {name: secure, endpoints: ["h2://127.0.0.1:$direct_tls"], tls: {ca: ca.pem, serverName: foo.test.google.fr}}
routes:
  - {name: clear, match: {hosts: [clear.test.google.fr]}, to: [{upstream: clear}]}
  - {name: secure, match: {hosts: [foo.test.google.fr]}, to: [{upstream: secure}]}
tracing: {store: {}, sampling: {rate: 1}}
admin: {address: "$admin"}
END
run_edge || exit 1

java -cp "$classpath" Interop ask "$WORK/verdicts.tsv" direct-h2c="$direct" through-h2c="${clear#*:}" \
  direct-tls="$direct_tls" through-tls="${secure#*:}" >"$WORK/client.log" 2>&1

table() {
  printf 'case\tdirect h2c\tthrough h2c\tdirect TLS\tthrough TLS\n' | cat - "$WORK/verdicts.tsv" |
    awk -F '\t' '{ printf "%-40s", $1; for (i = 2; i <= NF; i++) printf " %-24.24s", $i; print "" }'
}

# Each case as if the gateway were not there, and only those unserved by the server itself lost.
same_verdicts() {
  [ "$(wc -l <"$WORK/verdicts.tsv")" -ge 40 ] || { cat "$WORK/client.log"; return 1; }
  grep -vE "$unserved" "$WORK/verdicts.tsv" |
    awk -F '\t' '$2 != "passed" || $3 != "passed" || $4 != "passed" || $5 != "passed" { print; bad++ } END { exit bad > 0 }' || return 1
  grep -E "$unserved" "$WORK/verdicts.tsv" | awk -F '\t' '$2 != $3 || $4 != $5 { print; bad++ } END { exit bad > 0 }'
}

proves R18 "every case ends through the edge as it does without: $(awk -F '\t' '$3 == "passed" && $5 == "passed"' "$WORK/verdicts.tsv" | wc -l) of $(wc -l <"$WORK/verdicts.tsv") passed, the others are not served" same_verdicts
table | sed 's/^/          /'
edge_drains

all_passed
