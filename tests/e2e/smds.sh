#!/usr/bin/env bash
# Discovery over real processes: SM-DP+ to a Root SM-DS, and SM-DP+ to an Alternative SM-DS to the Root; the LPA finds and
# downloads; events vanish after completion, cancellation and expiry; a Root that is down for a while loses nothing.
# usage: tests/e2e/smds.sh /path/to/eider
source "$(dirname "$0")/../interop/common.sh"
eider=$(realpath "${1:?usage: smds.sh /path/to/eider}")
export EIDER_LPA_ALLOW_PRIVATE=true  # the servers are on this machine
enter_work
read -r es9 es2 metrics root11 root12 rootm alt11 alt12 altm < <(free_ports 9)

passed=0
check() {  # description, wanted, found
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    printf '  ok    %s: %s\n' "$1" "$3"
  else
    printf '  WRONG %s: "%s", not "%s"\n' "$1" "$3" "$2"
    tail -n 5 ./*.log
    exit 1
  fi
}
json() { python3 -c 'import json,sys
v = json.load(sys.stdin)
print(eval(sys.argv[1], {"v": v, "len": len}))' "$1"; }
events() { "$eider" smds list --data "$1" --json | json 'len(v["events"])'; }
until_gone() {  # store; waits for its events to go
  for _ in $(seq 300); do [ "$(events "$1")" = 0 ] && break; sleep 0.2; done
  events "$1"
}
discover() { "$eider" lpa --card card.eider --state lpa.state --pki pki --yes --json discover "$@"; }

# ---- The house ----
"$eider" pki init --out pki --smdp-host localhost --smds-host localhost >/dev/null
"$eider" pki issue --dir pki --role dsauth --oid 2.999.16 --name dsauth-alt >/dev/null
"$eider" pki issue --dir pki --role dstls --oid 2.999.16 --host localhost --name dstls-alt >/dev/null
"$eider" eum make --pki pki --out card.eider --smds "localhost:$root11" --quiet
eid=$("$eider" card show card.eider --json | json 'v["eid"]')
"$eider" smdpp init --data smdpp --pki pki --address "localhost:$es9" --operator op \
  --es9plus "127.0.0.1:$es9" --es2plus "127.0.0.1:$es2" --metrics "127.0.0.1:$metrics" >/dev/null
"$eider" smds init --data root --pki pki --address "localhost:$root11" --oid 2.999.15 \
  --es11 "127.0.0.1:$root11" --es12 "127.0.0.1:$root12" --metrics "127.0.0.1:$rootm" >/dev/null
"$eider" smds init --data alt --pki pki --address "localhost:$alt11" --oid 2.999.16 --root "localhost:$root12" \
  --es11 "127.0.0.1:$alt11" --es12 "127.0.0.1:$alt12" --metrics "127.0.0.1:$altm" >/dev/null
cat >metadata.json <<JSON
{"serviceProviderName": "Eider Mobile", "profileName": "Discovered", "profileOwner": {"mcc": "001", "mnc": "01"},
 "notifications": [{"events": ["install"], "address": "localhost:$es9"}]}
JSON
for n in 1 2 3 4 5 6; do
  "$eider" profile create --output "$n.der" --iccid "898821100000000000$n?" --imsi "00101000000000$n" 2>/dev/null
  "$eider" smdpp import --data smdpp --type op-default --metadata metadata.json --package "$n.der" >/dev/null
done

serve() {  # role, data; waits until it listens
  : >"$2.log"  # what it said before it was killed counts no more
  "$eider" "$1" serve --data "$2" >>"$2.log" 2>&1 & pids+=($!); last=$!
  for _ in $(seq 1200); do grep -q 'metrics port' "$2.log" && return; sleep 0.05; done
  echo "$2 does not start"; cat "$2.log"; exit 1
}
serve smdpp smdpp
serve smds root; root_pid=$last
serve smds alt

order() {  # SM-DS of ES12; prints iccid and matchingId
  "$eider" order --smdp "localhost:$es2" --pki pki --json place --type op-default --eid "$eid" --smds "$1" |
    json 'v["iccid"] + " " + v["matchingId"]'
}

echo "== SM-DP+ to the Root"
check "nothing waits" 0 "$(discover | json 'len(v["events"])')"
read -r iccid event < <(order "localhost:$root12")
check "events at the Root" 1 "$(events root)"
discover >found.json
check "discovered at" "localhost:$es9" "$(json 'v["events"][0]["smdpAddress"]' <found.json)"
check "under" "$event" "$(json 'v["events"][0]["eventId"]' <found.json)"
discover --download >done.json
check "downloaded" "$iccid" "$(json 'v["events"][0]["profile"]["iccid"]' <done.json)"
check "events after completion" 0 "$(until_gone root)"

echo "== SM-DP+ to the Alternative to the Root"
read -r iccid event < <(order "localhost:$alt12")
check "events at the Alternative" 1 "$(events alt)"
check "the Root sends LPAs to" "localhost:$alt11" "$("$eider" smds list --data root --json | json 'v["events"][0]["rspServerAddress"]')"
discover --download >done.json
check "by way of" "localhost:$root11 localhost:$alt11" "$(json '" ".join(v["events"][0]["via"])' <done.json)"
check "downloaded" "$iccid" "$(json 'v["events"][0]["profile"]["iccid"]' <done.json)"
check "events after completion, Alternative" 0 "$(until_gone alt)"
check "events after completion, Root" 0 "$(until_gone root)"

echo "== Cancellation, while the Root is away"
read -r iccid event < <(order "localhost:$root12")
kill -9 "$root_pid"; wait "$root_pid" 2>/dev/null || true
"$eider" order --smdp "localhost:$es2" --pki pki cancel --iccid "$iccid" --eid "$eid" --matching-id "$event" >/dev/null
check "event outlives kill -9" 1 "$(events root)"
serve smds root; root_pid=$last
check "events after cancellation" 0 "$(until_gone root)"

echo "== Expiry at the SM-DS"
read -r iccid event < <(order "localhost:$root12")
check "events" 1 "$(events root)"
python3 - <<'PY'
import sqlite3
c = sqlite3.connect("root/smds.db", timeout=10)
c.execute("UPDATE event SET expires_at=1"), c.commit()
PY
check "nothing waits any more" 0 "$(discover | json 'len(v["events"])')"
check "events after expiry" 0 "$(until_gone root)"

echo "== The LPA asks by itself"
daemon() { exec "$eider" lpa --card card.eider --state daemon.state --pki pki --json "$@" >>daemon.log 2>&1; }
says() {  # a value of the daemon's last line of this event, once there are as many such lines
  for _ in $(seq 600); do
    [ "$(grep -c "\"event\":\"$1\"" daemon.log)" -ge "$2" ] && break
    sleep 0.1
  done
  grep "\"event\":\"$1\"" daemon.log | tail -n 1 | json "$3"
}
: >daemon.log
daemon --yes daemon --policy sparing --no-default-smdp & lpa_pid=$!; pids+=("$lpa_pid")
check "plans by the time of its start" start "$(says planned 1 'v["occasion"]')"
read -r iccid event < <(order "localhost:$alt12")
kill -USR1 "$lpa_pid"
check "installed, asked by the End User" "$iccid" "$(says installed 1 'v["iccid"]')"
check "events after completion" 0 "$(until_gone root)"
check "one daemon for one card" 1 "$( ("$eider" lpa --card card.eider --state daemon.state daemon --once || true) 2>&1 | grep -c 'another daemon')"
kill "$lpa_pid"; wait "$lpa_pid" && ended=0 || ended=$?
check "ends in order" 0 "$ended"
check "keeps its times" 1 "$(grep -c '^next ' daemon.state.polling)"

echo "== The LPA on D-Bus"
if command -v dbus-daemon >/dev/null && command -v dbus-send >/dev/null; then
  { read -r DBUS_SESSION_BUS_ADDRESS; read -r bus_pid; } < <(dbus-daemon --session --fork --print-address=1 --print-pid=1)
  export DBUS_SESSION_BUS_ADDRESS; pids+=("$bus_pid")
  lpa1() { dbus-send --session --print-reply=literal --dest=org.eider.Lpa1 /org/eider/Lpa1 "$@"; }
  : >daemon.log
  daemon daemon --manual --bus session --no-default-smdp & lpa_pid=$!; pids+=("$lpa_pid")
  read -r iccid event < <(order "localhost:$root12")
  # The first call meets a daemon that has just got its name.
  for _ in $(seq 600); do
    lpa1 --reply-timeout=15000 org.eider.Lpa1.CheckNow >/dev/null 2>bus.err && break
    grep -q NoReply bus.err && break
    sleep 0.01
  done
  check "CheckNow is answered" 0 "$(grep -c . bus.err || true)"
  check "waits for the End User" "$event Discovered" "$(says waiting 1 'v["eventId"] + " " + v["profileName"]')"
  check "shown on the bus" 1 "$(lpa1 org.freedesktop.DBus.Properties.Get string:org.eider.Lpa1 string:Waiting | grep -c "$event")"
  check "what does not wait is refused" 1 "$( (lpa1 org.eider.Lpa1.Accept string:localhost string:x || true) 2>&1 | grep -c 'nothing waits')"
  lpa1 org.eider.Lpa1.Accept "string:localhost:$es9" "string:$event" >/dev/null
  check "installed, agreed to by the End User" "$iccid" "$(says installed 1 'v["iccid"]')"
  kill "$lpa_pid"
else
  echo "  skipped: no dbus-daemon or dbus-send here"
fi

echo "== Who may call"
check "ES12 without a certificate" 000 "$(curl -sk -o /dev/null -w '%{http_code}' -X POST "https://localhost:$root12/gsma/rsp2/es12/registerEvent" -H 'Content-Type: application/json' -d '{}' || true)"
curl -s "http://127.0.0.1:$rootm/metrics" >metrics.txt
check "metrics" 1 "$(grep -c '^eider_smds_events ' metrics.txt)"
echo "$passed checks passed"
