#!/usr/bin/env bash
# Everything that must hold before a change goes in: include rule, format, build, tests, tests under sanitizers, fuzzers.
#   scripts/test.sh            all stages, stops with the first that fails
#   scripts/test.sh --quick    release build and its tests only
# EIDER_FUZZ_SECONDS (default 3) is the time each fuzzer gets, EIDER_JOBS the number of parallel compilations,
# EIDER_UNITY the number of sources of a test program compiled as one (the presets say how many otherwise).
# The last line is always "N passed, N failed, N skipped", counted over the tests of the release build.
set -uo pipefail
cd "$(dirname "$0")/.."

quick=0
for argument in "$@"; do
  case $argument in
    --quick) quick=1 ;;
    *) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
  esac
done
jobs=${EIDER_JOBS:-$(nproc)}
fuzz_seconds=${EIDER_FUZZ_SECONDS:-3}
report=build/release/tests.xml

# A stage that failed without a failed test (a build, a fuzzer) counts as one failure.
summary() {
  python3 - "$report" "${1:-0}" <<'PY'
import sys
import xml.etree.ElementTree as tree
try:
    suite = tree.parse(sys.argv[1]).getroot()
except (OSError, tree.ParseError):
    print("0 passed, 1 failed, 0 skipped")
    sys.exit()
total, failed, skipped, off = (int(suite.get(k, 0)) for k in ("tests", "failures", "skipped", "disabled"))
failed_stage = sys.argv[2] == "1" and failed == 0
print(f"{total - failed - skipped - off} passed, {failed + failed_stage} failed, {skipped + off} skipped")
PY
}

# Every stage tells its wall-clock and processor time; the list of them ends the output.
stage_times=()
# Of the children that have ended; a subshell would count only its own.
processor_time() { times >build/times; processor_seconds=$(awk -F'[ms ]+' 'NR == 2 { print int($1 * 60 + $2 + $3 * 60 + $4) }' build/times); }
stage() {
  local name=$1 start=$SECONDS used
  processor_time; used=$processor_seconds
  shift
  echo "== $name"
  if "$@"; then
    processor_time; used=$((processor_seconds - used))
    stage_times+=("$(printf '%6d s  %6d s of processor time  %s' $((SECONDS - start)) "$used" "$name")")
    echo "== $name: ok, $((SECONDS - start)) s"
  else
    echo "== $name: FAILED after $((SECONDS - start)) s"
    summary 1
    exit 1
  fi
}

configure() { cmake --preset "$@" ${EIDER_UNITY:+-DEIDER_UNITY=$EIDER_UNITY} >build/configure.log 2>&1 || { cat build/configure.log; return 1; }; }
# Quiet unless it fails; then the compiler's words alone.
compile() {
  cmake --build "$1" -j "$jobs" "${@:2}" >build/compile.log 2>&1 || { grep -v '^\[[0-9]*/' build/compile.log | tail -60; return 1; }
}

release_build() { configure release && compile build/release; }
release_tests() {
  ctest --test-dir build/release -j "$jobs" --output-on-failure --timeout 300 --output-junit "$PWD/$report" >build/ctest.log 2>&1 && return 0
  grep -vE '^ *(Start|[0-9]+/[0-9]+ .*Passed)' build/ctest.log | tail -120
  return 1
}
# One tree serves both the tests under sanitizers and the fuzzers, so that the libraries are built only once.
sanitizer_build() { configure asan -DEIDER_FUZZ=ON && compile build/asan; }
sanitizer_one() {
  local log
  log=build/asan-logs/$(basename "$1").log
  timeout 900 "$1" --gtest_brief=1 >"$log" 2>&1 || { echo "$1: FAILED"; tail -80 "$log"; return 1; }
}
export -f sanitizer_one
# The programs of a folder, the largest first: they take longest. None at all is a failure.
programs() {
  local found
  found=$(find "$1" -maxdepth 1 -name "$2" -type f -executable -printf '%s %p\n' 2>/dev/null | sort -rn | cut -d' ' -f2)
  [[ -n $found ]] || { echo "no $2 in $1" >&2; return 1; }
  echo "$found"
}
sanitizer_tests() {
  local found
  found=$(programs build/asan/tests 'test_*') || return 1
  rm -rf build/asan-logs && mkdir -p build/asan-logs
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
  xargs -P "$jobs" -I{} bash -c 'sanitizer_one {}' <<<"$found"
}
fuzz_one() {
  local program=$1 seconds=$2 name work
  name=$(basename "$program"); name=${name#fuzz_}
  work=build/fuzz-work/$name
  rm -rf "$work" && mkdir -p "$work"
  local seeds=(); [[ -d fuzz/corpus/$name ]] && seeds=("fuzz/corpus/$name")
  if timeout $((seconds + 60)) "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1500 -max_len=4096 -print_final_stats=1 \
    -artifact_prefix="build/fuzz-work/$name-" "$work" "${seeds[@]}" >"build/fuzz-work/$name.log" 2>&1; then
    echo "   $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz-work/$name.log") inputs"
  else
    echo "   $name: FAILED"; tail -60 "build/fuzz-work/$name.log"; return 1
  fi
}
export -f fuzz_one
fuzzers() {
  local found
  found=$(programs build/asan/fuzz 'fuzz_*') || return 1
  mkdir -p build/fuzz-work
  xargs -P "$jobs" -I{} bash -c 'fuzz_one {} '"$fuzz_seconds" <<<"$found"
}

mkdir -p build
rm -f "$report"
stage "setup" scripts/setup.sh
stage "include rule" scripts/check-includes.py
stage "names in unity builds" scripts/check-unity.py
stage "format" scripts/format.sh --check
stage "release build" release_build
stage "release tests" release_tests
if [[ $quick -eq 0 ]]; then
  if [[ -f scripts/check-interfaces.py ]]; then stage "interface table" scripts/check-interfaces.py; fi
  stage "sanitizer build" sanitizer_build
  stage "sanitizer tests" sanitizer_tests
  stage "fuzzers, $fuzz_seconds s each" fuzzers
fi
printf '%s\n' "${stage_times[@]}"
echo "== all stages: ok, $SECONDS s"
summary
