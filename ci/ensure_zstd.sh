#!/usr/bin/env bash
# The tests hold what is compressed to zstd's own tool: install it where it is missing.
set -euo pipefail

command -v zstd >/dev/null || bash "$(dirname "$0")/install_packages.sh" zstd
