#!/usr/bin/env bash
# Plants the mistakes of tools/mutants.txt in the compiler of rules, one at a
# time and in a copy of the module, and runs the random rules over SQLite, and over
# PostgreSQL where SQLite does not find it. Every mistake has to be found, or this fails.
#
#   tools/mutants.sh 10000   with at most so many rules each
set -euo pipefail

cases=${1:?how many rules to try at most, for example 10000}
root=$(pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tmp"
code=$tmp/storage/internal/sqlstore

# rules runs the random rules on a store and tells whether all of them agree.
rules() {
	(cd "$tmp" && CRM_TEST_REQUIRE_POSTGRES=1 CRM_RULE_CASES=$cases go test -count=1 -run 'TestConformance/segment/rules$' "./storage/$1") >"$tmp/out" 2>&1
}

# plant replaces the one place where $2 stands in file $1 by $3.
plant() {
	FROM=$2 TO=$3 perl -0777 -i -pe '
		my $n = () = /\Q$ENV{FROM}\E/g;
		die "stands there $n times, must once\n" unless $n == 1;
		s/\Q$ENV{FROM}\E/$ENV{TO}/;
	' "$1"
}

rules sqlite && rules postgres || {
	cat "$tmp/out"
	echo "the rules disagree without any mistake"
	exit 1
}
survivors=0
while IFS= read -r line; do
	case $line in '#'* | '') continue ;; esac
	IFS=$'\x1f' read -r file from to why <<<"${line// @@ /$'\x1f'}"
	plant "$code/$file" "$from" "$to"
	if ! (cd "$tmp" && go build ./storage/...) >"$tmp/out" 2>&1; then
		cat "$tmp/out"
		echo "does not compile: $why"
		exit 1
	fi
	if rules sqlite && rules postgres; then
		echo "SURVIVES  $why"
		survivors=$((survivors + 1))
	elif ! grep -q 'does not agree with segment.Match\|no answer within\|error' "$tmp/out"; then
		cat "$tmp/out"
		exit 1
	else
		echo "caught    $why"
	fi
	cp "$root/storage/internal/sqlstore/$file" "$code/$file"
done <tools/mutants.txt
[ $survivors = 0 ] || { echo "$survivors mistakes were not found"; exit 1; }
