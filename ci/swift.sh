#!/usr/bin/env bash
# Start and stop an OpenStack Swift with its S3 API for tests:
# ci/swift.sh start | status | stop [--wipe]
#
# On http://127.0.0.1:18080, with tempauth: no Keystone and no memcached.  On http://127.0.0.1:18085
# a second proxy of the same Swift takes the tokens of Keystone, once ci/keystone.sh has started one.
# Installs Swift from PyPI into a virtual environment of its own.  What is up stays up, what died is started again.  Data
# outlives a stop; --wipe deletes it.
. "$(dirname "${BASH_SOURCE[0]}")/real_stores/common.sh"

SWIFT_RELEASE=2.38.3
DAEMONS=(keystone-proxy proxy object-updater object container account)  # in the order in which they stop
PACKAGES=(curl)
declare -A PORTS=([container]=18081 [account]=18082 [object]=18083)

start() {
  need_tools curl flock
  need_port proxy 18080
  need_port keystone-proxy 18085
  for SERVER in "${!PORTS[@]}"; do need_port "$SERVER" "${PORTS[$SERVER]}"; done
  "$VENV/bin/python" -c 'import swift, keystonemiddleware' 2>/dev/null ||
    install_release "swift[keystone]==$SWIFT_RELEASE"
  [[ -s $STATE/secrets ]] || make_secrets
  [[ -s $STATE/devices ]] || choose_devices
  configure
  for SERVER in account container object; do
    daemon "$SERVER" "swift-$SERVER-server" "$SERVER.conf"
  done
  daemon object-updater swift-object-updater object.conf  # adds to listings what was in the way
  daemon proxy swift-proxy-server proxy.conf
  daemon keystone-proxy swift-proxy-server keystone-proxy.conf
  wait_for "answers at $SWIFT_URL" proxy_answers
}

make_secrets() {
  "$VENV/bin/python" - >"$STATE/secrets.new" <<'PYTHON'
import base64, os, secrets
print("HASH_PREFIX=" + secrets.token_hex(12))
print("HASH_SUFFIX=" + secrets.token_hex(12))
print("FERNET_KEY=" + base64.urlsafe_b64encode(os.urandom(32)).decode())
PYTHON
  mv "$STATE/secrets.new" "$STATE/secrets"
}

# Swift keeps an object's metadata, its key included, in extended attributes.  XFS and tmpfs take
# them; ext4 takes 4 KB, and then Swift fails on keys of a few hundred letters.
choose_devices() {
  local folder
  for folder in "$STATE/data" "/dev/shm/bookstore-swift-$(cksum <<<"$STATE" | cut -d' ' -f1)"; do
    if takes_metadata "$folder"; then echo "$folder" >"$STATE/devices"; return; fi
  done
  die "neither $STATE nor /dev/shm takes extended attributes of 16 KB; let BOOKSTORE_STORES_DIR \
name a folder on XFS"
}

takes_metadata() {
  mkdir -p "$1" && "$VENV/bin/python" - "$1" 2>/dev/null <<'PYTHON'
import os, sys, tempfile
with tempfile.NamedTemporaryFile(dir=sys.argv[1]) as probe:
    os.setxattr(probe.name, "user.swift.probe", b"x" * 16384)
PYTHON
}

configure() {
  local ACCOUNT_NAME AUTH DEVICES PORT SERVER
  . "$STATE/secrets"
  ACCOUNT_NAME=$(id -un) DEVICES=$(cat "$STATE/devices")
  mkdir -p "$STATE/etc" "$STATE/cache" "$DEVICES/d1"
  render swift.conf "$STATE/etc/swift.conf"
  SERVER=proxy PORT=18080 AUTH="s3api tempauth" render swift-proxy.conf "$STATE/etc/proxy.conf"
  SERVER=keystone-proxy PORT=18085 AUTH="authtoken keystoneauth" \
    render swift-proxy.conf "$STATE/etc/keystone-proxy.conf"
  for SERVER in "${!PORTS[@]}"; do
    PORT=${PORTS[$SERVER]}
    render swift-backend.conf "$STATE/etc/$SERVER.conf"
    [[ -s $STATE/etc/$SERVER.ring.gz ]] || make_ring "$SERVER" "$PORT"
  done
}

make_ring() { # SERVER PORT: one replica, on one device
  local builder=("$VENV/bin/swift-ring-builder" "$STATE/etc/$1.builder")
  rm -f "$STATE/etc/$1.builder"
  { "${builder[@]}" create 6 1 0 && "${builder[@]}" add "r1z1-127.0.0.1:$2/d1" 1 &&
    "${builder[@]}" rebalance; } >"$STATE/log/ring-$1.out" 2>&1 ||
    [[ -s $STATE/etc/$1.ring.gz ]] || die "see $STATE/log/ring-$1.out"  # a warning fails, too
}

daemon() { # NAME COMMAND CONF
  PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore PYTHONPATH=$HERE \
    start_daemon "$1" "$VENV/bin/python" "$HERE/run_swift.py" "$2" "$STATE/etc/$3"
}

proxy_answers() {
  for SERVER in "${DAEMONS[@]}"; do alive "$SERVER"; done
  get "$SWIFT_KEYSTONE_URL/healthcheck" || return
  for SERVER in account container object; do
    get "http://127.0.0.1:${PORTS[$SERVER]}/healthcheck" || return
  done
  # curl cannot sign for S3 with a key that has a colon in it.
  local token
  token=$(get "$SWIFT_URL/auth/v1.0" -D - -H "X-Storage-User: $SWIFT_ACCESS_KEY_ID" \
    -H "X-Storage-Pass: $SWIFT_SECRET_ACCESS_KEY" | sed -n 's/^X-Auth-Token: *\([^ \r]*\).*/\1/ip')
  [[ -n $token ]] && get "$SWIFT_URL/v1/AUTH_test" -H "X-Auth-Token: $token"
}

status() {
  for SERVER in "${DAEMONS[@]}"; do running "$SERVER" || return 1; done
}

stop_all() {
  for SERVER in "${DAEMONS[@]}"; do stop_daemon "$SERVER"; done
}

wipe() {  # all but the installation
  [[ ! -s $STATE/devices ]] || rm -rf "$(cat "$STATE/devices")"
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name venv ! -name lock -exec rm -rf {} +
}

open_state swift 240
VENV=$STATE/venv
case "$*" in
  start) start ;;
  status) status ;;
  stop) stop_all ;;
  "stop --wipe") stop_all; wipe ;;
  *) usage --wipe ;;
esac
