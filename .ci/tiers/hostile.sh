# about: memory, and p99 of normal traffic, under idle and slow clients, slowloris, rapid reset and a CONTINUATION flood
# default: no
. .ci/acceptance.sh
# HOSTILE_SECONDS of traffic of HOSTILE_RATE requests a second, once to warm up, once undisturbed and once under each of
# five attacks: seven times 12 s, and what the attackers take to stand. 3 s are enough to see that the tier works; p99 is
# then one of 600 requests, and no finding.
acceptance ITHostileLoad "-Dheadwater.hostile.seconds=${HOSTILE_SECONDS:-12}" "-Dheadwater.hostile.rate=${HOSTILE_RATE:-200}"
