#!/bin/sh
# Fetches the pinned pysimdjson source package with pip (hash checked) and unpacks it into $1.
set -eu
cache=$1
mkdir -p "$cache"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
pip="python3 -m pip"
if ! $pip --version >/dev/null 2>&1; then
  python3 -m venv "$work/venv"
  pip="$work/venv/bin/python3 -m pip"
fi
echo 'pysimdjson==7.0.2 --hash=sha256:44cf276e48912a3b9c7ca362c14da8420a7ac15a9f1a16ec95becff86db3904a' \
  > "$work/requirements.txt"
$pip download --quiet --no-deps --no-binary pysimdjson --require-hashes -r "$work/requirements.txt" \
  --dest "$work" >&2
tar -xzf "$work/pysimdjson-7.0.2.tar.gz" -C "$work"
rm -rf "$cache/pysimdjson-7.0.2"
mv "$work/pysimdjson-7.0.2" "$cache/"
