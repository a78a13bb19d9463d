#!/usr/bin/env python3
"""Servers that mean harm, against `eider lpa`: each answer of an SM-DP+ and of an SM-DS is replaced by something hostile.

usage: tests/e2e/hostile.py --eider build/release/apps/eider/eider [--only NAME]

The hostile server has a TLS certificate of the right CI and role, as one that was taken over would: what it is not asked to
spoil it passes on to a real `eider smdpp serve`. The card is a process that writes down every command. Of each round is
demanded: the LPA ends by itself, soon, in little memory, says what was wrong in one JSON object, and leaves no session open
on the card; afterwards the next download works.
"""
import argparse, base64, http.client, json, os, re, shutil, signal, socket, ssl, subprocess, sys, tempfile, threading, time
import warnings, zlib

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--eider", required=True)
parser.add_argument("--only", default="")
arguments = parser.parse_args()
eider = os.path.abspath(arguments.eider)
work = tempfile.mkdtemp(prefix="eider-hostile-")
os.chdir(work)
MOST_SECONDS, MOST_KIB = 30, 192 * 1024  # an answer may have 4 MiB
warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.1, which is what is to be refused
children, wrong, checks = [], [], 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


ES9, ES2, METRICS, CARD = free_port(), free_port(), free_port(), free_port()
HOST = "smdpp.example.com"


def run(*args):
    p = subprocess.run([eider, *args], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if p.returncode != 0:
        sys.exit(f"eider {' '.join(args)} ended with {p.returncode}: {p.stderr}")
    return p.stdout


def start(log, *args, until):
    with open(log, "w") as out:
        child = subprocess.Popen([eider, *args], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    children.append(child)
    for _ in range(1200):
        if until in open(log).read():
            return child
        time.sleep(0.05)
    sys.exit(f"{args[0]} does not start: {open(log).read()}")


def check(name, right, detail=""):
    global checks
    checks += 1
    if not right:
        wrong.append(name)
        print(f"  WRONG {name} {detail}")


# ---- Answers that mean harm; each is given the connection and what the real server said ----
def send_reply(conn, body, status="200 OK", kind="application/json", more=""):
    conn.sendall((f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nX-Admin-Protocol: gsma/rsp/v2.6.1\r\n{more}"
                  f"Content-Length: {len(body)}\r\n\r\n").encode() + body)


def endless_body(conn, real):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    block = b"10000\r\n" + b"[" * 0x10000 + b"\r\n"
    while True:
        conn.sendall(block)


def body_until_close(conn, real):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    while True:
        conn.sendall(b" " * 0x10000)


def announced_terabyte(conn, real):
    conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1099511627776\r\n\r\n{")
    time.sleep(MOST_SECONDS)


def compressed_bomb(conn, real):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(256)) + packer.flush()
    send_reply(conn, bomb, more="Content-Encoding: gzip\r\n")


def compressed_answer(conn, real):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    send_reply(conn, packer.compress(real) + packer.flush(), more="Content-Encoding: gzip\r\n")


def headers_without_end(conn, real):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        conn.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def interim_without_end(conn, real):
    while True:
        conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def redirect(conn, real):
    send_reply(conn, b"", "302 Found", more=f"Location: https://localhost:{elsewhere.port}/\r\n")


def permanent_redirect(conn, real):
    send_reply(conn, b"", "308 Permanent Redirect", more=f"Location: https://localhost:{elsewhere.port}/\r\n")


def page_of_a_portal(conn, real):
    send_reply(conn, b"<html>Please log in</html>", kind="text/html")


def wrong_type_right_body(conn, real):
    send_reply(conn, real, kind="text/html")


def no_json(conn, real):
    send_reply(conn, b'{"header": {"functionExecutionStatus": {"status": "Executed-Success"}')


def deep_json(conn, real):
    send_reply(conn, b'{"header":' + b'[' * 1000000)


def no_http(conn, real):
    conn.sendall(b"\x00\x01\x02SSH-2.0-hello\r\n\r\n")


def nothing(conn, real):
    pass


def half(conn, real):
    conn.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(real)}\r\n\r\n".encode()
                 + real[:len(real) // 2])


def changed(change):
    def answer(conn, real):
        value = json.loads(real)
        change(value)
        send_reply(conn, json.dumps(value).encode())
    return answer


def huge_members(value):
    for name, member in value.items():
        if isinstance(member, str) and name != "transactionId":
            value[name] = base64.b64encode(b"\x30\x84\x7f\xff\xff\xff" + b"\x00" * 900000).decode()


def other_transaction(value):
    value["transactionId"] = "FF" * 16


def long_transaction(value):
    value["transactionId"] = "AB" * 1000


def members_of_other_types(value):
    for name in value:
        if name != "header":
            value[name] = {"a": [1, None, True]}


def control_characters(value):
    value["header"] = {"functionExecutionStatus": {"status": "Failed", "statusCodeData": {
        "subjectCode": "8.1", "reasonCode": "4.8", "message": "\x1b]0;owned\x07\x1b[2J" + "x" * 100000}}}


ATTACKS = {f.__name__: f for f in (
    endless_body, body_until_close, announced_terabyte, compressed_bomb, compressed_answer, headers_without_end,
    interim_without_end, redirect, permanent_redirect, page_of_a_portal, wrong_type_right_body, no_json, deep_json, no_http,
    nothing, half)}
ATTACKS |= {f.__name__: changed(f) for f in (
    huge_members, other_transaction, long_transaction, members_of_other_types, control_characters)}
FUNCTIONS = ("initiateAuthentication", "authenticateClient", "getBoundProfilePackage")


# ---- The server that was taken over ----
class Server:
    def __init__(self, context, handle):
        self.handle, self.context = handle, context
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            conn, _ = self.socket.accept()
            self.connections += 1
            threading.Thread(target=self.one, args=(conn,), daemon=True).start()

    def one(self, conn):
        try:
            conn.settimeout(60)
            with self.context.wrap_socket(conn, server_side=True) as tls:
                while self.handle(tls):
                    pass
        except (OSError, ValueError):
            conn.close()


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
    while len(body) < length:
        body += conn.recv(65536)
    return head.split()[1].decode(), body


class PassedOn:
    """To the real server, one connection for each of ours: a session is one there, too."""
    def __init__(self):
        self.spoil, self.attack, self.seen = None, None, []
        self.links = threading.local()

    def __call__(self, conn):
        request = read_request(conn)
        if request is None:
            return False
        path, body = request
        function = path.rsplit("/", 1)[-1]
        self.seen.append(function)
        link = getattr(self.links, "link", None)
        if link is None:
            link = self.links.link = http.client.HTTPSConnection("localhost", ES9, context=to_real, timeout=60)
        link.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "gsma-rsp-lpad",
                                          "X-Admin-Protocol": "gsma/rsp/v2.6.1"})
        answer = link.getresponse()
        real = answer.read()
        if function == self.spoil:
            self.attack(conn, real)
            return False
        if answer.status == 204:
            conn.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        else:
            send_reply(conn, real)
        return True


def lpa(port, *args):
    """Exit code, output, errors, seconds, KiB."""
    command = [eider, "lpa", "--tcp", f"127.0.0.1:{CARD}", "--pki", "pki", "--state", "state", "--yes", "--json",
               "--resolve", f"{HOST}:443:127.0.0.1:{port}", *args]
    begun = time.monotonic()
    with open("out", "wb") as out, open("err", "wb") as err:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    killer = threading.Timer(2 * MOST_SECONDS, child.kill)
    killer.start()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    killer.cancel()
    return (child.returncode, open("out", errors="replace").read(), open("err", errors="replace").read(),
            time.monotonic() - begun, usage.ru_maxrss)


def fault_of(out):
    try:
        return json.loads(out)["error"]
    except (ValueError, KeyError, TypeError):
        return None


def sent_to_card():
    return open("card.trace").read().replace(" ", "").upper()


def new_code():
    order = json.loads(run("order", "--smdp", f"{HOST}:8444", "--resolve", f"{HOST}:8444:127.0.0.1:{ES2}", "--pki", "pki",
                           "--json", "place", "--type", "op-default", "--address", HOST))
    return order["activationCode"]


def rounds():
    passed = PassedOn()
    hostile = Server(ours, passed)
    number = 0
    for name, attack in ATTACKS.items():
        if arguments.only and arguments.only != name:
            continue
        for function in FUNCTIONS:
            code = new_code()  # what cannot be read ends an order for good
            passed.spoil, passed.attack, passed.seen = function, attack, []
            before = len(sent_to_card())
            code_, out, err, seconds, kib = lpa(hostile.port, "download", code)
            where = f"{name} at {function}"
            fault = fault_of(out)
            check(f"{where}: refused", code_ in (1, 3), f"{code_} {err[-300:]}")
            check(f"{where}: ends soon", seconds < MOST_SECONDS, f"{seconds:.1f} s")
            check(f"{where}: little memory", kib < MOST_KIB, f"{kib} KiB")
            check(f"{where}: says why", fault is not None and fault.get("cause"), out[:300])
            check(f"{where}: a message of reasonable length", len(err) < 20000, f"{len(err)} characters")
            check(f"{where}: terminal is not driven", "\x1b" not in err and "\x07" not in err)
            # Before AuthenticateServer the card has no session; a card that was answered Failed is left, for the server
            # has ended the session.
            if function != FUNCTIONS[0] and name != "control_characters":
                check(f"{where}: session on the card ended", "BF41" in sent_to_card()[before:], err[-300:])
            check(f"{where}: nobody else was asked", elsewhere.connections == 0)
            number += 1
        passed.spoil = None
        code_, out, err, *_ = lpa(hostile.port, "download", code)
        told = "the order stayed open"
        if code_ != 0:
            told = "the order is over"
            code_, out, err, *_ = lpa(hostile.port, "download", new_code())
        check(f"{name}: the next download works", code_ == 0, out[:200] + err[-300:])
        iccid = json.loads(out)["profile"]["iccid"] if code_ == 0 else ""
        lpa(hostile.port, "delete", iccid)
        print(f"  {name}: {told}")
    return number


def old_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(*identity)
    server = Server(context, PassedOn())
    code, out, err, seconds, _ = lpa(server.port, "download", "LPA:1$" + HOST + "$X")
    fault = fault_of(out)
    check("TLS 1.1: refused", code == 3 and fault and fault["kind"] == "transport", f"{code} {out} {err[-200:]}")
    check("TLS 1.1: was tried", server.connections > 0)
    check("TLS 1.1: says TLS", fault and "TLS" in fault["cause"], out)
    plain = socket.create_server(("127.0.0.1", 0))

    def speak():
        conn, _ = plain.accept()
        conn.recv(4096)
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    threading.Thread(target=speak, daemon=True).start()
    code, out, *_ = lpa(plain.getsockname()[1], "download", "LPA:1$" + HOST + "$X")
    check("HTTP without TLS: refused", code == 3 and "TLS" in fault_of(out)["cause"], out)


def private_networks():
    for host in (f"localhost:{elsewhere.port}", f"127.0.0.1:{elsewhere.port}", "10.0.0.1", "169.254.169.254", "192.168.0.1"):
        code, out, err, seconds, _ = lpa(1, "download", f"LPA:1${host}$X")
        fault = fault_of(out)
        check(f"{host}: not asked", code == 1 and fault and "private address" in fault["cause"], f"{code} {out} {err[-200:]}")
        check(f"{host}: at once", seconds < 5, f"{seconds:.1f} s")
    check("nobody in the private network was asked", elsewhere.connections == 0)
    code, out, *_ = lpa(1, "--allow-private", "download", f"LPA:1$localhost:{elsewhere.port}$X")
    check("allowed, it is asked", elsewhere.connections > 0, out)


try:
    run("pki", "init", "--out", "pki", "--smdp-host", HOST)
    run("eum", "make", "--pki", "pki", "--out", "card.eider", "--quiet")
    run("smdpp", "init", "--data", "dp", "--pki", "pki", "--address", HOST, "--operator", "op",
        "--es9plus", f"127.0.0.1:{ES9}", "--es2plus", f"127.0.0.1:{ES2}", "--metrics", f"127.0.0.1:{METRICS}")
    with open("metadata.json", "w") as f:
        json.dump({"serviceProviderName": "Eider Mobile", "profileName": "Plan", "profileOwner": {"mcc": "001", "mnc": "01"}}, f)
    run("profile", "create", "--output", "t.der", "--iccid", "8988211000000000001?", "--imsi", "001010000000001")
    run("smdpp", "import", "--data", "dp", "--template", "std", "--operator", "op", "--package", "t.der")
    with open("s.csv", "w") as f:
        f.write("iccid,imsi,k,opc\n" + "".join(
            f"8988211000000010{100 + i}?,001010000001{100 + i},000102030405060708090A0B0C0D0E0F,101112131415161718191A1B1C1D1E1F\n"
            for i in range(4 * len(ATTACKS) + 4)))
    run("smdpp", "import", "--data", "dp", "--type", "op-default", "--metadata", "metadata.json", "--template", "std", "--csv", "s.csv")
    start("dp.log", "smdpp", "serve", "--data", "dp", until="metrics port")
    start("card.log", "card", "serve", "card.eider", "--tcp", f"127.0.0.1:{CARD}", "--trace", "card.trace", until=str(CARD))
    identity = ("pki/certificates/dptls-p256.pem", "pki/keys/dptls-p256.pem")
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(*identity)
    to_real = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    to_real.check_hostname = False  # it is asked for by its address
    to_real.load_verify_locations("pki/certificates/ci-p256.pem")
    elsewhere = Server(ours, lambda conn: False)
    number = rounds()
    if not arguments.only:
        old_tls()
        private_networks()
finally:
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        child.wait()
print(f"{number} hostile answers, {checks} checks, {len(wrong)} wrong")
if not wrong:
    shutil.rmtree(work)
sys.exit(1 if wrong else 0)
