#!/usr/bin/env bash
# Install packages on Debian and its like, as root or with a sudo that asks for no password:
#
#     bash ci/install_packages.sh PACKAGE...
#
# Environments that run side by side install one after the other.
set -euo pipefail

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if ! command -v apt-get >/dev/null || ! $as_root true 2>/dev/null; then
    echo "Install these, or run this as root on Debian and its like: $*" >&2
    exit 1
fi
exec 8>"${TMPDIR:-/tmp}/bookstore-apt-$(id -u).lock"
flock 8
apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600"
install="$apt install -y --no-install-recommends --no-upgrade"
$install "$@" >/dev/null 2>&1 || { $apt update && $install "$@" >/dev/null; }
