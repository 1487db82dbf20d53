#!/usr/bin/env bash
# Runs a suite of benchmarks, built for Release: bench/run.sh SUITE [--quick]. Without arguments it lists the suites.
set -euo pipefail
cd "$(dirname "$0")/Ipso.Benchmarks"
# Results alone go to the standard output.
dotnet build -c Release --nologo -v quiet >&2
exec dotnet bin/Release/net10.0/Ipso.Benchmarks.dll "$@"
