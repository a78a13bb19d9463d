#!/usr/bin/env python3
"""kill -9 of SM-SR, SM-DP, cards and service centre at random moments of real M2M procedures: both sides converge.

usage: tests/e2e/kill_m2m.py --eider build/release/apps/eider/eider [--rounds 200] [--seed 1] [--cards 6]

Two SM-SRs, the SM-DP, the service centre and the devices (cards are theirs: the process that holds them) are processes of
their own; SMPP goes through a tap. Each round draws a card and a procedure (download with or without enable, enable, disable, delete, audit, change of
SM-SR), orders it as the Operator, and kills one or two of the processes at a random moment; they are started again a
little later, and the call is repeated with its FunctionCallIdentifier until it is answered. When nothing is under way any more:
  - the SM-SR's EIS is what an audit of the card finds, and one SM-SR alone manages the card;
  - what was answered is what there is: done, or nothing changed; EXPIRED may be either, and a card that fell
    back meanwhile has done so by itself;
  - no Profile is on two cards; what is on a card is Installed in the stock, what is not is Available or was deleted;
  - every tenth round and at the end the card files themselves are read: the same Profiles in the same states;
  - no SCP80 counter was used for two packets: each packet on the way to a card is deciphered with the keys that the EUM
    gave it; those under keys that card and SM-SR agreed on later are no more than the SM-SR has counted.
The last line counts; exit code 1 on the first violation.
"""
import argparse, collections, glob, json, os, random, re, shutil, signal, socket, struct, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
from ports import free_ports

try:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.cmac import CMAC
except ImportError:
    print("python3-cryptography is missing: counters could not be read")
    sys.exit(77)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--eider", required=True)
parser.add_argument("--rounds", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--cards", type=int, default=6)
parser.add_argument("--verbose", action="store_true")
arguments = parser.parse_args()
eider = os.path.abspath(arguments.eider)
dice = random.Random(arguments.seed)
work = tempfile.mkdtemp(prefix="eider-kill-m2m-")
os.chdir(work)
round_number = 0
MNO, SMDP, EUM = "2.999.30", "2.999.11", "2.999.5"
SMSRS = {"smsr": "2.999.20", "smsr2": "2.999.21"}
QUIET = 90  # seconds until nothing may be under way any more


def fail(why):
    print(f"VIOLATION in round {round_number} (seed {arguments.seed}): {why}\nkept for a look: {work}")
    for p in processes.values():
        p.kill()
    os._exit(1)


def say(text):
    if arguments.verbose:
        print(f"{time.time() - begin:7.1f} {text}", flush=True)


# ---- What goes over SMPP, and the counters in it

class Tap:
    """Carries SMPP between an SM-SR and the service centre, and keeps the user data of each submit_sm."""

    def __init__(self, target):
        self.target, self.seen, self.lock = target, [], threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 1)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, client, False), daemon=True).start()

    def carry(self, source, sink, to_centre):
        pending = b""
        try:
            while octets := source.recv(65536):
                if to_centre:
                    pending = self.read(pending + octets)
                sink.sendall(octets)
        except OSError:
            pass
        for s in (source, sink):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def read(self, octets):
        while len(octets) >= 16:
            length, command = struct.unpack(">II", octets[:8])
            if len(octets) < length:
                break
            if command == 4:
                with self.lock:
                    self.seen.append(user_data(octets[16:length]))
            octets = octets[length:]
        return octets

    def take(self):
        with self.lock:
            seen, self.seen = self.seen, []
        return seen


def user_data(body):
    """Destination and user data of submit_sm (SMPP v3.4 section 4.4.1)."""
    def c_string(at):
        end = body.index(0, at)
        return body[at:end].decode(), end + 1
    _, at = c_string(0)          # service_type
    _, at = c_string(at + 2)     # source
    to, at = c_string(at + 2)    # destination
    at += 3                      # esm_class, protocol_id, priority_flag
    _, at = c_string(at)         # schedule_delivery_time
    _, at = c_string(at)         # validity_period
    at += 4                      # registered_delivery, replace_if_present, data_coding, sm_default_msg_id
    return to, body[at + 1:at + 1 + body[at]]


class Counters:
    """Every SCP80 packet that went out to a card, by the key set that protects it (TS 102 225 section 5.1, TS 31.115)."""

    def __init__(self, keys):
        self.keys = keys                                   # EID: (KIc, KID) of key version 1
        self.used = {}                                     # (EID, counter): packet
        self.agreed = collections.defaultdict(set)         # (EID, its changes, SM-SR): packets under agreed keys
        self.changes = collections.Counter()               # by EID
        self.packets, self.parts = 0, {}

    def of_round(self, eid, manager, changed):
        if changed:
            self.changes[eid] += 1
        for name, tap in taps.items():
            for to, data in tap.take():
                self.take((eid, self.changes[eid] - (changed and name != manager), name), to, data)

    def agreed_packets(self, eid, manager):
        return len(self.agreed[eid, self.changes[eid], manager])

    def take(self, whose, to, data):
        elements, at = {}, 1
        while at < 1 + data[0]:
            elements[data[at]] = data[at + 2:at + 2 + data[at + 1]]
            at += 2 + data[at + 1]
        payload = data[1 + data[0]:]
        whole = payload
        if 0 in elements:                                  # concatenated: reference, how many, which
            reference, count, number = elements[0]
            key = (whose[2], to, reference, count)
            parts = self.parts.setdefault(key, {})
            parts[number] = payload
            if len(parts) < count:
                return
            whole = b"".join(parts[n] for n in sorted(parts))
            del self.parts[key]
        self.packet(whose, whole)

    def packet(self, whose, packet):
        self.packets += 1
        ciphered = packet[10:]                             # behind CPL, CHL, SPI, KIc, KID, TAR
        for eid, (kic, kid) in self.keys.items():
            plain = Cipher(algorithms.AES(kic), modes.CBC(bytes(16))).decryptor()
            plain = plain.update(ciphered) + plain.finalize()
            mac = CMAC(algorithms.AES(kid))
            mac.update(packet[:10] + plain[:6] + plain[14:])
            if mac.finalize()[:8] != plain[6:14]:
                continue
            counter = int.from_bytes(plain[:5], "big")
            before = self.used.setdefault((eid, counter), packet)
            if before != packet:
                fail(f"counter {counter} of {eid} protects two packets: {before.hex()} and {packet.hex()}")
            return
        self.agreed[whose].add(packet)


# ---- Processes

processes, starts = {}, collections.Counter()


def start(name):
    log = open(f"{name}.log", "a")
    processes[name] = subprocess.Popen([eider, *COMMANDS[name]], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    starts[name] += 1


def await_all():
    end = time.time() + 60
    while time.time() < end:
        for name, p in processes.items():
            if p.poll() is not None:
                fail(f"{name} does not start: " + open(f"{name}.log").read()[-800:])
        if all(open(f"{n}.log").read().count(READY[n]) >= starts[n] for n in processes):
            return
        time.sleep(0.02)
    fail("not all processes have started")


def run(*args, ok=True):
    p = subprocess.run([eider, *args], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if ok and p.returncode != 0:
        fail(f"eider {' '.join(args)} ended with {p.returncode}: {p.stderr.strip()} {p.stdout[-500:]}")
    return p


def show(*args):
    for _ in range(100):  # a store that is being opened again
        p = run(*args, ok=False)
        if p.returncode == 0:
            return json.loads(p.stdout)
        time.sleep(0.1)
    fail(f"eider {' '.join(args)}: {p.stderr}")


# ---- The stage

def luhn(digits):
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return digits + str(-total % 10)


SMPP, DEVICES, FUNCTIONS, SESSIONS, FUNCTIONS2, SESSIONS2, ES2, LISTEN = free_ports(8)
RESOLVE = []
for host, port in (("smsr", FUNCTIONS), ("smsr2", FUNCTIONS2), ("smdp", ES2), ("mno", LISTEN)):
    RESOLVE += ["--resolve", f"{host}.example.com:{port}:127.0.0.1:{port}"]
OPERATOR = ["operator", "--pki", "pki", "--json", *RESOLVE]
AT = {"smsr": f"{SMSRS['smsr']}@smsr.example.com:{FUNCTIONS}", "smsr2": f"{SMSRS['smsr2']}@smsr2.example.com:{FUNCTIONS2}",
      "smdp": f"{SMDP}@smdp.example.com:{ES2}/es2"}
COMMANDS = {
    "smsc": ["smsc", "serve", "--esme", "smsr=@smsc.secret", "--esme", "smsr2=@smsc.secret", "--route", "12345=smsr",
             "--route", "12346=smsr2", "--smpp", f"127.0.0.1:{SMPP}", "--devices", f"127.0.0.1:{DEVICES}", "--quiet"],
    "smsr": ["smsr", "serve", "--data", "smsr", "--quiet"],
    "smsr2": ["smsr", "serve", "--data", "smsr2", "--quiet"],
    "smdp": ["smdp", "serve", "--data", "smdp", "--quiet"],
    "mno": [*OPERATOR, "listen", "--at", f"127.0.0.1:{LISTEN}"],
    "cards": ["device", "fleet", "--network", "network.csv", "--smsc", f"127.0.0.1:{DEVICES}", "--patience", "5", "--quiet"],
}
READY = {"smsc": "MPP", "smsr": "functions port", "smsr2": "functions port", "smdp": "ES3 port", "mno": "takes notifications",
         "cards": "serving"}


def set_limits(file, **limits):
    text = open(file).read()
    for name, value in limits.items():
        text, n = re.subn(rf"(?m)^{name} = \d+", f"{name} = {value}", text)
        if n != 1:
            fail(f"{file} has no {name}")
    open(file, "w").write(text)


def prepare():
    run("pki", "init", "--out", "pki", "--m2m", "--smdp-host", "smdpp.example.com")
    run("profile", "create", "-o", "template.der", "--iccid", "894900000000000000?", "--imsi", "001010000000000",
        "--msisdn", "+49170000000")
    network, subscriptions = [], []

    def subscribers(file, kind, count):
        with open(file, "w") as f:
            f.write("iccid,imsi,msisdn,k,opc\n")
            for i in range(1, count + 1):
                iccid, imsi, number = luhn(f"894900000000{kind}{i:05d}"), f"0010{kind}{i:010d}", f"49170{kind}{i:05d}"
                f.write(f"{iccid},{imsi},{number},{dice.getrandbits(128):032X},{dice.getrandbits(128):032X}\n")
                network.append(f"{imsi},{number}")
                subscriptions.append(f"{iccid},{imsi},{number}")
    subscribers("boot.csv", 1, arguments.cards)
    subscribers("stock.csv", 2, arguments.rounds + 10)
    open("network.csv", "w").write("\n".join(network) + "\n")
    open("subscriptions.csv", "w").write("\n".join(subscriptions) + "\n")
    run("profile", "personalise", "template.der", "--csv", "boot.csv", "-o", "boot")
    for i, f in enumerate(sorted(glob.glob("boot/*.der")), 1):
        os.rename(f, f"boot-{i}.der")
    run("eum", "make", "--pki", "pki", "--out-dir", "cards", "--count", str(arguments.cards), "--m2m", "--bootstrap",
        "boot-{n}.der", "--smsr-number", "12345", "--quiet")
    open("transport.key", "w").write("000102030405060708090a0b0c0d0e0f")
    open("smsc.secret", "w").write("secret1")
    parties = ["--party", f"eum={EUM},transport.key", "--party", f"mno={MNO}@https://mno.example.com:{LISTEN}/", "--party",
               f"smdp={SMDP}@https://smdp.example.com:{ES2}/es3"]
    run("smsr", "init", "--data", "smsr", "--pki", "pki", "--functions", f"127.0.0.1:{FUNCTIONS}", "--sessions",
        f"127.0.0.1:{SESSIONS}", "--smsc", f"127.0.0.1:{taps['smsr'].port}", "--address", "12345", *parties, "--party",
        f"smsr={SMSRS['smsr2']}@https://smsr2.example.com:{FUNCTIONS2}/", *RESOLVE)
    run("smsr", "init", "--data", "smsr2", "--pki", "pki", "--as", "smsrtls-p256-2", "--card-certificate", "certsr-p256-2",
        "--host", "smsr2.example.com", "--functions", f"127.0.0.1:{FUNCTIONS2}", "--sessions", f"127.0.0.1:{SESSIONS2}",
        "--smsc", f"127.0.0.1:{taps['smsr2'].port}", "--system-id", "smsr2", "--address", "12346", *parties, "--party",
        f"smsr={SMSRS['smsr']}@https://smsr.example.com:{FUNCTIONS}/", *RESOLVE)
    for name in SMSRS:
        set_limits(f"{name}/smsr.toml", sms_seconds=2, trigger_seconds=3, session_seconds=3, hold_seconds=3, settling_seconds=4,
                   retry_seconds=1)
    run("smdpp", "init", "--data", "smdpp", "--pki", "pki", "--address", "smdpp.example.com", "--operator", "mno",
        "--operator-oid", MNO)
    run("smdpp", "import", "--data", "smdpp", "--operator", "mno", "--template", "usim", "--package", "template.der")
    json.dump({"serviceProviderName": "Eider", "profileName": "Kill"}, open("metadata.json", "w"))
    run("smdpp", "import", "--data", "smdpp", "--type", "mno-default", "--metadata", "metadata.json", "--template", "usim", "--csv",
        "stock.csv")
    run("smdp", "init", "--data", "smdp", "--pki", "pki", "--listen", f"127.0.0.1:{ES2}", "--inventory", "smdpp", "--operator",
        f"{MNO}@https://mno.example.com:{LISTEN}/", "--smsr", f"{SMSRS['smsr']}@https://smsr.example.com:{FUNCTIONS}/",
        "--smsr", f"{SMSRS['smsr2']}@https://smsr2.example.com:{FUNCTIONS2}/", *RESOLVE)
    set_limits("smdp/smdp.toml", retry_seconds=1, grace_seconds=10)
    COMMANDS["cards"] += sorted(glob.glob("cards/*.eider"))
    for name in ("smsc", "smsr", "smsr2", "smdp", "mno"):
        start(name)
    await_all()
    run("eum", "register", "--pki", "pki", *RESOLVE, "--smsr", AT["smsr"], "--mno", MNO, "--transport-key", "transport.key",
        "--subscriptions", "subscriptions.csv", *sorted(glob.glob("cards/*.eis.json")))
    start("cards")
    await_all()


def fell_back(eid, mark):
    """Whether its device had no network, and then the card reset itself, since cards.log was so long: its own doing."""
    without = False
    with open("cards.log") as log:
        log.seek(mark)
        for line in log:
            name, event, *_ = line.split() + ["", ""]
            if name != eid:
                continue
            if event == "reset" and without:
                return True
            without = event == "no-service"
    return False


def initial_keys():
    out = {}
    for file in glob.glob("cards/*.eis.json"):
        eis = json.load(open(file))
        keys = {k["index"]: bytes.fromhex(k["value"]) for s in eis["isdR"]["keySets"] if s["type"] == "SCP80" for k in s["keys"]}
        out[eis["eid"]] = (keys[1], keys[2])
    return out


# ---- What each side says

def registry(eid):
    """Which SM-SR manages the card, and what it has of it."""
    found = {}
    for name in SMSRS:
        p = run("smsr", "show", "--json", "--data", name, eid, ok=False)
        if p.returncode == 0:
            found[name] = json.loads(p.stdout)
    return found


def states(profiles):
    return {p["iccid"]: (p["state"].lower(), p["fallback"]) for p in profiles}


def settled(eid):
    """The one SM-SR that manages it once nothing is under way."""
    end = time.time() + QUIET
    while True:
        found = registry(eid)
        waiting = [o for r in found.values() for o in r["operations"]]
        listed = show("smdp", "list", "--json", "--data", "smdp", eid)
        procedures = listed["procedures"] + listed["lateAnswers"]
        if len(found) == 1 and not waiting and not procedures:
            return next(iter(found.items()))
        if time.time() > end:
            fail(f"{eid} does not come to rest: managed by {list(found)}, waiting {waiting}, SM-DP {procedures}")
        time.sleep(0.1)


def answer_of(p):
    for line in p.stdout.splitlines():
        if line.startswith("{"):
            body = json.loads(line).get("body")
            if body:
                return body
    return None


def status_of(body):
    s = body["FunctionExecutionStatus"]
    code = s.get("StatusCodeData")
    return s["Status"] + (f" {code['Subject']}/{code['Reason']} {code.get('Message', '')}" if code else "")


def audit(name, eid):
    for _ in range(10):
        body = answer_of(run(*OPERATOR, "--smsr", AT[name], "--validity", "60", "audit", eid, ok=False))
        if body and "Eis" in body:
            return {p["Iccid"]: (p["State"].lower(), p["FallbackAttribute"]) for p in body["Eis"]["ProfileInfo"]}
        time.sleep(0.3)
    fail(f"no audit of {eid}: {body}")


def read_files():
    """Every card as its file has it, while nobody holds it."""
    processes["cards"].terminate()
    processes["cards"].wait()
    out = {}
    for file in glob.glob("cards/*.eider"):
        card = json.loads(run("card", "show", "--json", file).stdout)
        fallback = {i["isdpAid"]: i["fallback"] for i in card["m2m"]["isdPs"]}
        out[card["eid"]] = {p["iccid"]: (p["state"], fallback[p["isdpAid"]]) for p in card["profiles"]}
    start("cards")
    await_all()
    return out


def agreed_states():
    """What SM-SRs and card files both say; again for a card that falls back while they are read."""
    mark = os.path.getsize("cards.log")
    for attempt in range(8):
        held = {eid: states(settled(eid)[1]["profiles"]) for eid in eids}
        truth = read_files()
        differ = [eid for eid in eids if truth[eid] != held[eid]]
        if not differ:
            return truth
        for eid in differ:
            if attempt == 7 or not fell_back(eid, mark):
                fail(f"the file of {eid} has {truth[eid]}, the SM-SR {held[eid]}")
        counts["fall-backs"] += len(differ)
        time.sleep(2)  # its notification is on its way


def check_everything():
    on_cards = {}
    for eid, truth in agreed_states().items():
        for iccid in truth:
            if iccid in on_cards:
                fail(f"{iccid} is on {on_cards[iccid]} and on {eid}")
            on_cards[iccid] = eid
    stock = show("smdpp", "profiles", "list", "--json", "--data", "smdpp", "--limit", "100000")
    for p in stock["profiles"] if isinstance(stock, dict) else stock:
        state, iccid = p["state"], p["iccid"]
        if iccid in on_cards and state != "Installed":
            fail(f"{iccid} is on a card, in the stock it is {state}")
        if iccid not in on_cards and state != "Available" and iccid not in deleted:
            fail(f"{iccid} is on no card and was never deleted, in the stock it is {state}")


# ---- A round

KINDS = {"download": 3, "download --enable": 4, "enable": 4, "disable": 3, "delete": 3, "audit": 1, "change": 1}


def draw(profiles):
    enabled = [i for i, (s, f) in profiles.items() if s == "enabled"]
    disabled = [i for i, (s, f) in profiles.items() if s == "disabled"]
    free = [i for i, (s, f) in profiles.items() if not f]
    possible = {"download": len(profiles) < 4, "download --enable": len(profiles) < 4, "enable": bool(disabled),
                "disable": bool(set(enabled) & set(free)), "delete": bool(free), "audit": True, "change": True}
    kinds = [k for k in KINDS if possible[k]]
    kind = dice.choices(kinds, [KINDS[k] for k in kinds])[0]
    target = {"enable": disabled, "disable": [i for i in enabled if i in free], "delete": free}.get(kind)
    return kind, dice.choice(sorted(target)) if target else None


def command(kind, name, eid, iccid):
    if kind.startswith("download"):
        return ["--smdp", AT["smdp"], "--smsr-id", SMSRS[name], "download", eid, "--type", "mno-default", *kind.split()[1:]]
    if kind == "change":
        other = next(n for n in SMSRS if n != name)
        return ["--smsr", AT[name], "change", eid, "--to", SMSRS[other]]
    by_smdp = dice.random() < 0.4 and iccid and not iccid.startswith("8949000000001")
    where = ["--smdp", AT["smdp"], "--smsr-id", SMSRS[name]] if by_smdp else ["--smsr", AT[name]]
    return [*where, kind, eid, *([iccid] if iccid else [])]


def check_answer(kind, iccid, body, before, after, fallen):
    status = body["FunctionExecutionStatus"]["Status"]
    iccid = body.get("Iccid", iccid)
    state = after.get(iccid, ("none",))[0]
    if status == "EXECUTED_SUCCESS":
        wanted = {"download": "disabled", "download --enable": "enabled", "enable": "enabled", "disable": "disabled",
                  "delete": "none"}.get(kind, state)
        if state != wanted and fallen:
            counts["fall-backs"] += 1  # after it had been done
        elif state != wanted:
            fail(f"{kind} of {iccid} was answered with {status}, but it is {state}: before {before}, after {after}")
    elif status == "FAILED" and ("fell back" in status_of(body) or fallen):
        counts["fall-backs"] += 1  # the network was away for longer than the card's patience: its own doing
    elif status == "FAILED" and after != before:
        fail(f"{kind} of {iccid} was answered with {status_of(body)}, but something changed: before {before}, after {after}")


def one_round():
    eid = dice.choice(eids)
    name, row = settled(eid)
    before = states(row["profiles"])
    mark = os.path.getsize("cards.log")
    kind, iccid = draw(before)
    call = [*OPERATOR, "--call-id", f"round-{round_number}-{kind}", "--validity", "60", *command(kind, name, eid, iccid)]
    if kind == "change":
        other = next(n for n in SMSRS if n != name)
        run(*OPERATOR, "--smsr", AT[other], "prepare-change", eid, "--from", SMSRS[name])
    victims = dice.sample(["smsr", "smsr2", "smdp", "cards", "smsc"], 2 if dice.random() < 0.2 else 1)
    if name not in victims and dice.random() < 0.7:  # the SM-SR that has nothing to do is no fun
        victims = [name if v in SMSRS and kind != "change" else v for v in victims]
    moment = dice.random() * typical[kind]
    say(f"round {round_number}: {kind} {iccid or ''} on {eid} at {name}, kills {victims} after {moment:.2f} s")
    began = time.time()
    caller = subprocess.Popen([eider, *call], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    time.sleep(moment)
    if caller.poll() is None:
        counts["interrupted"] += 1
        typical[kind] = min(3.0, typical[kind] * 1.1)
    else:
        typical[kind] = max(0.3, 0.85 * typical[kind])
    for victim in set(victims):
        processes[victim].send_signal(signal.SIGKILL)
        processes[victim].wait()
        counts["kill " + victim] += 1
    for victim in set(victims):
        time.sleep(dice.random() * 0.4)
        start(victim)
    await_all()
    try:
        out, error = caller.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        fail(f"{kind} hangs after the kill of {victims}")
    body = answer_of(subprocess.CompletedProcess(call, caller.returncode, out, error))
    end = time.time() + 100
    while body is None:
        if time.time() > end:
            fail(f"{kind} of {eid} is never answered: {out} {error}")
        counts["repeated calls"] += 1
        time.sleep(0.2)
        p = run(*call, ok=False)
        body, error = answer_of(p), p.stderr
    counts[kind] += 1
    counts[body["FunctionExecutionStatus"]["Status"]] += 1
    say(f"  answered {status_of(body)} after {time.time() - began:.1f} s")
    manager, row = settled(eid)
    after = states(row["profiles"])
    status = body["FunctionExecutionStatus"]["Status"]
    if kind == "change" and (name == manager) == status.startswith("EXECUTED"):
        fail(f"the change of {eid} was answered with {status_of(body)}, it is managed by {manager}")
    found = audit(manager, eid)
    manager, row = settled(eid)
    fallen = fell_back(eid, mark)
    if found != after and not fallen:
        fail(f"after {kind}: the SM-SR had {after}, the card {found}")
    check_answer(kind, iccid, body, before, after, fallen)
    gone = set(before) - set(after)
    if gone and not (kind == "delete" and gone == {iccid}):
        fail(f"{kind} lost {gone}")
    deleted.update(gone)
    counters.of_round(eid, manager, kind == "change" and name != manager)
    counted = row["scp80Counter"]
    if counters.agreed_packets(eid, manager) > counted:
        fail(f"{eid} was sent {counters.agreed_packets(eid, manager)} packets under agreed keys, {manager} counted {counted}")
    say(f"  at rest after {time.time() - began:.1f} s")


begin = time.time()
taps = {name: Tap(SMPP) for name in SMSRS}
prepare()
eids = sorted(initial_keys())
counters = Counters(initial_keys())
counts, deleted = collections.Counter(), set()
typical = {k: 1.0 for k in KINDS}
for eid in eids:
    settled(eid)
begin = time.time()
for round_number in range(1, arguments.rounds + 1):
    one_round()
    if round_number % 10 == 0:
        check_everything()
    if sys.stderr.isatty() and not arguments.verbose:
        print(f"\r{round_number}/{arguments.rounds}", end="", file=sys.stderr)
check_everything()
for p in processes.values():
    p.terminate()
    p.wait()
kinds = ", ".join(f"{counts[k]} {k}" for k in KINDS if counts[k])
kills = ", ".join(f"{counts[k]} {k[5:]}" for k in sorted(counts) if k.startswith("kill "))
answers = ", ".join(f"{counts[k]} {k}" for k in ("EXECUTED_SUCCESS", "EXECUTED_WITHWARNING", "FAILED", "EXPIRED") if counts[k])
print(f"{arguments.rounds} procedures ({kinds}); killed: {kills} ({counts['interrupted']} rounds before the answer); "
      f"{counts['repeated calls']} calls repeated; {answers}; {counters.packets} packets, {len(counters.used)} counters read, none "
      f"twice; EIS, cards and stock agree; {time.time() - begin:.0f} s")
shutil.rmtree(work)
