# about: sampling changed under 1,000 requests/s by a ConfigMap link, PUT /sampling and a bad document: 0 failed, effect < 1 s, counts true
# default: yes
. .ci/acceptance.sh
acceptance ITSamplingUnderLoad
