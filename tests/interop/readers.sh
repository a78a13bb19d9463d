#!/usr/bin/env bash
# Profiles that were downloaded over HTTPS and enabled, read through PC/SC by programs that are not ours: pyscard scripts,
# opensc-tool and pcsc_scan. Values come from 3GPP TS 34.108 and TS 35.208 or are computed by the script itself.
# usage: tests/interop/readers.sh /path/to/eider [PACKAGE.der ...]     exit code 77: skipped
# Without packages: those of TS.48 in $EIDER_SHARED/data/ts48 or ../shared/data/ts48. Needs root (a private /run/pcscd),
# pcscd, vsmartcard-vpcd, python3-pyscard; uses opensc-tool and pcsc_scan when they are there.
source "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
eider=$(realpath "${1:?usage: readers.sh /path/to/eider [PACKAGE.der ...]}"); shift
need_pcscd
/usr/bin/python3 -c 'import smartcard' 2>/dev/null || skip "python3-pyscard is not installed"
oracles=${EIDER_SHARED:-$here/../../../shared}/data/oracles
packages=()
for f in "$@"; do packages+=("$(realpath "$f")"); done
if [ $# = 0 ]; then
  shared=${EIDER_SHARED:-$here/../../../shared}
  for f in "$shared"/data/ts48/*.der; do [ -e "$f" ] && packages+=("$(realpath "$f")"); done
fi
export EIDER_LPA_ALLOW_PRIVATE=true  # the servers are on this machine
enter_work
read -r es9 es2 metrics vpcd < <(free_ports 4)

# A Profile of our own with the keys of TS 35.208 test set 1.
"$eider" profile create --output set1.der --iccid 8949000000000000003 --imsi 262019876543210 --spn Eider --pin1 1234 --puk1 12345678 \
  --pin-enabled --k 465B5CE8B199B49FAA5F0A2EE238A6BC --op CDC202D5123E20F62B6D676AC72CB318 >/dev/null 2>&1
packages+=("$work/set1.der")

"$eider" pki init --out pki --smdp-host localhost >/dev/null
start_pcscd "$vpcd"
export PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm

n=0
for package in "${packages[@]}"; do
  n=$((n + 1))
  name=$(basename "$package" .der)
  printf '== %s\n' "$name"
  class=test; [ "$name" = set1 ] && class=operational
  printf '{"serviceProviderName":"Readers","profileName":"%s","profileClass":"%s"}' "$name" "$class" >meta.json
  "$eider" eum make --pki pki --out "card$n.eider" --java-card --quiet
  "$eider" smdpp init --data "smdpp$n" --pki pki --address "localhost:$es9" --operator op --es9plus "127.0.0.1:$es9" \
    --es2plus "127.0.0.1:$es2" --metrics "127.0.0.1:$metrics" >/dev/null
  "$eider" smdpp import --data "smdpp$n" --type op-default --metadata meta.json --allow-known-ota-keys --package "$package" >/dev/null
  "$eider" smdpp serve --data "smdpp$n" >"smdpp$n.log" 2>&1 & server=$!; pids+=("$server")
  for _ in $(seq 1200); do grep -q metrics "smdpp$n.log" && break; sleep 0.05; done
  code=$("$eider" order --smdp "localhost:$es2" --pki pki --json place --type op-default --address "localhost:$es9" |
    python3 -c 'import json,sys; print(json.load(sys.stdin)["activationCode"])')
  "$eider" lpa --card "card$n.eider" --pki pki --yes download "$code" --enable --allow-class test >"lpa$n.log" 2>&1 ||
    { cat "lpa$n.log"; exit 1; }
  kill "$server"; wait "$server" 2>/dev/null || true
  "$eider" card serve "card$n.eider" --vpcd --vpcd-at "127.0.0.1:$vpcd" >"card$n.log" 2>&1 & card=$!; pids+=("$card")
  /usr/bin/python3 "$here/readers.py" "$name" "$package" "$oracles"
  if command -v opensc-tool >/dev/null; then
    atr=$(opensc-tool --reader 0 --atr 2>/dev/null | tr -d ':\n ')
    iccid=$(opensc-tool --reader 0 -s 00:A4:00:04:02:3F:00 -s 00:A4:00:04:02:2F:E2 -s 00:B0:00:00:0A 2>/dev/null | tail -1 | cut -c1-29 | tr -d ' ')
    echo "  opensc-tool: ATR $atr, EF.ICCID $iccid"
    [ "$iccid" = "$(cat iccid.hex)" ] || { echo "  WRONG: pyscard read $(cat iccid.hex)"; exit 1; }
  fi
  kill "$card"; wait "$card" 2>/dev/null || true
done
echo "$n Profiles read"
