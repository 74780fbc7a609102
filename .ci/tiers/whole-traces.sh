# about: 20,000 requests each at rates 0, 0.5 and 1 through `headwater run`: whole traces, exact shares, one B3 context
# default: yes
. .ci/acceptance.sh
acceptance ITWholeTraces
