# about: mvn verify on the default JDK
# default: yes
mvn -B -ntp verify
