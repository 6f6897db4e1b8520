#!/bin/bash
# Messages a second from dunningd-send into smtp-sink, beside smtp-source in
# the same run: at 1, 4, 8 and 16 connections, mails of 6 kB on kept
# connections, the median of pairs.  Single figures of a shared machine mean
# little; the ratio is what counts.
#
# usage: tests/bench/send.sh [BUILD [PAIRS [MESSAGES]]]
set -eu
cd "$(dirname "$0")/../.."
build=${1:-${DUNNINGD_BUILD:-build/release}}
pairs=${2:-5}
messages=${3:-10000}
bytes=6000
work=$(mktemp -d)
sink=
trap '[ -n "$sink" ] && kill "$sink"; rm -rf "$work"' EXIT

${CC:-cc} -O2 -std=c17 -D_GNU_SOURCE -Idaemon -o "$work/send_load" tests/bench/send_load.c \
    "$build/daemon/libfloor_wire.a" "$build/daemon/libfloor_model.a" "$build/daemon/libfloor_base.a" -lcrypto

port=$((20000 + RANDOM % 10000))
user=
[ "$(id -u)" = 0 ] && user="-u nobody"
# shellcheck disable=SC2086
/usr/sbin/smtp-sink $user "127.0.0.1:$port" 256 &
sink=$!
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    sleep 0.05
done

ours() {
    "$work/send_load" "$build/dunningd-send" smtp "smtp://127.0.0.1:$port/bench" "$1" "$messages" "$bytes"
}

theirs() {
    local start end
    start=$(date +%s%N)
    /usr/sbin/smtp-source -d -s "$1" -m "$messages" -l "$bytes" "127.0.0.1:$port"
    end=$(date +%s%N)
    echo $((messages * 1000000000 / (end - start)))
}

median() {
    sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

printf '%-12s %15s %15s %8s\n' connections 'dunningd-send/s' 'smtp-source/s' ratio
for connections in 1 4 8 16; do
    : > "$work/ours" && : > "$work/theirs" && : > "$work/ratio"
    for _ in $(seq "$pairs"); do
        mine=$(ours "$connections")
        other=$(theirs "$connections")
        echo "$mine" >> "$work/ours"
        echo "$other" >> "$work/theirs"
        awk -v a="$mine" -v b="$other" 'BEGIN { printf "%.2f\n", a / b }' >> "$work/ratio"
    done
    printf '%-12s %15s %15s %8s\n' "$connections" "$(median < "$work/ours")" "$(median < "$work/theirs")" \
        "$(median < "$work/ratio")"
done
