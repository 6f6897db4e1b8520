# For daemon/demo --servers: starts tests/system/_demo_servers.py beside the demo and ends it again.  Sourced.

demo_servers_start() {
    local line
    mkfifo "$1/servers.in" "$1/servers.out"
    /usr/bin/python3 tests/system/_demo_servers.py "$1" <"$1/servers.in" >"$1/servers.out" 2>"$1/servers.log" &
    demo_servers_pid=$!
    exec 8>"$1/servers.in" 9<"$1/servers.out"
    read -r -t 60 line <&9 || { echo "daemon/demo: the servers did not start; see $1/servers.log" >&2; exit 1; }
    [ "$line" = ready ] || { echo "daemon/demo: the servers said: $line" >&2; exit 1; }
}

# Closing their input makes the servers say what arrived, and end.
demo_servers_report() {
    step "What arrived"
    exec 8>&-
    cat <&9
    wait "$demo_servers_pid" || true
    demo_servers_pid=
}

demo_servers_stop() {
    exec 8>&- 9<&-
    [ -z "${demo_servers_pid:-}" ] || kill "$demo_servers_pid" 2>/dev/null || true
}
