#!/usr/bin/env bash
# Run a command beside a PostgreSQL and a MariaDB of its own:
#
#     bash ci/with_databases.sh pytest -m database
#
# Installs the servers first if need be, and fails if one does not start.  They listen on free ports
# of 127.0.0.1 only and keep everything in a temporary folder.  BOOKSTORE_DATABASES names a file that
# says how to reach them.  Afterwards they are stopped and deleted; their logs are shown if one
# did not start.  The exit status is the command's.
set -euo pipefail
unset BOOKSTORE_DATABASES
umask 077

CI=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
LIMIT_S=120
(($#)) || { sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

say() { printf 'databases: %s\n' "$*" >&2; }
die() { say "FAILED: $*"; exit 1; }

# newest PROGRAM: Debian keeps the programs of PostgreSQL out of PATH.
newest() { ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -n 1; }

PATH=$PATH:/usr/sbin  # where Debian has mariadbd
if [[ -z $(newest initdb) ]] || ! command -v mariadbd >/dev/null; then
  say "installing postgresql and mariadb-server"
  bash "$CI/install_packages.sh" postgresql mariadb-server
fi
INITDB=$(newest initdb)
[[ -n $INITDB ]] || die "initdb is missing"
command -v mariadbd mariadb-install-db >/dev/null || die "mariadbd is missing"
POSTGRES=${INITDB%initdb}postgres

STATE=$(mktemp -d "${TMPDIR:-/tmp}/bookstore-databases.XXXXXX")
as_user=()
if [[ $(id -u) == 0 ]]; then  # neither server runs as root
  as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  chown nobody:nogroup "$STATE"
fi
declare -A servers=()

stop() {
  local server log
  # Each in the way that waits for no client, and by force if that is not enough: it is deleted anyway.
  [[ -z ${servers[postgresql]-} ]] || kill -INT "${servers[postgresql]}" 2>/dev/null || true
  [[ -z ${servers[mariadb]-} ]] || kill -TERM "${servers[mariadb]}" 2>/dev/null || true
  for server in ${servers[@]+"${servers[@]}"}; do
    for _ in {1..150}; do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  done
  if [[ -z ${BOOKSTORE_DATABASES-} ]]; then  # it did not come so far
    for log in "$STATE"/*.log; do [[ ! -s $log ]] || { say "$log"; tail -n 20 "$log" >&2; }; done
  fi
  rm -rf "$STATE"
}
trap stop EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start NAME COMMAND...: in a session of its own, since Ctrl-C is for the command.
start() {
  local name=$1; shift
  (cd "$STATE" && exec setsid "${as_user[@]}" "$@") </dev/null >"$STATE/$name.log" 2>&1 &
  servers[$name]=$!
}

# once NAME COMMAND...: something that ends.
once() {
  local name=$1; shift
  (cd "$STATE" && "${as_user[@]}" timeout "$LIMIT_S" "$@") </dev/null >>"$STATE/$name-made.log" 2>&1 ||
    die "$name could not be made"
}

wait_for() { # NAME PORT: a connection to the port is not enough, it is open before the server is up
  until grep -qs "$READY" "$STATE/$1.log"; do
    ((SECONDS < LIMIT_S)) || die "$1 is not ready after $LIMIT_S s"
    kill -0 "${servers[$1]}" 2>/dev/null || die "$1 ended"
    sleep 0.1
  done
  say "$1 listens on port $2"
}

PASSWORD='not a secret: @/%+'  # it has to be quoted in URLs
QUOTED='not%20a%20secret%3A%20%40%2F%25%2B'
SECONDS=0
READY='ready to accept connections\|ready for connections'

PG_PORT=$(free_port)
printf '%s\n' "$PASSWORD" >"$STATE/password"
[[ ${#as_user[@]} == 0 ]] || chown nobody:nogroup "$STATE/password"
once postgresql "$INITDB" -D "$STATE/postgresql" -U bookstore -A scram-sha-256 \
  --pwfile="$STATE/password" -E UTF8 --locale=C.UTF-8 --no-sync
start postgresql "$POSTGRES" -D "$STATE/postgresql" -p "$PG_PORT" -h 127.0.0.1 -k "$STATE" \
  -c fsync=off -c full_page_writes=off -c synchronous_commit=off
wait_for postgresql "$PG_PORT"

MARIADB_PORT=$(free_port)
printf "CREATE USER bookstore@'127.0.0.1' IDENTIFIED BY '%s';\n%s\n" "$PASSWORD" \
  "GRANT ALL ON *.* TO bookstore@'127.0.0.1' WITH GRANT OPTION;" >"$STATE/init.sql"
[[ ${#as_user[@]} == 0 ]] || chown nobody:nogroup "$STATE/init.sql"
once mariadb mariadb-install-db --no-defaults --datadir="$STATE/mariadb" \
  --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve
start mariadb mariadbd --no-defaults --datadir="$STATE/mariadb" --socket="$STATE/mariadb.sock" \
  --port="$MARIADB_PORT" --bind-address=127.0.0.1 --skip-name-resolve --init-file="$STATE/init.sql" \
  --pid-file="$STATE/mariadb.pid" --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
  --innodb-flush-method=nosync --innodb-buffer-pool-size=64M
wait_for mariadb "$MARIADB_PORT"

cat >"$STATE/databases.json" <<JSON
{
  "postgresql": "postgresql://bookstore:$QUOTED@127.0.0.1:$PG_PORT/postgres",
  "mariadb": "mariadb://bookstore:$QUOTED@127.0.0.1:$MARIADB_PORT/mysql"
}
JSON
export BOOKSTORE_DATABASES=$STATE/databases.json
"$@"
