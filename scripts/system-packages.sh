#!/bin/sh
# Usage: system-packages.sh WHY PACKAGE...   Installs the Debian packages that are missing, and says so.
set -eu
why=$1
shift
missing=""
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "These are needed $why:$missing. Install them with this system's package manager, then run again." >&2
  exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "Run as root, or install sudo: these are needed $why:$missing" >&2; exit 1; }
  sudo=sudo
fi
echo "Installing system packages $why:$missing"
log=$(mktemp)
if ! { $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
rm -f "$log"
