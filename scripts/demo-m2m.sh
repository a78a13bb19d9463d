#!/usr/bin/env bash
# A fleet of M2M cards gets its profiles over the air: certificates, EUM, SM-DP, SM-SR, service centre and devices as
# separate processes (SGP.02).
#   EIDER=/path/to/eider scripts/demo-m2m.sh     scripts/demo.sh runs it as its second act
#   EIDER_DEMO_CARDS=N                     so many cards, 20 unless said
#   EIDER_DEMO_PORT=N                      the first of its eight ports, 18445 unless said
#   EIDER_DEMO_PCAP=FILE                   what each card and its modem say: demo-out/m2m/FILE.0 and so on, for Wireshark
# Everything the run made stays in demo-out/m2m to be looked at.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${EIDER:?scripts/demo.sh --m2m builds eider and runs this}"
cards=${EIDER_DEMO_CARDS:-20}
started=$(date +%s%N)
umask 077  # keys and subscriptions
rm -rf demo-out/m2m && mkdir -p demo-out/m2m && cd demo-out/m2m
bold=$'\033[1m' plain=$'\033[0m'; [[ -t 1 ]] || bold='' plain=''
step() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
# As a person would type it, without where the host names of this run are.
show() { sed -E "s|$EIDER|eider|; s/ --resolve [^ ]+//g; s/( --party [^ ]+)+/ --party …/; s/( cards\/[^ ]+){2,}/ cards\/*/" <<<"$ $*$end" >&3; }
exec 3>&1
end=""
run() { end="" show "$@"; "$@"; }
servers=()
trap 'for p in "${servers[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true' EXIT
# Long enough for a machine that has much else to do.
wait_for() { for _ in $(seq 1200); do grep -q -- "$2" "$1" 2>/dev/null && return; sleep 0.05; done; echo "no \"$2\" in $1:"; tail -20 "$1"; exit 1; }
start() { local log=$1; shift; end=" &" show "$@"; "$@" >"$log" 2>&1 & servers+=($!); }

# Where they listen: eight ports from this one on.
port=${EIDER_DEMO_PORT:-18445}
functions=$port sessions=$((port + 1)) mno_port=$((port + 2)) smdp_port=$((port + 3)) smpp_port=$((port + 4))
devices_port=$((port + 5)) functions2=$((port + 6)) sessions2=$((port + 7))
mno=2.999.30 smsr=2.999.20 smsr2=2.999.21 smdp=2.999.11
trace=(); [[ -z ${EIDER_DEMO_PCAP:-} ]] || trace=(--pcap "$EIDER_DEMO_PCAP")
resolve=()
for rule in smsr.example.com:$functions:127.0.0.1:$functions smsr2.example.com:$functions2:127.0.0.1:$functions2 \
  smdp.example.com:$smdp_port:127.0.0.1:$smdp_port mno.example.com:$mno_port:127.0.0.1:$mno_port; do resolve+=(--resolve "$rule"); done
operator=("$EIDER" operator --pki pki "${resolve[@]}")
at_smsr=(--smsr "$smsr@smsr.example.com:$functions")
at_smsr2=(--smsr "$smsr2@smsr2.example.com:$functions2")
at_smdp=(--smdp "$smdp@smdp.example.com:$smdp_port/es2" --smsr-id "$smsr")

step "1. Certificates: a CI, an EUM, an SM-DP, two SM-SRs, an operator"
run "$EIDER" pki init --out pki --m2m --smdp-host smdpp.example.com >pki.txt

step "2. The EUM makes $cards cards, each with a bootstrap profile"
python3 - "$cards" <<'PY'
import hashlib, sys
n = int(sys.argv[1])
def luhn(d):
    s = 0
    for i, c in enumerate(reversed(d)):
        v = int(c) * (2 if i % 2 == 0 else 1)
        s += v - 9 if v > 9 else v
    return d + str(-s % 10)
key = lambda *a: hashlib.sha256(repr(a).encode()).hexdigest()[:32]
network, subscriptions = ["imsi,number"], []
boot = open("boot.csv", "w"); fleet = open("fleet.csv", "w")
for out, kind in ((boot, 1), (fleet, 2)):
    print("iccid,imsi,k,opc,pin1,puk1", file=out)
    for i in range(1, n + 1):
        iccid, imsi, number = luhn(f"894900000000{kind}{i:05d}"), f"0010{kind}000000{i:04d}", f"49170{kind}{i:05d}"
        print(f"{iccid},{imsi},{key('k', kind, i)},{key('opc', kind, i)},0000,{10000000 + i}", file=out)
        network.append(f"{imsi},{number}")
        subscriptions.append(f"{iccid},{imsi},{number}")
open("network.csv", "w").write("\n".join(network) + "\n")
open("subscriptions.csv", "w").write("\n".join(subscriptions) + "\n")
PY
"$EIDER" profile create -o template.der --spn Eider --iccid '894900000000000000?' --imsi 001010000000000
mkdir cards
run "$EIDER" profile personalise template.der --csv boot.csv -o boot
i=0; for f in boot/*.der; do i=$((i + 1)); mv "$f" "boot-$i.der"; done
run "$EIDER" eum make --pki pki --out-dir cards --count "$cards" --m2m --bootstrap 'boot-{n}.der' --smsr-number 12345 --quiet
od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >transport.key

step "3. Service centre, SM-SR, SM-DP, operator: processes of their own"
printf secret1 >smsc.secret
start smsc.log "$EIDER" smsc serve --esme smsr=@smsc.secret --esme smsr2=@smsc.secret --route 12345=smsr --route 12346=smsr2 \
  --smpp 127.0.0.1:$smpp_port --devices 127.0.0.1:$devices_port
parties=(--party "eum=2.999.5,transport.key" --party "mno=$mno@https://mno.example.com:$mno_port/" \
  --party "smdp=$smdp@https://smdp.example.com:$smdp_port/es3")
run "$EIDER" smsr init --data smsr --pki pki --functions 127.0.0.1:$functions --sessions 127.0.0.1:$sessions --smsc 127.0.0.1:$smpp_port \
  "${parties[@]}" --party "smsr=$smsr2@https://smsr2.example.com:$functions2/" "${resolve[@]}" --address 12345
start smsr.log "$EIDER" smsr serve --data smsr
run "$EIDER" smdpp init --data smdpp --pki pki --address smdpp.example.com --operator mno --operator-oid "$mno"
run "$EIDER" smdpp import --data smdpp --operator mno --template usim --package template.der
echo '{"serviceProviderName": "Eider Mobile", "profileName": "Fleet"}' >metadata.json
run "$EIDER" smdpp import --data smdpp --type mno-default --metadata metadata.json --template usim --csv fleet.csv
run "$EIDER" smdp init --data smdp --pki pki --listen 127.0.0.1:$smdp_port --inventory smdpp \
  --operator "$mno@https://mno.example.com:$mno_port/" --smsr "$smsr@https://smsr.example.com:$functions/" "${resolve[@]}"
start smdp.log "$EIDER" smdp serve --data smdp
start mno.log "${operator[@]}" listen --at 127.0.0.1:$mno_port
wait_for smsr.log "functions port"; wait_for smdp.log "ES3 port"; wait_for mno.log "takes notifications"

step "4. The EUM registers the cards (ES1); they are put into devices and come up in the network"
run "$EIDER" eum register --pki pki "${resolve[@]}" "${at_smsr[@]}" --mno "$mno" --transport-key transport.key \
  --subscriptions subscriptions.csv cards/*.eis.json | tail -n 3
start devices.log "$EIDER" device fleet --network network.csv --smsc 127.0.0.1:$devices_port --patience 3 --quiet "${trace[@]}" cards/*.eider
wait_for devices.log "registered"
run "$EIDER" smsr list --data smsr --limit 3

step "5. The operator orders a profile for every card; the SM-DP installs and enables them over the air"
eids=($(for f in cards/*.eider; do basename "$f" .eider; done))
mkdir downloads
printf '%s\n' "${eids[@]}" | xargs -P 8 -I{} sh -c '"$@" >downloads/{}.json 2>&1' sh \
  "${operator[@]}" "${at_smdp[@]}" --json download {} --type mno-default --enable || true
done=$(grep -l '"Status":"EXECUTED_SUCCESS"' downloads/*.json | wc -l)
echo "$done of $cards installed and enabled"
[[ $done == "$cards" ]] || { grep -L '"Status":"EXECUTED_SUCCESS"' downloads/*.json | xargs cat; exit 1; }
run "${operator[@]}" "${at_smsr[@]}" eis "${eids[0]}" | grep -E "^ +(Iccid|State|ProfileType): " | sed -n 1,6p
first=${eids[0]} second=${eids[1]} third=${eids[2]}
profile() { "$EIDER" smsr show --json --data smsr "$1" | python3 -c 'import json,sys; print(next(p["iccid"] for p in json.load(sys.stdin)["profiles"] if p["state"] == sys.argv[1]))' "$2"; }
imsi_of() { awk -F, -v i="$1" '$1 "" == i "" {print $2}' subscriptions.csv; }
without() { grep -v "^$1," network.csv >network.new && mv network.new network.csv; }
await() { for _ in $(seq 600); do [[ $(profile "$1" Enabled) == "$2" ]] && return; sleep 0.1; done; echo "$1 does not have $2 enabled" >&2; exit 1; }

registered() { for _ in $(seq 600); do grep -- "$1" devices.log | tail -n 1 | grep -q "registered" && return; sleep 0.1; done; echo "$1 has no network" >&2; exit 1; }

boot=$(profile "$first" Disabled) first_had=$(profile "$first" Enabled)
second_gets=$(profile "$second" Disabled) second_had=$(profile "$second" Enabled)

# What becomes of both takes as long as cards are patient: the third is handed over meanwhile.
step "6. Two cards get into trouble: the network no longer knows the profile that one is sent back to, nor the one that another has"
without "$(imsi_of "$boot")"
without "$(imsi_of "$second_had")"
end=" &" show "${operator[@]}" "${at_smsr[@]}" --validity 120 enable "$first" "$boot"
"${operator[@]}" "${at_smsr[@]}" --validity 120 enable "$first" "$boot" >sent-back.log 2>&1 & sent_back=$!

step "7. A third card is handed over to another SM-SR, which gets keys of its own"
run "$EIDER" smsr init --data smsr2 --pki pki --as smsrtls-p256-2 --card-certificate certsr-p256-2 --host smsr2.example.com \
  --functions 127.0.0.1:$functions2 --sessions 127.0.0.1:$sessions2 --smsc 127.0.0.1:$smpp_port --system-id smsr2 --address 12346 \
  "${parties[@]}" --party "smsr=$smsr@https://smsr.example.com:$functions/" "${resolve[@]}" >/dev/null
start smsr2.log "$EIDER" smsr serve --data smsr2
wait_for smsr2.log "functions port"
fleet=$(profile "$third" Enabled)
number=$(awk -F, -v i="$fleet" '$1 "" == i "" {print $3}' subscriptions.csv)
run "${operator[@]}" "${at_smsr[@]}" address "$third" "$fleet" --msisdn "$number" | grep "Status:"
run "${operator[@]}" "${at_smsr2[@]}" prepare-change "$third" --from "$smsr" | grep "Status:"
run "${operator[@]}" "${at_smsr[@]}" change "$third" --to "$smsr2" | grep "Status:"
run "$EIDER" smsr list --data smsr2
run "${operator[@]}" "${at_smsr2[@]}" audit "$third" | grep -E "Smsr-id|State" | sed -n 1,4p

step "8. The card that lost its network falls back by itself, and the SM-SR hears of it"
await "$second" "$second_gets"
echo "$second has fallen back to $second_gets"

step "9. The card that was sent back rolls back, and the order fails"
wait $sent_back && { echo "it was enabled" >&2; exit 1; }
cat sent-back.log
await "$first" "$first_had"
echo "$first has $first_had enabled again"
registered "$first"
grep "$first" devices.log | tail -n 4

# Whom to tell is the last that the new SM-SR does; what it could not send at once comes a little later.
wait_for mno.log "^ES4-HandleSMSRChangeNotification"; wait_for mno.log "^ES4-HandleProfileEnabledNotification"

step "10. What the operator heard"
grep -oE "^ES4-[A-Za-z]+" mno.log | sort | uniq -c
printf '\n%sdone in %s s%s\n' "$bold" "$(python3 -c "print(round(($(date +%s%N)-$started)/1e9,1))")" "$plain"
