#!/usr/bin/env bash
# Runs every fuzz target of the module, one after the other.
#
#   tools/fuzz.sh 30s   each for thirty seconds
set -euo pipefail

time=${1:?how long each target runs, for example 30s}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# "go test -list" prints the names of a package's targets, then the package.
go test -list '^Fuzz' ./... >"$tmp/list" || {
	cat "$tmp/list"
	exit 1
}
awk '/^Fuzz/ { names[++n] = $1 }
     /^ok/   { for (i = 1; i <= n; i++) print $2, names[i]; n = 0 }' "$tmp/list" >"$tmp/targets"

# fuzz runs one target and prints what it says only if that is bad news.
fuzz() {
	go test -run '^$' -fuzz "^$2\$" -fuzztime "$time" "$1" >"$tmp/out" 2>&1 </dev/null
}

# late recognises the one failure that is no finding: on a busy machine a worker
# that is stopped at the end of its time may report just that.
late() {
	grep -q 'context deadline exceeded' "$tmp/out" && ! grep -q 'Failing input written' "$tmp/out"
}

while read -r package target; do
	echo "fuzz $target in $package for $time"
	fuzz "$package" "$target" || { late && fuzz "$package" "$target"; } || {
		cat "$tmp/out"
		exit 1
	}
done <"$tmp/targets"
