#!/bin/bash
# Import and merge of a large ledger beside plain SQLite in the same run
# (ledger.c says what each line is).  Single figures of a shared machine mean
# little; the ratios are what counts.
#
# usage: tests/bench/ledger.sh [BUILD [ITEMS]]
set -eu
cd "$(dirname "$0")/../.."
build=${1:-${DUNNINGD_BUILD:-build/release}}
items=${2:-1000000}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/dunningd-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT

${CC:-cc} -O2 -std=c17 -D_GNU_SOURCE -Idaemon -o "$work/bench_ledger" tests/bench/ledger.c \
    "$build/daemon/libfloor_store.a" "$build/daemon/libfloor_policy.a" "$build/daemon/libfloor_model.a" \
    "$build/daemon/libfloor_base.a" -lsqlite3 -lcrypto
"$work/bench_ledger" "$work" "$items"
