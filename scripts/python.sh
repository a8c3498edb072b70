#!/bin/sh
# Prints a Python of at least 3.11 that can make virtual environments; installs the venv module where Debian split it off.
set -eu
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$candidate
    break
  fi
done
if [ -z "${found:-}" ]; then
  echo "earwitness needs Python 3.11 or later and found none; install one (Debian 12: apt install python3)." >&2
  exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$found" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
  "$(dirname "$0")/system-packages.sh" "to make a virtual environment" "$version-venv" >&2
fi
echo "$found"
