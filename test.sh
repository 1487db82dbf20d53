#!/usr/bin/env bash
# Builds everything and runs every test. Needs the .NET 10 SDK; what else is missing it installs (as root) or names.
#   ./test.sh                 all
#   ./test.sh FILTER          the tests that `dotnet test --filter FILTER` picks, for example Category=Peers
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

if ! command -v coap-client-notls >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "test.sh: libcoap's client is missing, and the tests talk to it. Install it first: sudo apt-get install libcoap3-bin" >&2
        exit 1
    fi
    echo "Installing libcoap3-bin"
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libcoap3-bin; } >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    rm -f "$log"
fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT

# --disable-build-servers: no compiler or MSBuild node outlives the run.
dotnet build Ipso.sln -c Release --disable-build-servers -v quiet

failed=0
run() {
    dotnet test "$@" -c Release --disable-build-servers -v quiet ${filter:+--filter "$filter"} 2>&1 | tee -a "$results" || failed=1
}

filter=${1:-}
run Ipso.sln --no-build
# The generator runs in whatever Roslyn the user's SDK has: the oldest it supports above, a newer one here.
run tests/Ipso.Generator.Tests -p:RoslynVersion=4.14.0

awk '
    /Failed: +[0-9]+, Passed: +[0-9]+/ {
        match($0, /Failed: +[0-9]+/);  f += substr($0, RSTART + 7, RLENGTH - 7)
        match($0, /Passed: +[0-9]+/);  p += substr($0, RSTART + 7, RLENGTH - 7)
        match($0, /Skipped: +[0-9]+/); s += substr($0, RSTART + 8, RLENGTH - 8)
    }
    END {
        printf "%d passed, %d failed, %d skipped\n", p, f, s
        if (p == 0 || f > 0) exit 1
    }' "$results" || failed=1
exit $failed
