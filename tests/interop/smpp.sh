#!/usr/bin/env bash
# node-smpp (npm package smpp) as an ESME at our service centre, and as a service centre for our ESME; and tshark on what
# our own two sides say to each other, where it is installed and may capture.
# usage: SMPP_NODE_MODULES=/path/to/node_modules tests/interop/smpp.sh /path/to/eider     exit code 77: skipped
source "$(dirname "$0")/common.sh"
here=$(realpath "$(dirname "$0")")
eider=$(realpath "${1:?usage: smpp.sh /path/to/eider}")
[ -n "${SMPP_NODE_MODULES:-}" ] || skip "set SMPP_NODE_MODULES=/path/to/node_modules with the package smpp"
[ -d "$SMPP_NODE_MODULES/smpp" ] || skip "there is no package smpp in $SMPP_NODE_MODULES"
command -v node >/dev/null || skip "node is not installed"
export NODE_PATH=$(realpath "$SMPP_NODE_MODULES") NODE_NO_WARNINGS=1
enter_work
echo s3cret >secret
read -r smpp devices < <(free_ports 2)

wait_for() {  # file, pattern
  for _ in $(seq 1200); do grep -q "$2" "$1" 2>/dev/null && return; sleep 0.05; done
  echo "WRONG $1 has no $2"; cat "$1"; exit 1
}
serve() {
  "$eider" smsc serve --esme smsr=@secret --route 12345=smsr --smpp "127.0.0.1:$smpp" --devices "127.0.0.1:$devices" \
    --json >smsc.log 2>&1 & pids+=($!)
  wait_for smsc.log serving
}

echo "== node-smpp is the ESME"
serve
node "$here/smpp.js" esme "$smpp"

echo "== node-smpp is the service centre"
node "$here/smpp.js" smsc >node.log 2>&1 & node=$!
wait_for node.log listening
port=$(sed -n 's/^listening //p' node.log)
"$eider" smsc submit 0270004142 --esme smsr=@secret --from 12345 --to 4917000001 --receipt --wait 1 \
  --smpp "127.0.0.1:$port" >ours.log
wait "$node" || { cat node.log; exit 1; }
grep -v listening node.log
grep -q 'submitted *node-1' ours.log && grep -q 'receipt *node-1 DELIVRD' ours.log || { echo "WRONG"; cat ours.log; exit 1; }
sed 's/^/  ours  /' ours.log

if command -v tshark >/dev/null; then
  echo "== tshark reads what our two sides say"
  tshark -q -i lo -f "tcp port $smpp" -w smpp.pcapng >tshark.log 2>&1 & capture=$!; pids+=($capture)
  for _ in $(seq 40); do [ -s smpp.pcapng ] && break; kill -0 $capture 2>/dev/null || break; sleep 0.1; done
  if [ -s smpp.pcapng ]; then
    "$eider" smsc submit 0270004142 --esme smsr=@secret --from 12345 --to 12345 --receipt --wait 1 --smpp "127.0.0.1:$smpp" >/dev/null
    sleep 0.5; kill -INT $capture; wait $capture || true
    decode() { tshark -r smpp.pcapng -d "tcp.port==$smpp,smpp" "$@" 2>/dev/null; }
    found=$(decode -Y smpp | wc -l) bad=$(decode -Y '_ws.malformed || _ws.expert.severity == error' | wc -l)
    echo "  $found packets with SMPP, $bad malformed"
    decode -Y smpp -T fields -e smpp.command_id -e smpp.command_status | sed 's/^/  /'
    if [ "$found" -lt 6 ] || [ "$bad" -ne 0 ]; then echo "WRONG"; exit 1; fi
  else
    echo "  not allowed to capture here"
  fi
fi
echo "all held"
