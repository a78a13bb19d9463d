# For the scripts of this folder: a place of their own, free ports, and a pcscd with Debian's vpcd driver in a mount
# namespace with a private /run/pcscd, so that it neither meets another pcscd nor needs systemd. To be sourced.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
pids=()

skip() { echo "SKIPPED: $1"; exit 77; }

need_pcscd() {
  [ -e "$driver" ] || skip "vsmartcard-vpcd is not installed"
  command -v pcscd >/dev/null || skip "pcscd is not installed"
  unshare --mount true 2>/dev/null || skip "unshare --mount is not allowed here (root?)"
}

# An empty working directory, which goes with the script unless KEEP is set; background processes in pids end with it.
enter_work() {
  work=$(mktemp -d)
  trap leave_work EXIT
  cd "$work"
}
leave_work() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ "${KEEP:-}" ]; then echo "kept $work"; else rm -rf "$work"; fi
}

# Ports whose next one is free too: vpcd has two readers.
free_ports() { python3 "$here/../e2e/ports.py" "$1"; }

# start_pcscd PORT: the virtual reader waits for its card there. Clients find it by PCSCLITE_CSOCK_NAME=$work/run/pcscd.comm.
start_pcscd() {
  mkdir -p run conf
  printf 'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:%s\nLIBPATH %s\nCHANNELID %s\n' "$1" "$driver" "$1" >conf/vpcd
  unshare --mount sh -c "mkdir -p /run/pcscd && mount --bind '$work/run' /run/pcscd && exec pcscd --foreground --config '$work/conf'" \
    >pcscd.log 2>&1 & pids+=($!)
  for _ in $(seq 600); do [ -S run/pcscd.comm ] && return; sleep 0.05; done
  skip "pcscd does not start here"
}
