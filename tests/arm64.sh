#!/usr/bin/env bash
# Runs the runtime's tests on ARM64: on such a machine as they are, on others under QEMU. Needs the .NET 10 SDK, which fetches the runtime
# for ARM64 (100 MB); what else is missing it installs (as root) or names.
#   tests/arm64.sh                      everything but sockets, some ten minutes
#   tests/arm64.sh Ipso.Tests.SenML     the tests whose names begin so
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

emulator=()
if [ "$(uname -m)" != aarch64 ]; then
    libraries=/usr/aarch64-linux-gnu
    if ! command -v qemu-aarch64-static >/dev/null || [ ! -e "$libraries/lib/libstdc++.so.6" ]; then
        packages="qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross"
        if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
            echo "tests/arm64.sh: the emulator or its C libraries are missing. Install them first: sudo apt-get install $packages" >&2
            exit 1
        fi
        # shellcheck disable=SC2086
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >&2
    fi
    emulator=(qemu-aarch64-static -L "$libraries")
    # QEMU does not see code change that is mapped twice, once to write and once to execute, nor well what is compiled anew meanwhile.
    export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0
fi

dotnet publish tests/Ipso.Emulated -c Release -r linux-arm64 --self-contained -v quiet --disable-build-servers

# Sockets draw random numbers from OpenSSL, which Debian has for no other architecture than the machine's.
if [ $# -eq 0 ]; then
    set -- Ipso.Tests.{Buffers,Cbor,Json,Links,Coap,SenML,Lwm2m}.
fi

exec "${emulator[@]}" tests/Ipso.Emulated/bin/Release/net10.0/linux-arm64/publish/Ipso.Emulated "$@"
