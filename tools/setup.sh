#!/usr/bin/env bash
# Installs what the tests need and this machine lacks: a PostgreSQL server and a
# C compiler for the race detector. Where it may not or cannot install, it says
# what is missing and goes on; the tests that need it skip, except where
# CRM_TEST_REQUIRE_POSTGRES=1 forbids that.
#
#   tools/setup.sh                 install what is missing
#   tools/setup.sh have postgres   succeed if the tests will find PostgreSQL
#   tools/setup.sh have compiler   succeed if "go test -race" can be linked
set -euo pipefail

have() {
	case $1 in
	postgres)
		if [ -n "${CRM_TEST_POSTGRES:-}" ]; then
			command -v psql >/dev/null
		else
			command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
		fi
		;;
	compiler)
		[ "$(go env CGO_ENABLED)" = 1 ] &&
			echo '#include <stdlib.h>' | $(go env CC) -x c -c -o /dev/null - 2>/dev/null
		;;
	*)
		echo "usage: $0 [have postgres|compiler]" >&2
		exit 2
		;;
	esac
}

# packages prints the Debian packages that would bring what is missing.
packages() {
	if ! have postgres; then
		if [ -n "${CRM_TEST_POSTGRES:-}" ]; then echo postgresql-client; else echo postgresql; fi
	fi
	if ! have compiler; then echo gcc libc6-dev; fi
}

# install brings Debian packages. The tests start a server of their own, so the
# service that comes with PostgreSQL is stopped again.
install() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q update || echo "setup: not every package list is fresh" >&2
	apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" || return
	case " $* " in
	*" postgresql "*) service postgresql stop || echo "setup: the service postgresql was not running" ;;
	esac
}

if [ "${1:-}" = have ]; then
	have "${2:-}"
	exit
fi

read -r -d '' -a missing < <(packages) || : # read ends at the end of its input, not at a delimiter
if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		install "${missing[@]}" </dev/null || echo "setup: apt-get could not install ${missing[*]}" >&2
	fi
fi

if ! have compiler; then
	echo "setup: no C compiler, so the race detector stays off. Install gcc and the headers of libc" \
		"(Debian, Ubuntu: apt-get install gcc libc6-dev)." >&2
fi
if ! have postgres; then
	echo "setup: no PostgreSQL, so its tests will skip. Install the server" \
		"(Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql)," \
		"or set CRM_TEST_POSTGRES to the DSN of a server on which databases may be created," \
		"and install its client psql." >&2
	if [ "${CRM_TEST_REQUIRE_POSTGRES:-}" = 1 ]; then
		echo "setup: CRM_TEST_REQUIRE_POSTGRES=1 makes that an error." >&2
		exit 1
	fi
fi
