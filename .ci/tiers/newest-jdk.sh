# about: the tests of mvn verify on the newest JDK there is, when that is not the default one
# default: yes
. .ci/report.sh
default=$(mvn -v | sed -n 's/^Java version: \([0-9]*\).*/\1/p')
home=$(other_jdk "$default")
if [ -z "$home" ]; then
  skip "no JDK newer than the default one ($default)"
  exit 0
fi
# Those left out judge memory, time and chance over minutes, or a proxy of the tests; what they find is no matter of the JDK.
elsewhere='CostRule Soak CollectorFaults SlowClients TraceAbuse ExplainAgrees StrangersHeaders
  NaiveProxy TunnelEnds SpanReporter Sinks SinkAccess Lifecycle'
JAVA_HOME=$home mvn -B -ntp "-Dit.test=IT*$(printf ',!IT%s' $elsewhere)" \
  -Dfailsafe.failIfNoSpecifiedTests=false verify
