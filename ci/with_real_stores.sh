#!/usr/bin/env bash
# Run a command beside a Ceph RADOS Gateway, and an OpenStack Swift and Keystone:
#
#     bash ci/with_real_stores.sh pytest -m real_store
#
# Starts those that do not run, and installs them first if need be; fails if one does not start.
# BOOKSTORE_REAL_STORES names a file that says how to reach them.  Afterwards what was started here
# is stopped, and deleted if the command succeeded; what ran before goes on.  The exit status is the
# command's.
. "$(dirname "${BASH_SOURCE[0]}")/real_stores/common.sh"

CI=$(dirname "$HERE")
started=()

stop_started() {
  local succeeded=$? store
  for store in ${started[@]+"${started[@]}"}; do
    if ((succeeded != 0)); then "$CI/$store.sh" stop || true
    elif [[ $store == ceph ]]; then "$CI/ceph.sh" stop --purge
    else "$CI/$store.sh" stop --wipe; fi
  done
}

s3() { # URL ACCESS_KEY_ID SECRET_ACCESS_KEY [CA_FILE]
  printf '{"endpoint_url": "%s", "access_key_id": "%s", "secret_access_key": "%s", ' "$1" "$2" "$3"
  printf '"region": "%s", "ca_bundle": %s}' "$REGION" "$([[ -z ${4-} ]] && echo null || echo "\"$4\"")"
}

(($#)) || { sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
trap stop_started EXIT
for store in ceph keystone swift; do
  "$CI/$store.sh" status || started+=("$store")
  "$CI/$store.sh" start
done

export BOOKSTORE_REAL_STORES=$STORES_DIR/stores.json
cat >"$BOOKSTORE_REAL_STORES.new" <<JSON
{
  "ceph": $(s3 "$CEPH_URL" "$CEPH_ACCESS_KEY_ID" "$CEPH_SECRET_ACCESS_KEY"),
  "ceph-https": $(s3 "$CEPH_TLS_URL" "$CEPH_ACCESS_KEY_ID" "$CEPH_SECRET_ACCESS_KEY" "$CEPH_CA"),
  "swift": $(s3 "$SWIFT_URL" "$SWIFT_ACCESS_KEY_ID" "$SWIFT_SECRET_ACCESS_KEY"),
  "swift-tempauth": {
    "auth_url": "$SWIFT_URL/auth/v1.0", "username": "$SWIFT_ACCESS_KEY_ID",
    "password": "$SWIFT_SECRET_ACCESS_KEY"
  },
  "swift-keystone": {
    "auth_url": "$KEYSTONE_URL", "username": "demo", "password": "$KEYSTONE_PASSWORD",
    "project_name": "demo", "region_name": "$KEYSTONE_REGION"
  }
}
JSON
mv "$BOOKSTORE_REAL_STORES.new" "$BOOKSTORE_REAL_STORES"
"$@"
