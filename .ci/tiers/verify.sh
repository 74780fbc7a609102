# about: mvn verify on the default JDK, and every row T and Z of the fault matrix proved by it
# default: yes
. .ci/report.sh
mvn -B -ntp verify || exit 1
collect_reports "$WORK"
check "every row T1 to T11 and Z1 to Z14 was proved" fault_rows tracing "$WORK"/fault-rows/*.txt

all_passed
