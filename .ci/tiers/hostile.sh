# about: memory, and p99 of normal traffic, under idle and slow clients, slowloris, rapid reset and a CONTINUATION flood
# default: no
. .ci/acceptance.sh
acceptance ITHostileLoad
