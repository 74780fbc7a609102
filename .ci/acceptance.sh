# Sourced by tiers that run one class of load-tests/src/acceptance.

. .ci/report.sh

# acceptance CLASS [MAVEN OPTION...]: runs it against the built product; what it prints of its findings is shown.
acceptance() {
  local class=$1
  shift
  ./headwater version >/dev/null || return 1 # Builds now, so that no test waits for it.
  rm -f ./*/target/failsafe-reports/failsafe-summary.xml # An earlier tier's failures are not this one's.
  mvn -B -ntp -q -Pacceptance -pl load-tests -am -Dtest=none "-Dit.test=dev.headwater.load.acceptance.$class" \
    -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false "$@" verify
}
