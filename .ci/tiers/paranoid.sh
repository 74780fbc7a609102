# about: integration tests of the wire with Netty's leak detector at its paranoid level: no buffer is lost
# default: no
. .ci/report.sh
rm -f ./*/target/failsafe-reports/failsafe-summary.xml
mvn -B -ntp -q -Pparanoid -pl gateway -am -Dtest=none '-Dit.test=dev.headwater.gateway.IT*' \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false verify
