# about: ten times the load of a cap: traces per second stay at the cap, with the rate in force on each
# default: yes
. .ci/acceptance.sh
acceptance ITCaps
