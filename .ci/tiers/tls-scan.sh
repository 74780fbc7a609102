# about: sslscan and testssl.sh against the address with TLS: no old protocol, no weak cipher, no finding of MEDIUM or worse
# default: no
. .ci/edge.sh
# What the test's certificate and what stands behind an edge decide: self-signed, not revocable, an answer without the
# fields that applications send to browsers.
not_ours='^(cert_chain_of_trust|cert_revocation|security_headers) '

check "first use builds" ./headwater version || exit 1
needs sslscan testssl=testssl.sh openssl || exit 1
edge_starts || exit 1

says() { grep -Eq -- "$1" "$2" || { echo "no '$1'"; cat "$2"; return 1; }; }

# Forward secrecy and authenticated encryption (RFC 9325 4.2); all of TLS 1.3 has both.
only_strong_ciphers() {
  awk '/^(Preferred|Accepted) / { seen++
         if ($2 == "TLSv1.2" && $5 !~ /^ECDHE-(RSA|ECDSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)$/ || $2 !~ /^TLSv1\.[23]$/) { print; weak++ } }
       END { exit weak > 0 || seen < 3 }' "$WORK/sslscan.txt"
}

sslscan --no-colour "$secure" >"$WORK/sslscan.txt" 2>&1
for version in SSLv2 SSLv3 TLSv1.0 TLSv1.1; do
  check "sslscan: $version is disabled" says "^$version +disabled" "$WORK/sslscan.txt"
done
for version in TLSv1.2 TLSv1.3; do
  check "sslscan: $version is enabled" says "^$version +enabled" "$WORK/sslscan.txt"
  check "sslscan: $version without heartbleed" says "^$version not vulnerable to heartbleed" "$WORK/sslscan.txt"
done
check "sslscan: no renegotiation" says '^Session renegotiation not supported' "$WORK/sslscan.txt"
check "sslscan: strong ciphers only" only_strong_ciphers

# Each test of its own, without look-ups of names; the findings are those of MEDIUM and worse.
testssl --quiet --color 0 --warnings off --nodns none --jsonfile "$WORK/testssl.json" --severity MEDIUM \
  --protocols --std --server-preference --server-defaults --pfs --header --vulnerable "$secure" >"$WORK/testssl.txt" 2>&1
check "testssl.sh ends" says 'Done .*-->>' "$WORK/testssl.txt"
check "testssl.sh: no compression" says 'CRIME.* not vulnerable' "$WORK/testssl.txt"
check "testssl.sh: no renegotiation by clients" says 'Client-Initiated Renegotiation +not vulnerable' "$WORK/testssl.txt"
tr -d '\n' <"$WORK/testssl.json" | grep -oE '\{[^{}]*\}' |
  sed -E 's/.*"id" *: *"([^"]*)".*"severity" *: *"([^"]*)".*"finding" *: *"([^"]*)".*/\1 \2: \3/' >"$WORK/findings.txt"
ours() { ! grep -Ev "$not_ours" "$WORK/findings.txt"; }
check "testssl.sh: no finding of MEDIUM or worse but those of the test's certificate and answer" ours
sed 's/^/          /' "$WORK/findings.txt"
edge_drains

all_passed
