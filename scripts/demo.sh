#!/usr/bin/env bash
# An operator's order becomes an enabled eSIM profile: PKI, inventory, card, SM-DP+ and LPA as separate processes.
#   scripts/demo.sh                 installs what is missing, builds, runs both acts: consumer (SGP.22) and M2M (SGP.02)
#   scripts/demo.sh --m2m           the second act alone: a fleet of M2M cards
#   scripts/demo.sh --consumer      the first alone
#   EIDER=/path/to/eider scripts/demo.sh    runs with that program, without building
# Everything the run made stays in demo-out/ to be looked at.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${EIDER:-} ]]; then
  scripts/setup.sh
  mkdir -p build
  if [[ ! -f build/release/build.ninja ]]; then cmake --preset release >build/configure.log; fi
  echo "== building (progress in build/compile.log)"
  cmake --build build/release --target eider >build/compile.log 2>&1 || { tail -40 build/compile.log; exit 1; }
  EIDER=$PWD/build/release/apps/eider/eider
fi
case ${1:-} in
  --m2m) EIDER=$EIDER exec scripts/demo-m2m.sh ;;
  "" | --consumer) ;;
  *) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
act=${1:-both}
started=$(date +%s%N)

out=demo-out
umask 077  # keys and subscriptions
rm -rf "$out" && mkdir -p "$out" && cd "$out"
host=smdpp.example.com
resolve=(--resolve "$host:443:127.0.0.1:18443")
es2=(--smdp "$host:8444" --resolve "$host:8444:127.0.0.1:18444" --pki pki)
lpa=("$EIDER" lpa --card card.eider --pki pki "${resolve[@]}" --yes)
bold=$'\033[1m' plain=$'\033[0m'; [[ -t 1 ]] || bold='' plain=''
servers=()
trap 'for p in "${servers[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true' EXIT

step() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
# The commands that this prints begin with eider; here is where it is.
printf 'eider is %s\n  PATH=%s:$PATH\n' "$EIDER" "$(dirname "$EIDER")"
# Shows the command as a person would type it, and runs it.
run() { printf '$ %s\n' "${*//$EIDER/eider}"; "$@"; }
look() { printf '  look: (cd demo-out && %s)\n' "$*"; }
json() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
wait_for() { for _ in $(seq 1200); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.05; done; echo "no \"$2\" in $1:"; cat "$1"; exit 1; }

step "1. A certificate issuer, an EUM, an SM-DP+ and an operator"
run "$EIDER" pki init --out pki --smdp-host "$host"
look eider pki show --dir pki dpauth-p256

step "2. The operator's batch: one template, five subscribers, personalised"
"$EIDER" profile create -o template.der --spn Eider --iccid '894900000000000000?' --imsi 001010000000000
python3 - >subscribers.csv <<'PY'
import hashlib
def luhn(d):
    s = 0
    for i, c in enumerate(reversed(d)):
        n = int(c) * (2 if i % 2 == 0 else 1)
        s += n - 9 if n > 9 else n
    return d + str(-s % 10)
h = lambda *a: hashlib.sha256(repr(a).encode()).hexdigest()[:32]
print("iccid,imsi,k,opc,pin1,puk1")
for i in range(1, 6):
    print(f"{luhn(f'89490000000000001{i}')},00101000000010{i},{h('k', i)},{h('opc', i)},{1000 + i},{10000000 + i}")
PY
cat >metadata.json <<JSON
{"serviceProviderName": "Eider Mobile", "profileName": "Demo plan",
 "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": "$host"}]}
JSON
run "$EIDER" smdpp init --data smdpp --pki pki --address "$host" --es9plus 127.0.0.1:18443 --es2plus 127.0.0.1:18444 \
  --metrics 127.0.0.1:18464 --operator mobile --operator-url https://operator.example.com:19443
run "$EIDER" smdpp import --data smdpp --operator mobile --template usim --package template.der
run "$EIDER" smdpp import --data smdpp --type mobile-default --metadata metadata.json --template usim --csv subscribers.csv
look eider profile inspect template.der
look eider smdpp profiles list --data smdpp

step "3. The EUM manufactures a card"
run "$EIDER" eum make --pki pki --out card.eider
run "${lpa[@]}" chip
look eider card show card.eider

step "4. The SM-DP+ starts: ES9+ and ES2+ over TLS; the operator listens for reports"
sed -i '/^\[resolve\]/a "operator.example.com:19443" = "127.0.0.1:19443"' smdpp/smdpp.toml
printf '$ eider smdpp serve --data smdpp &\n$ eider order --pki pki listen &\n'
"$EIDER" smdpp serve --data smdpp >smdpp.log 2>&1 & servers+=($!)
"$EIDER" order --pki pki listen --listen 127.0.0.1:19443 >operator.log 2>&1 & servers+=($!)
wait_for operator.log "taking ES2+"
for _ in $(seq 100); do
  (exec 3<>/dev/tcp/127.0.0.1/18443) 2>/dev/null && break
  kill -0 "${servers[0]}" 2>/dev/null || { cat smdpp.log; exit 1; }
  sleep 0.05
done
kill -0 "${servers[0]}" 2>/dev/null || { cat smdpp.log; exit 1; }

step "5. The operator orders a profile: an Activation Code with its QR code"
run "$EIDER" order "${es2[@]}" place --type mobile-default --png code.png | tee order1.txt
iccid1=$(awk '/^ICCID/ {print $2}' order1.txt)
look eider decode "'$(awk '/^Activation Code/ {print $3}' order1.txt)'"

step "6. The LPA reads the QR code, downloads, installs and enables"
run "${lpa[@]}" download --qr code.png --enable
look eider smdpp profiles show "$iccid1" --data smdpp

step "7. A second profile, with a Confirmation Code; the card switches to it and deletes the first"
"$EIDER" order "${es2[@]}" --json place --type mobile-default --confirmation-code 4711 >order2.json
iccid2=$(json iccid <order2.json)
run "${lpa[@]}" download "$(json activationCode <order2.json)" --confirmation-code 4711
run "${lpa[@]}" nickname "$iccid2" Second
run "${lpa[@]}" enable "$iccid2"
run "${lpa[@]}" delete "$iccid1"

step "8. Both sides agree, and every notification has arrived"
run "${lpa[@]}" list
run "${lpa[@]}" notifications list
run "$EIDER" smdpp profiles list --data smdpp
"$EIDER" card dump card.eider --iccid "$iccid2" --out installed.der
"$EIDER" smdpp profiles export "$iccid2" --package sent.der --data smdpp
cmp installed.der sent.der && echo "the package on the card equals the package sent: $(stat -c %s sent.der) octets"
heard=0  # the outbox sends by itself
for _ in $(seq 60); do grep -q "Profile deleted" operator.log && heard=1 && break; sleep 0.1; done
[[ $heard == 1 ]] || { echo "the operator did not hear of the deletion" >&2; exit 1; }
echo; echo "What the operator heard (operator.log):"; sed 's/^/  /' operator.log | grep -v 'taking ES2+'
look eider profile inspect installed.der
step "9. The enabled profile authenticates against an authentication centre, refuses the replay and resynchronises it"
vector() { "$EIDER" auc "$@" --package sent.der --json; }
authenticate() {  # RAND AUTN: the answer of the USIM
  run "$EIDER" card apdu card.eider --follow 00A4040407A000000087100200 "008800812210${1}10${2}00"
}
vector vector >vector.json
rand=$(json RAND <vector.json) autn=$(json AUTN <vector.json)
authenticate "$rand" "$autn" | tee answer.txt
grep -q "DB08$(json XRES <vector.json)10$(json CK <vector.json)10$(json IK <vector.json)" answer.txt
authenticate "$rand" "$autn" | tee answer.txt
auts=$(grep -oE 'DC0E[0-9A-F]{28}' answer.txt)
vector resync --rand "$rand" --auts "${auts#DC0E}" >vector.json
authenticate "$(json RAND <vector.json)" "$(json AUTN <vector.json)" | tee answer.txt
grep -q "DB08$(json XRES <vector.json)" answer.txt && echo "card and network agree on RES, CK and IK"

step "10. The operator reaches it over the air: a file is read, and the LPA shows another name (ES6)"
ota=(--card card.eider --package sent.der --counters ota-counters)
run "$EIDER" ota read 2FE2 "${ota[@]}"
run "$EIDER" ota metadata --name "Renamed over the air" "${ota[@]}"
run "${lpa[@]}" list | tee list.txt
grep -q "Renamed over the air" list.txt
step "11. The files of the enabled profile, as a terminal reads them"
run "$EIDER" card tree --card card.eider
look eider card shell --card card.eider
printf '\n%sdone in %s s%s\n' "$bold" "$(python3 -c "print(round(($(date +%s%N)-$started)/1e9,1))")" "$plain"
[[ $act == --consumer ]] && exit 0
cd ..
printf '\n%sSecond act: machines. Nobody reads a QR code there; the servers push (SGP.02)%s\n' "$bold" "$plain"
for p in "${servers[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true
servers=()
EIDER=$EIDER scripts/demo-m2m.sh
