# about: three processes, one stream of ids: identical decisions at every static rate, equal to Zipkin's collector
# default: yes
. .ci/acceptance.sh
acceptance ITAgreement
