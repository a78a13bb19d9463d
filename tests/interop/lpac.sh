#!/usr/bin/env bash
# Runs an unmodified lpac against our card (through pcscd and vpcd) and our SM-DP+, and checks card and server
# with our own tools after each step. Needs root (for a private /run/pcscd), pcscd, vsmartcard-vpcd, python3.
# usage: LPAC=/path/to/lpac tests/interop/lpac.sh /path/to/eider     exit code 77: skipped
source "$(dirname "$0")/common.sh"
eider=$(realpath "${1:?usage: lpac.sh /path/to/eider}")
[ -n "${LPAC:-}" ] || skip "set LPAC=/path/to/lpac"
[ -x "$LPAC" ] || skip "$LPAC is not a program"
need_pcscd
enter_work
read -r es9 es2 metrics vpcd ds11 ds12 dsm < <(free_ports 7)
address=localhost:$es9

# ---- What both sides say ----
passed=0
check() {  # description, wanted, found
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    printf '  ok    %s: %s\n' "$1" "$3"
  else
    printf '  WRONG %s: %s, not %s\n' "$1" "$3" "$2"
    [ -s lpac.log ] && tail -5 lpac.log
    exit 1
  fi
}
field() { python3 -c 'import json,sys
v = json.load(sys.stdin)
for k in sys.argv[1].split("."):
    v = v[int(k)] if isinstance(v, list) else v.get(k)
    if v is None: break
print("" if v is None else str(v).lower() if isinstance(v, bool) else v)' "$1"; }
lpac() {  # arguments; the payload goes to lpac.json, failure is an error
  echo "lpac $*"
  PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm LPAC_APDU=pcsc LPAC_HTTP=curl "$LPAC" "$@" >lpac.out 2>lpac.log || true
  grep '"type":"lpa"' lpac.out | tail -1 >lpac.json
  check "lpac's result" success "$(field payload.message <lpac.json)"
}
server() { "$eider" smdpp profiles show "$1" --data smdpp --json | field "$2"; }
on_card() {  # iccid, member of its row; our view of the card file
  "$eider" card show card.eider --json | python3 -c 'import json,sys
rows = [p for p in json.load(sys.stdin)["profiles"] if p["iccid"].rstrip("F") == sys.argv[1]]
print(rows[0].get(sys.argv[2], "") if rows else "absent")' "$1" "$2"
}
waiting() { "$eider" card show card.eider --json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["notifications"]))'; }
lpac_state() { python3 -c 'import json,sys
rows = [p for p in json.load(open("lpac.json"))["payload"]["data"] if p["iccid"] == sys.argv[1]]
print(rows[0][sys.argv[2]] if rows else "absent")' "$1" "$2"; }

# ---- The house: PKI, card, SM-DP+ with two Profiles, reader ----
"$eider" pki init --out pki --smdp-host localhost --smds-host localhost >/dev/null
"$eider" eum make --pki pki --out card.eider --quiet
"$eider" smdpp init --data smdpp --pki pki --address "$address" --operator op \
  --es9plus "127.0.0.1:$es9" --es2plus "127.0.0.1:$es2" --metrics "127.0.0.1:$metrics" >/dev/null
cat >metadata.json <<JSON
{"serviceProviderName": "Eider Mobile", "profileName": "Interop", "profileOwner": {"mcc": "001", "mnc": "01"},
 "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": "$address"}]}
JSON
for n in 1 2; do
  "$eider" profile create --output "$n.der" --iccid "898821100000000000$n?" --imsi "00101000000000$n" 2>/dev/null
  "$eider" smdpp import --data smdpp --type op-default --metadata metadata.json --package "$n.der" >/dev/null
done
"$eider" smdpp serve --data smdpp >smdpp.log 2>&1 & pids+=($!)
for _ in $(seq 1200); do grep -q ES9+ smdpp.log && break; sleep 0.05; done

"$eider" smds init --data smds --pki pki --address "localhost:$ds11" --es11 "127.0.0.1:$ds11" --es12 "127.0.0.1:$ds12" \
  --metrics "127.0.0.1:$dsm" >/dev/null
"$eider" smds serve --data smds >smds.log 2>&1 & pids+=($!)
for _ in $(seq 1200); do grep -q ES11 smds.log && break; sleep 0.05; done

start_pcscd "$vpcd"
"$eider" card serve card.eider --vpcd --vpcd-at "127.0.0.1:$vpcd" --trace apdu.log >card.log 2>&1 & pids+=($!)
for _ in $(seq 60); do
  PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm LPAC_APDU=pcsc "$LPAC" chip info >lpac.out 2>/dev/null && grep -q success lpac.out && break
  sleep 0.25
done

order() {  # arguments of `eider order place`; prints iccid and code
  "$eider" order --smdp "localhost:$es2" --pki pki --json place --type op-default --address "$address" "$@" |
    python3 -c 'import json,sys; o = json.load(sys.stdin); print(o["iccid"], o["activationCode"])'
}

echo "== chip"
lpac chip info
check "EID" "$("$eider" card show card.eider --json | field eid)" "$(field payload.data.eidValue <lpac.json)"
check "SGP.22 version" 2.6.1 "$(field payload.data.EUICCInfo2.svn <lpac.json)"

echo "== discovery"
lpac profile discovery -s "localhost:$ds11"
check "events" 0 "$(python3 -c 'import json; print(len(json.load(open("lpac.json"))["payload"]["data"] or []))')"
eid=$("$eider" card show card.eider --json | field eid)
read -r waiting_iccid _ < <(order --eid "$eid" --smds "localhost:$ds12")
lpac profile discovery -s "localhost:$ds11"
check "SM-DP+ found" "$address" "$(python3 -c 'import json; d = json.load(open("lpac.json"))["payload"]["data"][0]; print(d if isinstance(d, str) else d["rspServerAddress"])')"
matching=$("$eider" smds list --data smds --json | field events.0.eventId)
"$eider" order --smdp "localhost:$es2" --pki pki cancel --iccid "$waiting_iccid" --eid "$eid" --matching-id "$matching" >/dev/null

echo "== download by activation code"
read -r first code < <(order)
lpac profile download -a "$code"
check "card" disabled "$(on_card "$first" state)"
check "server" Downloaded "$(server "$first" state)"
echo "  notifications waiting: $(waiting)"
lpac notification process -a -r
check "notifications waiting" 0 "$(waiting)"
check "server" Installed "$(server "$first" state)"

echo "== list, nickname"
lpac profile list
check "lpac's view" disabled "$(lpac_state "$first" profileState)"
lpac profile nickname "$first" Travel
lpac profile list
check "nickname" Travel "$(lpac_state "$first" profileNickname)"

echo "== enable"
lpac profile enable "$first"
lpac profile list
check "lpac's view" enabled "$(lpac_state "$first" profileState)"
check "card" enabled "$(on_card "$first" state)"
lpac notification list
check "event" enable "$(field payload.data.0.profileManagementOperation <lpac.json)"
lpac notification process "$(field payload.data.0.seqNumber <lpac.json)" -r
check "server" enabled "$(server "$first" onCard)"

echo "== download with confirmation code"
read -r second code < <(order --confirmation-code 4711)
lpac profile download -a "$code" -c 4711
lpac notification process -a -r
check "card" disabled "$(on_card "$second" state)"
check "server" Installed "$(server "$second" state)"

echo "== switch, disable"
lpac profile enable "$second"
check "card, first" disabled "$(on_card "$first" state)"
check "card, second" enabled "$(on_card "$second" state)"
lpac profile disable "$second"
check "card, second" disabled "$(on_card "$second" state)"
lpac notification process -a -r
check "server, first" disabled "$(server "$first" onCard)"
check "server, second" disabled "$(server "$second" onCard)"

echo "== delete"
lpac profile delete "$second"
check "card" absent "$(on_card "$second" state)"
lpac notification list
check "event" delete "$(field payload.data.0.profileManagementOperation <lpac.json)"
lpac notification process -a -r
check "server" deleted "$(server "$second" onCard)"

echo "== notification remove, default SM-DP+"
lpac profile delete "$first"
lpac notification list
lpac notification remove "$(field payload.data.0.seqNumber <lpac.json)"
check "notifications waiting" 0 "$(waiting)"
lpac chip defaultsmdp smdp.example.com
lpac chip info
check "default SM-DP+" smdp.example.com "$(field payload.data.EuiccConfiguredAddresses.defaultDpAddress <lpac.json)"

echo "== eider lpa through the same reader"
PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm "$eider" lpa chip --json --pcsc "Virtual PCD 00 00" >ours.json
check "EID" "$("$eider" card show card.eider --json | field eid)" "$(field eid <ours.json)"
check "default SM-DP+" smdp.example.com "$(field defaultDpAddress <ours.json)"

version=$(PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm "$LPAC" version 2>/dev/null | field payload.data || true)
echo "lpac ${version:-of unknown version}: $passed checks passed, $(grep -c ' C ' apdu.log) APDUs"
