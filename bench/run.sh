#!/usr/bin/env bash
# Runs a suite of benchmarks, built for Release: bench/run.sh SUITE [--quick] [--document]. Without arguments it lists the suites.
set -euo pipefail
cd "$(dirname "$0")/Ipso.Benchmarks"

# The size suite publishes native programs: the platform's linker and zlib's headers go into them.
if [[ " ${*} " == *" size "* || " ${*} " == *" all "* ]] && ! { command -v clang && [ -e /usr/include/zlib.h ]; } >/dev/null; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "bench/run.sh: clang and zlib's headers are missing. Install them first: sudo apt-get install clang zlib1g-dev" >&2
        exit 1
    fi
    echo "Installing clang and zlib1g-dev" >&2
    log=$(mktemp)
    if ! { apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends clang zlib1g-dev; } >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    rm -f "$log"
fi

# Results alone go to the standard output.
dotnet build -c Release --nologo -v quiet >&2

# DTLS is measured against OpenSSL called from C, where there is a compiler and OpenSSL's headers.
if [[ " ${*} " == *" security "* || " ${*} " == *" all "* ]] && command -v gcc >/dev/null && [ -e /usr/include/openssl/ssl.h ]; then
    gcc -O2 -shared -fPIC -o bin/Release/net10.0/libipso_dtls_pair.so Security/dtls_pair.c -lssl -lcrypto >&2
fi

exec dotnet bin/Release/net10.0/Ipso.Benchmarks.dll "$@"
