# about: a collector that refuses, hangs or fails costs spans and nothing else, and is found again
# default: yes
. .ci/acceptance.sh
acceptance ITCollectorFaults
