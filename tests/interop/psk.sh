#!/usr/bin/env bash
# openssl s_client in the place of a card at the session port of an SM-SR (SCP81, SGP.02 v4.2 section 2.4.4): both suites,
# and everything that must not get a session.
# usage: tests/interop/psk.sh /path/to/eider     exit code 77: skipped
source "$(dirname "$0")/common.sh"
eider=$(realpath "${1:?usage: psk.sh /path/to/eider}")
command -v openssl >/dev/null || skip "openssl is not installed"
enter_work
read -r functions sessions smpp < <(free_ports 3)
wait_for() {  # file, pattern
  for _ in $(seq 1200); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.05; done
  echo "WRONG $1 has no $2"; cat "$1"; exit 1
}

"$eider" pki init --out pki --m2m --smdp-host smdpp.example.com >/dev/null
"$eider" profile create -o boot.der --iccid '894900000000000000?' --imsi 001010000000001 >/dev/null 2>&1
mkdir cards
"$eider" eum make --pki pki --out-dir cards --count 1 --m2m --bootstrap boot.der --smsr-number 12345 --quiet
printf s3cret >smsc.secret
od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >transport.key
resolve=(--resolve "smsr.example.com:$functions:127.0.0.1:$functions")
"$eider" smsr init --data smsr --pki pki --functions "127.0.0.1:$functions" --sessions "127.0.0.1:$sessions" \
  --smsc "127.0.0.1:$smpp" --party "eum=2.999.5,transport.key" --party "mno=2.999.30@https://mno.example.com/" \
  "${resolve[@]}" --address 12345 >/dev/null
"$eider" smsr serve --data smsr >smsr.log 2>&1 & pids+=($!)
wait_for smsr.log "functions port"
iccid=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["profiles"][0]["iccid"])' cards/*.eis.json)
printf 'iccid,imsi,msisdn\n%s,001010000000001,4917000001\n' "$iccid" >subscriptions.csv
"$eider" eum register --pki pki "${resolve[@]}" --smsr "2.999.20@smsr.example.com:$functions" --mno 2.999.30 \
  --transport-key transport.key --subscriptions subscriptions.csv cards/*.eis.json >/dev/null

# The identity and the key that the EUM gave to the ISD-R.
read -r eid key identity other < <(python3 - cards/*.eis.json <<'PY'
import json, sys
card = json.load(open(sys.argv[1]))
sets = next(s for s in card["isdR"]["keySets"] if s["type"] == "SCP81")
key = sets["keys"][0]
def identity(eid, index=key["index"], version=sets["version"]):
    aid = "A0000005591010FFFFFFFF8900000100"
    return f"8001028110{eid}4F10{aid}8201{index:02X}8301{version:02X}"
eid = card["eid"]
print(eid, key["value"], identity(eid), identity(eid, version=sets["version"] + 1))
PY
)

# ask SUITE IDENTITY KEY [option...]: what the SM-SR says to a card that asks for its work.
ask() {
  local suite=$1 identity=$2 key=$3; shift 3
  { printf 'POST /gsma/adminagent HTTP/1.1\r\nHost: smsr.example.com\r\nX-Admin-Protocol: globalplatform-remote-admin/1.0\r\n'
    printf 'X-Admin-From: //se-id/eid/%s;//aa-id/aid/A000000559/1010FFFFFFFF8900000100\r\n\r\n' "$eid"; sleep 1; } |
    timeout 10 openssl s_client -connect "127.0.0.1:$sessions" -tls1_2 -cipher "$suite" -psk_identity "$identity" -psk "$key" \
      -quiet -ign_eof "$@" 2>&1 || true
}
expect() {  # what, pattern, text
  grep -qE "$2" <<<"$3" || { echo "WRONG $1: no $2 in"; sed 's/^/    /' <<<"$3"; exit 1; }
  echo "  $1: $(grep -oE "$2" <<<"$3" | head -n 1)"
}
for suite in PSK-AES128-GCM-SHA256 PSK-AES128-CBC-SHA256; do
  echo "== $suite"
  answer=$(ask "$suite" "$identity" "$key")
  expect "nothing to do" 'HTTP/1.1 204' "$answer"
  expect "protocol" 'X-Admin-Protocol: globalplatform-remote-admin/1.0' "$answer"
done
echo "== no session"
wrong=$(tr 0-9A-F 1-9A-F0 <<<"$key")
expect "wrong key" 'alert (decrypt error|bad record mac)' "$(ask PSK-AES128-GCM-SHA256 "$identity" "$wrong")"
expect "unknown version" 'alert (decrypt error|bad record mac|unknown psk identity)' "$(ask PSK-AES128-GCM-SHA256 "$other" "$key")"
expect "other suite" 'alert handshake failure' "$(ask PSK-AES256-GCM-SHA384 "$identity" "$key")"
answer=$(timeout 10 openssl s_client -connect "127.0.0.1:$sessions" -tls1_3 -psk_identity "$identity" -psk "$key" </dev/null 2>&1 || true)
expect "TLS 1.3" 'alert (protocol version|handshake failure)' "$answer"
answer=$(timeout 10 openssl s_client -connect "127.0.0.1:$sessions" -tls1_1 -cipher 'PSK-AES128-CBC-SHA:@SECLEVEL=0' -psk_identity "$identity" -psk "$key" </dev/null 2>&1 || true)
expect "TLS 1.1" 'alert (protocol version|handshake failure)' "$answer"
answer=$(timeout 10 openssl s_client -connect "127.0.0.1:$sessions" -tls1_2 </dev/null 2>&1 || true)
expect "without a pre-shared key" 'alert handshake failure' "$answer"
echo "all held"
