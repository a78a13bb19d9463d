#!/usr/bin/env bash
# Wireshark's dissectors on the M2M act: SMPP with the short messages in it, and what a card and its modem say (toolkit
# commands, SMS-PP download). Nothing may be malformed, and each kind must be there.
# usage: tests/interop/m2m_wireshark.sh /path/to/eider     exit code 77: skipped
source "$(dirname "$0")/common.sh"
root=$(realpath "$(dirname "$0")/../..")
eider=$(realpath "${1:?usage: m2m_wireshark.sh /path/to/eider}")
command -v tshark >/dev/null || skip "tshark is not installed"
enter_work
port=28445
cp -r "$root/scripts" scripts

tshark -q -i lo -f "tcp port $((port + 4))" -w smpp.pcapng >tshark.log 2>&1 & capture=$!; pids+=($capture)
for _ in $(seq 100); do [ -s smpp.pcapng ] && break; kill -0 $capture 2>/dev/null || break; sleep 0.1; done
[ -s smpp.pcapng ] || skip "not allowed to capture here: $(tail -1 tshark.log)"
EIDER=$eider EIDER_DEMO_PORT=$port EIDER_DEMO_CARDS=3 EIDER_DEMO_PCAP=card.pcap scripts/demo-m2m.sh >demo.log 2>&1 || { tail -30 demo.log; exit 1; }
sleep 0.5; kill -INT $capture; wait $capture || true

failed=0
# read_with FILE FILTER OPTION...: as many packets as the filter lets through.
count() { local file=$1 filter=$2; shift 2; tshark -r "$file" "$@" -Y "$filter" 2>/dev/null | wc -l; }
least() {  # what, found, least
  echo "  $1: $2"
  [ "$2" -ge "$3" ] || { echo "WRONG less than $3"; failed=1; }
}
none() {  # file, option...
  local file=$1 bad; shift
  bad=$(tshark -r "$file" "$@" -Y '_ws.malformed || _ws.expert.severity == error' 2>/dev/null)
  [ -z "$bad" ] || { echo "WRONG malformed in $file:"; head -5 <<<"$bad"; failed=1; }
}
smpp=(-d tcp.port==$((port + 4)),smpp -o smpp.decode_sms_over_smpp:TRUE)
echo "== SMPP and the short messages in it"
least "submit_sm" "$(count smpp.pcapng 'smpp.command_id == 0x4' "${smpp[@]}")" 10
least "deliver_sm" "$(count smpp.pcapng 'smpp.command_id == 0x5' "${smpp[@]}")" 6
least "messages with a user data header" "$(count smpp.pcapng 'smpp.esm.submit.features == 1' "${smpp[@]}")" 10
none smpp.pcapng "${smpp[@]}"
echo "== Card and modem"
for pcap in demo-out/m2m/card.pcap.*; do
  echo " $(basename "$pcap"): $(count "$pcap" gsm_sim) APDUs"
  least "ENVELOPE" "$(count "$pcap" 'gsm_sim.apdu.ins == 0xc2')" 2
  least "FETCH" "$(count "$pcap" 'gsm_sim.apdu.ins == 0x12')" 4
  least "toolkit commands and envelopes" "$(count "$pcap" etsi_cat)" 6
  none "$pcap"
done
[ $failed -eq 0 ] && echo "all held"
exit $failed
