#!/usr/bin/env bash
# Formats the given files, or all of our own: scripts/format.sh [--check] [FILE...]
set -euo pipefail
cd "$(dirname "$0")/.."
mode=(-i)
if [[ ${1:-} == --check ]]; then mode=(--dry-run -Werror); shift; fi
if [[ $# -gt 0 ]]; then files=("$@"); else mapfile -t files < <(git ls-files '*.cpp' '*.hpp'); fi
clang-format-19 "${mode[@]}" "${files[@]}"
