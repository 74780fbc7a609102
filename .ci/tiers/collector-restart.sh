# about: a collector killed for OUTAGE (15) seconds under 500 requests/s at 100 %, and the gateway by kill -9 meanwhile
# default: yes
. .ci/acceptance.sh
acceptance ITCollectorRestart "-Dheadwater.outage=${OUTAGE:-15}"
