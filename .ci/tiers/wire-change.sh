# about: 100 reloads, 10 certificates and 10 replaced processes under h1, h2, TLS and WebSocket: 0 failed of REQUESTS (1000000)
# default: no
. .ci/acceptance.sh
acceptance ITWireUnderChange "-Dheadwater.requests=${REQUESTS:-1000000}" "-Dheadwater.tls=${TLS:-true}"
