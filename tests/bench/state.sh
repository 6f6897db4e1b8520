#!/bin/bash
# Transitions of the state beside plain SQLite in the same run (state.c says
# what each line is), once small and once large for the idle probes.  Single
# figures of a shared machine mean little; the ratios are what counts.
#
# usage: tests/bench/state.sh [BUILD [CUSTOMERS [RUNS]]]
set -eu
cd "$(dirname "$0")/../.."
build=${1:-${DUNNINGD_BUILD:-build/release}}
customers=${2:-100000}
runs=${3:-3}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/dunningd-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT

${CC:-cc} -O2 -std=c17 -D_GNU_SOURCE -Idaemon -o "$work/bench_state" tests/bench/state.c \
    "$build/daemon/libfloor_store.a" "$build/daemon/libfloor_policy.a" "$build/daemon/libfloor_model.a" \
    "$build/daemon/libfloor_base.a" -lsqlite3 -lcrypto

mkdir "$work/small"
echo "1,000 customers:"
"$work/bench_state" "$work/small" 1000 | grep probes
for run in $(seq "$runs"); do
    mkdir "$work/$run"
    echo "$customers customers, run $run:"
    "$work/bench_state" "$work/$run" "$customers"
    rm -rf "${work:?}/$run"
done
