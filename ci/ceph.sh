#!/usr/bin/env bash
# Start and stop a Ceph RADOS Gateway for tests: ci/ceph.sh start | status | stop [--purge]
#
# S3 on http://127.0.0.1:7480 and, with a certificate of its own authority, https://127.0.0.1:7443.
# Installs Debian's packages when they are missing; the daemons run as whoever calls this.  What is
# up stays up, what died is started again.  Data outlives a stop; --purge deletes it.
. "$(dirname "${BASH_SOURCE[0]}")/real_stores/common.sh"

DAEMONS=(client.rgw.a osd.0 mon.a)  # in the order in which they stop
PACKAGES=(ceph-mon ceph-osd radosgw curl openssl)

ceph_cli() { bounded ceph -c "$STATE/ceph.conf" --connect-timeout 10 "$@"; }
rgw_admin() { bounded radosgw-admin -c "$STATE/ceph.conf" -n client.rgw.a "$@"; }
quietly() { "$@" >>"$STATE/log/setup.out" 2>&1 || die "$1, see $STATE/log/setup.out"; }

start() {
  need_tools ceph ceph-mon ceph-osd radosgw radosgw-admin monmaptool curl openssl
  # The admin sockets' paths may have 107 characters.
  ((${#STATE} <= 85)) || die "the path is too long for Unix sockets: $STATE"
  need_port mon.a 3300
  need_port client.rgw.a 7480
  need_port client.rgw.a 7443
  [[ -e $STATE/initialised ]] || forget
  [[ -e $STATE/server.pem ]] || make_certificates
  FSID=$(cat "$STATE/fsid") render ceph.conf "$STATE/ceph.conf"
  [[ -e $STATE/initialised ]] || make_monitor
  start_daemon mon.a ceph-mon -i a -f -c "$STATE/ceph.conf"
  [[ -e $STATE/initialised ]] || make_osd
  start_daemon osd.0 ceph-osd -i 0 -f -c "$STATE/ceph.conf"
  wait_for "osd.0 is up" osd_is_up
  [[ -e $STATE/user ]] || make_user
  start_daemon client.rgw.a radosgw -n client.rgw.a -f -c "$STATE/ceph.conf" \
    --admin-socket "$STATE/run/client.rgw.a.asok" --log-file "$STATE/log/client.rgw.a.log"
  wait_for "answers at $CEPH_URL and $CEPH_TLS_URL" gateway_answers
}

# What a first start that was cut short has left is of no use.
forget() {
  stop_all
  rm -rf "$STATE/data" "$STATE/user"
  mkdir -p "$STATE/data/mon" "$STATE/data/osd" "$STATE/data/rgw" "$STATE/crash"
  cat /proc/sys/kernel/random/uuid >"$STATE/fsid"
}

make_certificates() {
  local new=(openssl req -newkey rsa:2048 -nodes)
  cd "$STATE"
  quietly "${new[@]}" -x509 -days 3650 -subj "/CN=Authority of bookstore's tests" \
    -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
  quietly "${new[@]}" -subj "/CN=127.0.0.1" -keyout server.key -out server.csr
  quietly openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
    -extfile <(echo "subjectAltName=IP:127.0.0.1,DNS:localhost") -out server.crt
  cat server.key server.crt >server.pem.new
  mv server.pem.new server.pem
}

make_monitor() {
  quietly bounded monmaptool --create --clobber --fsid "$(cat "$STATE/fsid")" \
    --addv a "[v2:127.0.0.1:3300]" "$STATE/monmap"
  quietly bounded ceph-mon -c "$STATE/ceph.conf" -i a --mkfs --monmap "$STATE/monmap"
}

make_osd() {
  local uuid
  uuid=$(cat /proc/sys/kernel/random/uuid)
  quietly ceph_cli osd new "$uuid"
  quietly bounded ceph-osd -c "$STATE/ceph.conf" -i 0 --mkfs --osd-uuid "$uuid"
  touch "$STATE/initialised"
}

make_user() {  # the first one makes the gateway's zone and pools, too
  rgw_admin user info --uid bookstore >/dev/null 2>&1 ||
    quietly rgw_admin user create --uid bookstore --display-name "Tests of bookstore" \
      --access-key "$CEPH_ACCESS_KEY_ID" --secret-key "$CEPH_SECRET_ACCESS_KEY"
  touch "$STATE/user"
}

osd_is_up() {
  alive mon.a
  alive osd.0
  ceph_cli osd stat -f json 2>/dev/null | grep -q '"num_up_osds": *1'
}

gateway_answers() {
  alive client.rgw.a
  signed_get "$CEPH_URL" && signed_get "$CEPH_TLS_URL" --cacert "$CEPH_CA"
}

signed_get() { # URL [CURL_OPTION...]
  get "$@" --aws-sigv4 "aws:amz:$REGION:s3" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    --user "$CEPH_ACCESS_KEY_ID:$CEPH_SECRET_ACCESS_KEY"
}

status() {
  local daemon
  for daemon in "${DAEMONS[@]}"; do running "$daemon" || return 1; done
}

stop_all() {
  local daemon
  for daemon in "${DAEMONS[@]}"; do stop_daemon "$daemon"; done
}

open_state ceph 180
case "$*" in
  start) start ;;
  status) status ;;
  stop) stop_all ;;
  "stop --purge") stop_all; rm -rf "$STATE" ;;
  *) usage --purge ;;
esac
