# about: 1 % errors at 1 % sampling: each error is there as a late-kept trace, or as many as its budget allows
# default: yes
. .ci/acceptance.sh
acceptance ITLateKeep
