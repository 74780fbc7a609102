# about: integration tests of the wire with Netty's leak detector at its paranoid level: no buffer is lost
# default: no
. .ci/report.sh
rm -f ./*/target/failsafe-reports/failsafe-summary.xml
# Those left out are about decisions, reports and commands; they move no buffer that the others do not.
elsewhere='ExplainAgrees TraceAbuse NaiveProxy LateKeep TrustBoundary ForcedTraces LiveSampling CappedSampling ForceKeyFile GatewayProcess'
mvn -B -ntp -q -Pparanoid -pl gateway -am -Dtest=none \
  "-Dit.test=dev.headwater.gateway.IT*$(printf ',!IT%s' $elsewhere)" \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false verify
