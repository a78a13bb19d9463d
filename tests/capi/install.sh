#!/usr/bin/env bash
# Installs into a prefix of its own, looks at what the libraries export and need, builds the examples with pkg-config and with
# find_package, and lets them list and download from an emulated card and an SM-DP+ as processes.
# usage: tests/capi/install.sh /path/to/eider BUILD_DIRECTORY SOURCE_DIRECTORY
source "$(dirname "$0")/../interop/common.sh"
eider=$(realpath "${1:?usage: install.sh EIDER BUILD SOURCE}")
build=$(realpath "${2:?}") source_tree=$(realpath "${3:?}")
enter_work
read -r es9 es2 metrics < <(free_ports 3)

passed=0
check() {  # description, wanted, found
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    printf '  ok    %s: %s\n' "$1" "$3"
  else
    printf '  WRONG %s: "%s", not "%s"\n' "$1" "$3" "$2"
    exit 1
  fi
}
field() { awk -v key="$1" '$1 == key { print $2 }'; }

echo "== Install"
cmake --install "$build" --prefix "$PWD/prefix" >install.log || { cat install.log; exit 1; }
lib=$(dirname "$(find prefix -name libeider-lpa.so)")
for file in bin/eider include/eider/lpa.h include/eider/lpa.hpp include/eider/lpa_net.h share/man/man1/eider-lpa-download.1 \
            share/bash-completion/completions/eider share/zsh/site-functions/_eider share/fish/vendor_completions.d/eider.fish \
            share/eider/schemas/lpa.schema.json; do
  check "$file" yes "$([ -s "prefix/$file" ] && echo yes)"
done
check "it runs" 0 "$(prefix/bin/eider --version >/dev/null; echo $?)"

echo "== Symbols"
exported() { nm -D --defined-only "$lib/$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort; }
declared() { grep -ohE "\beider_lpa_[a-z_]+\(" "prefix/include/eider/$1" | tr -d '(' | sort -u; }
needed() { readelf -dW "$lib/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sed 's/\.so.*//' | sort | tr '\n' ' '; }
check "lpa.h declares functions" yes "$([ "$(declared lpa.h | wc -l)" -ge 40 ] && echo yes)"
check "libeider-lpa.so exports what lpa.h declares, no more and no less" "" \
  "$(diff <(declared lpa.h) <(exported libeider-lpa.so) || true)"
check "libeider-lpa-net.so exports what lpa_net.h declares, no more and no less" "" \
  "$(diff <(declared lpa_net.h) <(exported libeider-lpa-net.so) || true)"
check "SONAME" "libeider-lpa.so.0" "$(readelf -dW "$lib/libeider-lpa.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
foreign=$(needed libeider-lpa.so | tr ' ' '\n' | grep -vxE 'libcrypto|libstdc\+\+|libgcc_s|libm|libc|ld-linux.*|' || true)
check "it needs nothing but OpenSSL and the language" "" "$foreign"
check "OpenSSL it does need" 1 "$(needed libeider-lpa.so | tr ' ' '\n' | grep -cx libcrypto)"
check "the other one takes its answers to it" 1 "$(nm -D --undefined-only "$lib/libeider-lpa-net.so" | grep -c eider_lpa_http_reply_body)"
check "nothing is relocated in code" 0 "$(readelf -dW "$lib/libeider-lpa.so" "$lib/libeider-lpa-net.so" | grep -c TEXTREL || true)"

echo "== Examples, by pkg-config"
export PKG_CONFIG_PATH=$lib/pkgconfig
mkdir plain
read -ra flags <<<"$(pkg-config --cflags --libs eider-lpa-net)"
examples=$source_tree/examples/lpa
cc -std=c99 -pedantic -Wall -Wextra -Werror "$examples/lpa_list.c" "${flags[@]}" "-Wl,-rpath,$PWD/$lib" -o plain/lpa_list
c++ -std=c++20 -pedantic -Wall -Wextra -Werror "$examples/lpa_download.cpp" "${flags[@]}" "-Wl,-rpath,$PWD/$lib" -o plain/lpa_download
check "version" "$(pkg-config --modversion eider-lpa)" "$(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")/\1/p' "$lib/cmake/EiderLpa/EiderLpaConfigVersion.cmake")"
echo "== Examples, by find_package"
cmake -S "$examples" -B found -DCMAKE_PREFIX_PATH="$PWD/prefix" >found.log 2>&1 && cmake --build found >>found.log 2>&1 ||
  { cat found.log; exit 1; }
check "built" "2" "$(find found -maxdepth 1 -name 'lpa_*' -type f -executable | wc -l)"
# C without the C++ header, and C++ without exceptions.
printf '#include <eider/lpa.hpp>\nint main() { return eider::sdk::Lpa::create(eider::sdk::Config()) ? 1 : 0; }\n' >bare.cpp
c++ -std=c++20 -fno-exceptions -fno-rtti bare.cpp $(pkg-config --cflags --libs eider-lpa) "-Wl,-rpath,$PWD/$lib" -o bare
check "without exceptions and RTTI" 0 "$(./bare; echo $?)"

echo "== A card and an SM-DP+"
"$eider" pki init --out pki --smdp-host localhost >/dev/null
"$eider" eum make --pki pki --out card.eider --quiet
eid=$("$eider" card show card.eider --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["eid"])')
"$eider" card serve card.eider --tcp 127.0.0.1:0 >card.log 2>&1 & pids+=($!)
for _ in $(seq 200); do grep -q 'tcp:127' card.log && break; sleep 0.05; done
port=$(sed -n 's/.*at tcp:127.0.0.1:\([0-9]*\).*/\1/p' card.log)
check "an empty card" "EID $eid, SGP.22 v2.6.1" "$(plain/lpa_list --tcp "$port")"
"$eider" smdpp init --data smdpp --pki pki --address "localhost:$es9" --operator op \
  --es9plus "127.0.0.1:$es9" --es2plus "127.0.0.1:$es2" --metrics "127.0.0.1:$metrics" >/dev/null
cat >metadata.json <<JSON
{"serviceProviderName": "Eider Mobile", "profileName": "By library",
 "notifications": [{"events": ["install", "enable"], "address": "localhost:$es9"}]}
JSON
"$eider" profile create --output one.der --iccid "8988211000000000001?" --imsi 001010000000001 2>/dev/null
"$eider" smdpp import --data smdpp --type op-default --metadata metadata.json --package one.der >/dev/null
"$eider" smdpp serve --data smdpp >smdpp.log 2>&1 & pids+=($!)
for _ in $(seq 200); do grep -q 'metrics port' smdpp.log && break; sleep 0.05; done
"$eider" order --smdp "localhost:$es2" --pki pki --json place --type op-default >order.json
code=$(python3 -c 'import json; print(json.load(open("order.json"))["activationCode"])')
iccid=$(python3 -c 'import json; print(json.load(open("order.json"))["iccid"])')
ci=$(find pki -name '*ci*p256*.pem' -o -name '*ci*p256*.der' | grep -v key | head -1)

echo "== Download"
export CARD_PORT=$port
status=0; echo n | found/lpa_download "$code" "$ci" >refused.txt 2>&1 || status=$?
check "the user postpones" "1 postponed" "$status $(grep -o postponed refused.txt | head -1)"
status=0; echo y | plain/lpa_download "$code" /dev/null >untrusted.txt 2>&1 || status=$?
check "without a CI there is no TLS" 1 "$status"
check "the user agrees" "Installed $iccid, enabled" "$(echo y | plain/lpa_download "$code" "$ci" 2>&1 | grep -o 'Installed.*' || true)"
check "it is there" "$iccid  enabled   By library (Eider Mobile)" "$(found/lpa_list --tcp "$port" | tail -1)"
status=0; echo y | plain/lpa_download "$code" "$ci" >again.txt 2>&1 || status=$?
check "the code is used up" "1 8.2.6/3.8" "$status $(grep -o '8.2.6/3.8' again.txt | head -1)"
status=0; plain/lpa_list --tcp 1 >nothing.txt 2>&1 || status=$?
check "no card" "1 not reached" "$status $(grep -o 'not reached' nothing.txt | head -1)"
check "the Operator's side" Installed "$("$eider" smdpp profiles list --data smdpp --json | python3 -c 'import json,sys
v = json.load(sys.stdin)
print(v[0]["state"])')"
echo "$passed checks passed"
