# about: the image by Jib: what is in it, for whom it runs, how soon `run` and `ingress` are ready, in its own file system
# default: no
. .ci/report.sh
# As in the tier `start`: the best of five on a machine that may be shared. The API server is on the same cores.
bound=3000 ingress_bound=6000
user=65532
pid=''
end() {
  [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
  TESTBED_RUN=$WORK/testbed deploy/testbed/run down >/dev/null 2>&1
}
trap end EXIT

if [ "$(uname -s)" != Linux ] || ! { command -v dpkg-query && command -v unshare && command -v setpriv; } >/dev/null || [ "$(id -u)" != 0 ]; then
  skip "needs root on a system of Debian's kind, to make the image and to run it"
  exit 0
fi
rm -rf deploy/image/target
check "mvn -Pimage package makes it" mvn -B -ntp -Pimage -DskipTests -Dheadwater.fast -pl deploy/image -am package || exit 1
tar=$(echo deploy/image/target/headwater-*-image.tar)
check "its layers can be laid over each other" deploy/image/unpack "$tar" "$WORK/image" || exit 1
root=$WORK/image/root

# --- what it says of itself -------------------------------------------------------------------------------------------

config() { grep -Fq -- "$1" "$WORK/image/config.json" || { echo "no $1 in:"; cat "$WORK/image/config.json"; return 1; }; }
label() { config "\"org.opencontainers.image.$1\":\"$2"; }
manifest=deploy/kubernetes/50-deployment.yaml
version=$(basename "$tar" -image.tar)
version=${version#headwater-}
deployed() { grep -Eq "^ *(- )?$1\$" $manifest || { echo "$manifest does not say $1"; return 1; }; }

check "label title" label title Headwater
check "label description" label description 'A tracing-aware'
check "label version" label version "$version\""
check "label revision" label revision "$(git rev-parse HEAD)"
check "label licenses" label licenses 'Apache-2.0"'
check "a user by number, not root" config "\"User\":\"$user:$user\""
check "started without a shell" config '"Entrypoint":["/opt/java/bin/java","@/app/headwater"]'
check "ports of traffic and probes" config '"ExposedPorts":{"8080/tcp":{},"8443/tcp":{},"9901/tcp":{}}'
check "the Deployment names it" deployed "image: localhost/headwater:$version"
check "the Deployment runs it as its user" deployed "runAsUser: $user"

# --- what is in it ----------------------------------------------------------------------------------------------------

none() { # WHAT FIND-ARGUMENT...: no file of the image is such
  local found
  found=$(cd "$root" && find . "${@:2}") && [ -z "$found" ] || { echo "$1:"; echo "$found"; return 1; }
}
check "no file is setuid or setgid" none "setuid or setgid" -type f -perm /6000
check "nothing can be written to by its user" none writable \! -type l \( -perm /022 -o \! -user 0 \)
check "there is no shell" none shells -type f \( -name '*sh' -o -name 'busybox*' \) -perm /111
check "three programs: the loader of libc, java and jfr, and what java starts processes with" \
  [ "$(find "$root" -type f -perm /111 | wc -l)" -eq 4 ]
check "its libraries tell their packages" bash -c "ls '$root'/var/lib/dpkg/status.d/* '$root'/usr/share/doc/libc6/copyright"
check "no key and no secret" none keys -type f \( -name '*.key' -o -name '*.p12' -o -name '*.jks' -o -name kubeconfig \)

echo "          $(($(stat -c %s "$tar") / 1000000)) MB as a tar, $(du -sm "$root" | cut -f1) MiB unpacked, $(find "$root" -type f | wc -l) files"
grep -o '"digest":"[^"]*","size":[0-9]*' "$WORK/image/manifest.json" | sed 's/.*"size"://' | sed 1d >"$WORK/sizes"
grep -o '"comment":"[^"]*"' "$WORK/image/config.json" | sed 's/"comment":"\(.*\)"/\1/' | paste - "$WORK/sizes" |
  awk -F'\t' '{ printf "          layer %-22s %9d bytes\n", $1, $2 }'
(cd "$root" && du -sm opt/java app/libs app/native app/headwater.* lib* | awk '{ printf "          %-22s %4d MiB\n", $2, $1 }')

# --- how it runs ------------------------------------------------------------------------------------------------------

mkdir -p "$root/etc/headwater"
cat >"$root/etc/headwater/headwater.yaml" <<'YAML'
listeners: [{name: web, address: "127.0.0.1:0"}]
routes: [{name: hello, filters: [{respond: {status: 200, body: "hello\n"}}]}]
tracing: {store: {}, sampling: {rate: 0.5}}
YAML
archived=$(cd "$root/app" && echo headwater.[aj]*)
case $archived in *.aot) without=-XX:AOTMode=off strict=-XX:AOTMode=on ;; *) without=-Xshare:off strict=-Xshare:on ;; esac

headwater() { deploy/image/confine "$root" /opt/java/bin/java @/app/headwater "$@"; }
ready() { http GET "$1" /readyz 2>/dev/null | grep -q '^HTTP/1.1 200'; }

# launch FILE COMMAND...: starts it in the background as a pod is, its root read-only and no /tmp; its process is $pid.
launch() {
  local log=$1
  shift
  probe=127.0.0.1:$(free_port)
  CONTAINER_ENV="HEADWATER_ADMIN_PROBE_ADDRESS=$probe JDK_JAVA_OPTIONS=${JVM:--Dx=x} POD_NAMESPACE=headwater POD_NAME=headwater-1" \
    deploy/image/confine "$root" /opt/java/bin/java @/app/headwater "${@//PROBE/$probe}" >"$log" 2>&1 &
  pid=$!
}

# start_once COMMAND...: prints the milliseconds, and those of processor time, until it is ready; ends it with SIGTERM.
start_once() {
  local began end cpu
  trap 'kill -9 "$pid" 2>/dev/null' EXIT
  began=$(date +%s%N)
  launch "$WORK/run.log" "$@"
  until ready "$probe"; do
    kill -0 "$pid" 2>/dev/null || { cat "$WORK/run.log"; return 1; }
    [ $(($(date +%s%N) - began)) -lt 60000000000 ] || { echo "not ready after 60 s"; return 1; }
    sleep 0.01
  done
  end=$(date +%s%N)
  cpu=$(awk '{ print ($14 + $15) * 10 }' "/proc/$pid/stat")
  kill -TERM "$pid"
  wait "$pid" || { echo "exit code $? after SIGTERM"; return 1; }
  trap - EXIT
  echo $(((end - began) / 1000000)) "$cpu"
}

# measure WHAT BOUND COMMAND...: five starts, shown; the best is checked when there is a bound.
measure() {
  local what=$1 most=$2 times='' cpus='' time cpu line i best
  shift 2
  for i in 1 2 3 4 5; do
    if ! line=$(start_once "$@"); then
      fail "$what: $line"
      return
    fi
    read -r time cpu <<<"$line"
    times="$times $time" cpus="$cpus $cpu"
  done
  best=$(printf '%s\n' $times | sort -n | sed -n 1p)
  echo "          $what: ready after$times ms, of processor time$cpus ms"
  [ -z "$most" ] || check "$what: best of five $best ms (at most $most)" [ "$best" -le "$most" ]
}

answers() { http GET "$1" / | grep -q "$2"; }
status() { grep -Eq "^$1:[[:space:]]*$2\$" "/proc/$pid/status" || { grep "^$1" "/proc/$pid/status"; return 1; }; }
maps() { grep -q "$1" "/proc/$pid/maps"; }

check "commands are its arguments" bash -c "deploy/image/confine '$root' /opt/java/bin/java @/app/headwater version | grep -q '^headwater $version'"
check "its archive holds for its Java and its class path" \
  deploy/image/confine "$root" /opt/java/bin/java "$strict" @/app/headwater version

launch "$WORK/run.log" run -c /etc/headwater/headwater.yaml
check "run gets ready where nothing can be written to" until_true 60 ready "$probe"
check "as user $user" status Uid "$user	$user	$user	$user"
check "without a capability" status CapEff 0000000000000000
check "with the archive of classes" maps "/app/$archived"
check "with epoll, which needs no unpacking" maps /app/native/libnetty_transport_native_epoll
check "and nothing to complain of" bash -c "! grep -Ev '^(20|NOTE: Picked up)' '$WORK/run.log'"
check "it serves" answers "$(sed -n 's#.*listener web at http://\([0-9.:]*\).*#\1#p' "$WORK/run.log")" hello
kill -TERM "$pid"
wait "$pid"
code=$?
check "SIGTERM drains and ends with 0" [ "$code" -eq 0 ]

# The first process of a container gets no signal that it has no handler for.
unshare --pid --fork deploy/image/confine "$root" /opt/java/bin/java @/app/headwater run -c /etc/headwater/headwater.yaml >"$WORK/first.log" 2>&1 &
outer=$!
check "as the first process" until_true 60 grep -q 'sampling 50 %' "$WORK/first.log"
pid=$(ps -o pid= --ppid "$outer" | tr -d ' ')
kill -TERM "$pid"
wait "$outer"
code=$?
pid=''
check "it ends on SIGTERM with 0, too" [ "$code" -eq 0 ]

run=(run -c /etc/headwater/headwater.yaml)
JVM=$without measure "run without the archive" '' "${run[@]}"
measure "run with the archive" "$bound" "${run[@]}"

if ! deploy/testbed/run build >"$WORK/testbed.log" 2>&1; then
  skip "ingress: the API server cannot be had: $(tail -n 1 "$WORK/testbed.log")"
else
  export TESTBED_RUN=$WORK/testbed
  check "an API server" deploy/testbed/run up
  check "the manifests are taken" deploy/testbed/run kubectl apply --validate=strict -f deploy/kubernetes
  account=$(deploy/testbed/run account headwater headwater)
  install -m 644 "$account" "$root/etc/headwater/kubeconfig"
  ingress=(ingress --kubeconfig /etc/headwater/kubeconfig --publish-address 192.0.2.1 --probe PROBE
    --http 127.0.0.1:0 --https 127.0.0.1:0 --admin 127.0.0.1:0)
  JVM=$without measure "ingress without the archive" '' "${ingress[@]}"
  measure "ingress with the archive" "$ingress_bound" "${ingress[@]}"
fi

all_passed
