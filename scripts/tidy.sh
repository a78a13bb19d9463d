#!/usr/bin/env bash
# clang-tidy with the checks of .clang-tidy over the given sources, or over all of src/ and apps/: scripts/tidy.sh [FILE.cpp...]
set -euo pipefail
cd "$(dirname "$0")/.."
# A tree of its own that is never built: no precompiled headers, and every source has its own command.
cmake --preset asan -B build/tidy -DEIDER_PCH=OFF -DEIDER_UNITY=0 >/dev/null
if [[ $# -gt 0 ]]; then files=("$@"); else mapfile -t files < <(git ls-files 'src/*.cpp' 'apps/*.cpp'); fi
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p build/tidy --quiet
