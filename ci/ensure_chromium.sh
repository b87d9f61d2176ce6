#!/usr/bin/env bash
# Make sure that there is a Chromium for the browser tests; on Debian and its like, install it.
set -euo pipefail

[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null ||
    bash "$(dirname "$0")/install_packages.sh" chromium fonts-dejavu ||
    { echo "The browser tests need Chromium: CHROMIUM may be the path of one." >&2; exit 1; }
