# What ci/ceph.sh, ci/keystone.sh, ci/swift.sh and ci/with_real_stores.sh share; they source it.
#
# Everything listens on 127.0.0.1 only.  State lies outside the repository, under
# ${BOOKSTORE_STORES_DIR:-${XDG_CACHE_HOME:-~/.cache}/bookstore-stores}.
# shellcheck shell=bash
set -euo pipefail
umask 077

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
STORES_DIR=${BOOKSTORE_STORES_DIR:-${XDG_CACHE_HOME:-${HOME:-$(eval echo ~)}/.cache}/bookstore-stores}
mkdir -p "$STORES_DIR"
STORES_DIR=$(cd "$STORES_DIR" && pwd -P)
REGION=us-east-1

CEPH_URL=http://127.0.0.1:7480
CEPH_TLS_URL=https://127.0.0.1:7443
CEPH_ACCESS_KEY_ID=bookstore-tests
CEPH_SECRET_ACCESS_KEY=not-a-secret
CEPH_CA=$STORES_DIR/ceph/ca.pem

SWIFT_URL=http://127.0.0.1:18080
SWIFT_ACCESS_KEY_ID=test:tester
SWIFT_SECRET_ACCESS_KEY=testing
# The same Swift, by a proxy that asks Keystone who somebody is.
SWIFT_KEYSTONE_URL=http://127.0.0.1:18085

KEYSTONE_URL=http://127.0.0.1:18084/v3
KEYSTONE_REGION=RegionOne
KEYSTONE_PASSWORD=not-a-secret

# open_state NAME LIMIT_S: sets STATE; from now on this script is the only one at work there, and
# gives up after LIMIT_S seconds.
open_state() {
  NAME=$1 LIMIT_S=$2 STATE=$STORES_DIR/$1
  mkdir -p "$STATE/run" "$STATE/log"
  exec 9>"$STATE/lock"
  flock -w "$LIMIT_S" 9 || die "another start or stop holds $STATE/lock"
}

say() { printf '%s: %s\n' "$NAME" "$*" >&2; }
die() { say "FAILED: $*"; exit 1; }

# check_time: the end of everything when the time is up.
check_time() { ((SECONDS < LIMIT_S)) || die "not ready after $LIMIT_S s; logs are in $STATE/log"; }

# bounded COMMAND...: run it for as long as there is time.
bounded() { check_time; timeout -k 5 $((LIMIT_S - SECONDS)) "$@"; }

wait_for() { # WHAT COMMAND...
  local what=$1; shift
  until "$@"; do check_time; sleep 0.1; done
  say "$what"
}

# running DAEMON: is the process that start_daemon started still there?
running() {
  local pid
  pid=$(cat "$STATE/run/$1.pid" 2>/dev/null) && [[ -n $pid ]] &&
    { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$STATE/"
}

alive() {
  running "$1" && return
  tail -n 20 "$STATE/log/$1".* >&2 2>/dev/null || true
  die "$1 ended; logs are in $STATE/log"
}

# need_port DAEMON PORT: refuse to fight a stranger for the port of a daemon that is to start.
need_port() {
  if ! running "$1" && (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
    die "port $2 of 127.0.0.1, which $1 needs, is taken by another program; see: ss -ltnp"
  fi
}

# start_daemon DAEMON COMMAND...: in a session of its own, unless it runs already.  The command
# names a file below $STATE, by which its process is known again.
start_daemon() {
  local daemon=$1; shift
  running "$daemon" && return
  setsid "$@" </dev/null >>"$STATE/log/$daemon.out" 2>&1 9>&- &
  echo $! >"$STATE/run/$daemon.pid"
  # It is not to be known before it is the command, which takes its time on a busy machine.
  until running "$daemon"; do
    kill -0 $! 2>/dev/null || alive "$daemon"
    check_time
    sleep 0.02
  done
  say "$daemon started"
}

# stop_daemon DAEMON: SIGTERM to its session, SIGKILL after 15 s.
stop_daemon() {
  local file=$STATE/run/$1.pid pid
  pid=$(cat "$file" 2>/dev/null) || return 0
  if running "$1"; then
    kill -TERM -- "-$pid" 2>/dev/null || true
    for _ in {1..150}; do running "$1" || break; sleep 0.1; done
    if running "$1"; then
      say "$1 ignored SIGTERM, killing it"
      kill -KILL -- "-$pid" 2>/dev/null || true
      for _ in {1..50}; do running "$1" || break; sleep 0.1; done
    fi
    ! running "$1" || die "$1 ($pid) does not end"
    say "$1 stopped"
  fi
  rm -f "$file"
}

# get URL [CURL_OPTION...]: is it answered with success?
get() { curl -fsS -o /dev/null --max-time 5 --noproxy '*' "$@" 2>/dev/null; }

# need_tools TOOL...: install the given packages (PACKAGES) unless every tool is there.
need_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { install_packages; break; }
  done
  for tool in "$@"; do command -v "$tool" >/dev/null || die "$tool is missing"; done
}

install_packages() {
  say "installing ${PACKAGES[*]}"
  bash "$HERE/../install_packages.sh" "${PACKAGES[@]}" >"$STATE/log/apt.out" 2>&1 ||
    { tail -n 5 "$STATE/log/apt.out" >&2; die "see $STATE/log/apt.out"; }
  SECONDS=0  # it may have waited for another, which is no time of this start
}

# install_release PACKAGE==RELEASE...: from PyPI, into the virtual environment $VENV.
install_release() {
  say "installing $* into $VENV"
  rm -rf "$VENV"
  { python3 -m venv "$VENV" && bounded "$VENV/bin/pip" install "$@"; } >"$STATE/log/pip.out" 2>&1 ||
    { tail -n 5 "$STATE/log/pip.out" >&2; die "see $STATE/log/pip.out"; }
}

# render TEMPLATE FILE: fill in @NAME@ from the variables of the same name.
render() {
  local text name
  text=$(<"$HERE/$1")
  while [[ $text =~ @([A-Z_]+)@ ]]; do
    name=${BASH_REMATCH[1]}
    text=${text//"@$name@"/"${!name}"}
  done
  printf '%s\n' "$text" >"$2"
}

usage() { echo "usage: ${0##*/} start | status | stop [$1]" >&2; exit 2; }
