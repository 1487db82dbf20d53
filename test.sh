#!/usr/bin/env bash
# Builds everything and runs every test. Needs the .NET 10 SDK; what else is missing it installs (as root) or names.
#   ./test.sh                 all
#   ./test.sh FILTER          the tests that `dotnet test --filter FILTER` picks, for example Category=Peers
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Runs a command quietly; what it says is shown if it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    rm -f "$log"
}

# Installs Debian packages where that is possible; else says what is missing. install WHY PACKAGE...
install() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "test.sh: $1. Install it first: sudo apt-get install ${*:2}" >&2
        exit 1
    fi
    echo "Installing ${*:2}"
    quietly apt-get update -qq
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -qq --no-install-recommends "${@:2}"
}

if ! command -v coap-client-notls >/dev/null; then
    install "libcoap's client is missing, and the tests talk to it" libcoap3-bin
fi

if ! command -v openssl >/dev/null || ! command -v coap-client-openssl >/dev/null; then
    install "programs that speak DTLS are missing, and the tests talk to them" openssl libcoap3-bin
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    install "Node.js is missing, and the tests talk to node-coap" nodejs npm
fi

# node-coap goes where the system has its Node.js packages, or lies in a folder of NODE_PATH.
node_coap=coap@1.5.0
if ! NODE_PATH="${NODE_PATH:-}:$(npm root --global)" node -e 'require.resolve("coap")' 2>/dev/null; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "test.sh: node-coap is missing, and the tests talk to it. Install it first: sudo npm install --global $node_coap" >&2
        exit 1
    fi
    echo "Installing $node_coap"
    quietly npm install --global --silent --no-audit --no-fund "$node_coap"
fi

# coap-shepherd is of another time: it wants an older node-coap, which its own package names by an address that is no more.
peers=/usr/local/lib/ipso-peers
# node-coap-client has DTLS.
if ! NODE_PATH="${NODE_PATH:-}:$peers/node_modules" \
    node -e 'require.resolve("coap-shepherd"); require.resolve("coap-node"); require.resolve("node-coap-client")' 2>/dev/null; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "test.sh: coap-shepherd, coap-node or node-coap-client is missing, and the tests talk to them." \
            "Run test.sh once as root, or install them into a folder of NODE_PATH." >&2
        exit 1
    fi
    echo "Installing coap-shepherd, coap-node and node-coap-client"
    mkdir -p "$peers"
    cat >"$peers/package.json" <<'PACKAGE'
{ "private": true, "dependencies": { "coap-shepherd": "0.2.11", "coap-node": "0.2.5", "node-coap-client": "2.1.0" }, "overrides": { "coap": "0.17.0" } }
PACKAGE
    quietly npm install --prefix "$peers" --silent --no-audit --no-fund
fi

# Only root can make a network that loses datagrams; for anybody else those tests are skipped.
if [ "$(id -u)" -eq 0 ] && { ! command -v nft >/dev/null || ! command -v ip >/dev/null; }; then
    install "nft or ip is missing" nftables iproute2
fi

results=$(mktemp)

# One compiler for all projects takes half the time of one for each. It is this run's own, by its name, and ends with it; no MSBuild node
# outlives the run either.
compiler="ipso-test-$$"
alone=(-nodeReuse:false -p:UseRazorBuildServer=false -p:UseSharedCompilation=true "-p:SharedCompilationId=$compiler")
trap 'rm -f "$results"; pkill -f -- "-pipename:$compiler" 2>/dev/null || true' EXIT

dotnet build Ipso.sln -c Release "${alone[@]}" -v quiet

failed=0
run() {
    # The logger says why a test failed, which -v quiet alone would keep to itself.
    dotnet test "$@" -c Release "${alone[@]}" -v quiet --logger "console;verbosity=minimal" ${filter:+--filter "$filter"} 2>&1 |
        tee -a "$results" || failed=1
}

filter=${1:-}
run Ipso.sln --no-build
# The generator runs in whatever Roslyn the user's SDK has: the oldest it supports above, a newer one here.
run tests/Ipso.Generator.Tests -p:RoslynVersion=5.0.0

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
