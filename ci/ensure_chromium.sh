#!/usr/bin/env bash
# Make sure that there is a Chromium for the browser tests; on Debian and its like, install it.
set -euo pipefail

if [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null; then
    exit 0
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null
    exit 0
fi
echo "The browser tests need Chromium: install it, or set CHROMIUM to the path of one." >&2
exit 1
