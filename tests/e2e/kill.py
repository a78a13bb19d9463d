#!/usr/bin/env python3
"""kill -9 of SM-DP+, card and LPA at random moments of real downloads: nothing is lost, no code is burned.

usage: tests/e2e/kill.py --eider build/release/apps/eider/eider [--rounds 200] [--seed 1]

Server, card and LPA are processes of their own. Each round orders a profile, starts its download and kills one of them,
or server and card, at a random moment; then they are started again and the same Activation Code is used until the profile
is there. After every
round: the card holds the profile once and opens, no notification waits, the SM-DP+ says Installed. The last line
counts the rounds; exit code 1 on the first violation.
"""
import argparse, json, os, random, shutil, signal, socket, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
from ports import free_ports

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--eider", required=True)
parser.add_argument("--rounds", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
arguments = parser.parse_args()
eider = os.path.abspath(arguments.eider)
dice = random.Random(arguments.seed)
work = tempfile.mkdtemp(prefix="eider-kill-")
os.chdir(work)

ES9, ES2, METRICS, CARD = free_ports(4)
HOST = "smdpp.example.com"
LPA = ["lpa", "--tcp", f"127.0.0.1:{CARD}", "--pki", "pki", "--resolve", f"{HOST}:443:127.0.0.1:{ES9}", "--yes", "--json"]
ORDER = ["order", "--smdp", f"{HOST}:8444", "--resolve", f"{HOST}:8444:127.0.0.1:{ES2}", "--pki", "pki", "--json"]


def run(*args, ok=True):
    p = subprocess.run([eider, *args], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    if ok and p.returncode != 0:
        fail(f"eider {' '.join(args)} ended with {p.returncode}: {p.stderr.strip()}")
    return p


def fail(why):
    print(f"VIOLATION in round {round_number} (seed {arguments.seed}): {why}\nkept for a look: {work}")
    for process in (server, card):
        if process: process.kill()
    sys.exit(1)


server, card, round_number = None, None, 0


def await_port(process, port, log):
    end = time.time() + 60
    while time.time() < end:
        if process.poll() is not None:
            fail("it does not start again: " + open(log).read()[-500:])
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    fail("it does not listen: " + open(log).read()[-500:])


def start_server():
    global server
    log = open("server.log", "a")
    server = subprocess.Popen([eider, "smdpp", "serve", "--data", "smdpp"], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    await_port(server, METRICS, "server.log")  # the last that it opens


def start_card():
    global card
    log = open("card.log", "a")
    card = subprocess.Popen([eider, "card", "serve", "card.eider", "--tcp", f"127.0.0.1:{CARD}"], stdout=log, stderr=log,
                            stdin=subprocess.DEVNULL)
    await_port(card, CARD, "card.log")


def luhn(digits):
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (2 if i % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return digits + str(-total % 10)


run("pki", "init", "--out", "pki", "--smdp-host", HOST)
run("profile", "create", "-o", "template.der", "--iccid", "894900000000000000?", "--imsi", "001010000000000")
with open("subscribers.csv", "w") as f:
    f.write("iccid,imsi,k,opc\n")
    for i in range(arguments.rounds):
        f.write(f"{luhn(f'89490000000001{i:04d}')},00101{i:010d},{dice.getrandbits(128):032X},{dice.getrandbits(128):032X}\n")
json.dump({"serviceProviderName": "Eider", "profileName": "Kill",
           "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": HOST}]}, open("metadata.json", "w"))
run("smdpp", "init", "--data", "smdpp", "--pki", "pki", "--address", HOST, "--es9plus", f"127.0.0.1:{ES9}", "--es2plus",
    f"127.0.0.1:{ES2}", "--metrics", f"127.0.0.1:{METRICS}", "--operator", "mobile")
run("smdpp", "import", "--data", "smdpp", "--operator", "mobile", "--template", "usim", "--package", "template.der")
run("smdpp", "import", "--data", "smdpp", "--type", "mobile-default", "--metadata", "metadata.json", "--template", "usim", "--csv",
    "subscribers.csv")
run("eum", "make", "--pki", "pki", "--out", "card.eider", "--quiet")
start_server()
start_card()

kills = {"server": 0, "card": 0, "LPA": 0, "server and card": 0}
retries, interrupted = 0, 0
begin = time.time()
typical = 0.25
for round_number in range(1, arguments.rounds + 1):
    order = json.loads(run(*ORDER, "place", "--type", "mobile-default").stdout)
    iccid, code = order["iccid"], order["activationCode"]
    victim = dice.choice(list(kills))
    phone = subprocess.Popen([eider, *LPA, "download", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             stdin=subprocess.DEVNULL)
    started = time.time()
    time.sleep(dice.random() * typical)
    if phone.poll() is None:
        interrupted += 1
    else:
        typical = max(0.05, 0.9 * typical)
    if victim == "LPA":
        phone.kill()
    for name, process in (("server", server), ("card", card)):
        if name in victim:
            process.send_signal(signal.SIGKILL)
            process.wait()
    kills[victim] += 1
    try:
        phone.wait(90)
    except subprocess.TimeoutExpired:
        fail(f"the LPA hangs after the kill of {victim}")
    if victim == "server":
        typical = max(typical, min(1.0, time.time() - started))
    if server.poll() is not None:
        start_server()
    if card.poll() is not None:
        start_card()

    def installed():
        found = [p for p in json.loads(run(*LPA, "list").stdout)["profiles"] if p["iccid"] == iccid]
        if len(found) > 1:
            fail(f"{iccid} is on the card {len(found)} times")
        return bool(found)

    for attempt in range(6):
        run(*LPA, "notifications", "send", ok=False)
        if installed():
            break
        retries += 1
        last = run(*LPA, "download", code, ok=False)
    else:
        fail(f"the code of {iccid} is burned: {last.stdout} {last.stderr}")
    run(*LPA, "notifications", "send")
    waiting = json.loads(run(*LPA, "notifications", "list").stdout)["notifications"]
    if waiting:
        fail(f"notifications still wait: {waiting}")
    shown = json.loads(run("smdpp", "profiles", "show", iccid, "--data", "smdpp", "--json").stdout)
    if shown["state"] != "Installed":
        fail(f"{iccid} is on the card, but the SM-DP+ says {shown['state']}")
    if round_number % 8 == 0:  # room for more
        for p in json.loads(run(*LPA, "list").stdout)["profiles"]:
            run(*LPA, "delete", p["iccid"])
    if sys.stderr.isatty():
        print(f"\r{round_number}/{arguments.rounds}", end="", file=sys.stderr)

for process in (server, card):
    process.terminate()
    process.wait()
print(f"{arguments.rounds} downloads, killed: {', '.join(f'{n} {who}' for who, n in kills.items())} "
      f"({interrupted} before the download had ended); {retries} retries with the same code; nothing lost, no code burned; "
      f"{time.time() - begin:.0f} s")
shutil.rmtree(work)
