#!/usr/bin/env bash
# Start and stop an OpenStack Keystone for tests: ci/keystone.sh start | status | stop [--wipe]
#
# On http://127.0.0.1:18084/v3, with a user "demo" whose project's object store is the Swift of
# ci/swift.sh.  Installs Keystone from PyPI into a virtual environment of its own.  What is up stays
# up, what died is started again.  Data outlives a stop; --wipe deletes it.
. "$(dirname "${BASH_SOURCE[0]}")/real_stores/common.sh"

KEYSTONE_RELEASE=30.0.0
PACKAGES=(curl)

start() {
  need_tools curl flock
  need_port keystone 18084
  "$VENV/bin/python" -c 'import keystone' 2>/dev/null ||
    install_release "keystone==$KEYSTONE_RELEASE"
  render keystone.conf "$STATE/keystone.conf"
  [[ -e $STATE/initialised ]] || initialise
  OS_KEYSTONE_CONFIG_FILES=$STATE/keystone.conf PYTHONWARNINGS=ignore \
    start_daemon keystone "$VENV/bin/python" "$HERE/run_keystone.py" 18084 "$STATE/log/keystone.out"
  wait_for "answers at $KEYSTONE_URL" keystone_answers
  [[ -e $STATE/seeded ]] || seed
}

initialise() {
  rm -rf "$STATE/data"
  mkdir -p "$STATE/data"
  manage db_sync
  manage fernet_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
  manage credential_setup --keystone-user "$(id -un)" --keystone-group "$(id -gn)"
  OS_BOOTSTRAP_PASSWORD=$KEYSTONE_PASSWORD manage bootstrap --bootstrap-region-id "$KEYSTONE_REGION" \
    --bootstrap-public-url "$KEYSTONE_URL"
  touch "$STATE/initialised"
}

manage() {
  PYTHONWARNINGS=ignore bounded "$VENV/bin/keystone-manage" --config-file "$STATE/keystone.conf" \
    "$@" >>"$STATE/log/setup.out" 2>&1 || die "keystone-manage $1, see $STATE/log/setup.out"
}

keystone_answers() {
  alive keystone
  get "$KEYSTONE_URL"
}

seed() {
  bounded "$VENV/bin/python" "$HERE/seed_keystone.py" "$KEYSTONE_URL" "$KEYSTONE_PASSWORD" \
    "$KEYSTONE_REGION" "$SWIFT_KEYSTONE_URL" >>"$STATE/log/setup.out" 2>&1 ||
    die "seed_keystone.py, see $STATE/log/setup.out"
  touch "$STATE/seeded"
}

wipe() {  # all but the installation
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name venv ! -name lock -exec rm -rf {} +
}

open_state keystone 240
VENV=$STATE/venv
case "$*" in
  start) start ;;
  status) running keystone ;;
  stop) stop_daemon keystone ;;
  "stop --wipe") stop_daemon keystone; wipe ;;
  *) usage --wipe ;;
esac
