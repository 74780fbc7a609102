# about: SOAK (600) seconds of mixed traffic with reloads at paranoid leak detection: heap, direct memory, files, threads flat
# default: no
mvn -B -ntp -q -Pparanoid -pl gateway -am -Dtest=none -Dit.test=ITSoak "-Dheadwater.soak=${SOAK:-600}" \
  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false verify
