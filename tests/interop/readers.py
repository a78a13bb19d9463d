"""Reads the card in the first PC/SC reader with pyscard and compares it with values from elsewhere.

usage: readers.py NAME PACKAGE ORACLES   (called by readers.sh; writes iccid.hex)
What the package writes into the files of MF, ADF.USIM and ADF.ISIM is read out of it here, by nothing of Eider's.
"""
import csv, os, subprocess, sys, time

from smartcard.System import readers

name, package, oracles = sys.argv[1:4]
checks = 0


def check(what, wanted, found):
    global checks
    checks += 1
    if wanted != found:
        sys.exit(f"  WRONG {what}: {found}, not {wanted}")


for _ in range(80):  # until the card is in the reader
    try:
        connection = readers()[0].createConnection()
        connection.connect()
        break
    except Exception:
        time.sleep(0.1)
else:
    sys.exit("  WRONG: no card in the reader")


def send(command):
    data, sw1, sw2 = connection.transmit(list(bytes.fromhex(command)))
    out = bytes(data)
    while sw1 == 0x61:
        data, sw1, sw2 = connection.transmit([0x00, 0xC0, 0x00, 0x00, sw2])
        out += bytes(data)
    return out, sw1 << 8 | sw2


def good(command):
    out, sw = send(command)
    if sw != 0x9000:
        sys.exit(f"  WRONG {command}: {sw:04X}")
    return out


def tlvs(data):
    at, out = 0, {}
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size == 0x81:
            size, at = data[at], at + 1
        out[tag] = data[at : at + size]
        at += size
    return out


def fcp(data):
    return tlvs(tlvs(data)[0x62])


def select(path, application=None):
    """FIDs from below the MF, or from below the application; FCP of the last."""
    if application:
        good(f"00A40404{len(application) // 2:02X}{application}")
        return fcp(good(f"00A40804{len(path) // 2 + 2:02X}7FFF{path}"))
    return fcp(good(f"00A40804{len(path) // 2:02X}{path}"))


def read(path, application=None):
    f = select(path, application)
    descriptor = f[0x82]
    if len(descriptor) == 5:
        size, count = descriptor[2] << 8 | descriptor[3], descriptor[4]
        return [good(f"00B2{n:02X}04{size:02X}") for n in range(1, count + 1)]
    size, out = int.from_bytes(f[0x80], "big"), b""
    while len(out) < size:
        n = min(255, size - len(out))
        out += good(f"00B0{len(out):04X}{n:02X}")
    return [out]


def digits(octets):
    return "".join(f"{b & 15:X}{b >> 4:X}" for b in octets).rstrip("F")


# ---- ETSI TS 102 221: what any terminal reads first ----
iccid = read("2FE2")[0]
open("iccid.hex", "w").write(iccid.hex().upper())
check("length of EF.ICCID", 10, len(iccid))
applications = {}
for record in read("2F00"):
    if record[0] != 0x61:
        continue
    inside = tlvs(record[2 : 2 + record[1]])
    applications[inside[0x4F].hex().upper()] = inside.get(0x50, b"").decode("ascii")
usim = next(a for a in applications if a.startswith("A0000000871002"))
arr = read("2F06")
check("first object of EF.ARR is an access mode", True, arr[0][0] in range(0x80, 0x90))
status = fcp(good(f"00A40404{len(usim) // 2:02X}{usim}"))
check("AID in the FCP of the USIM", usim, status[0x84].hex().upper())
pin_status = status[0xC6]
check("PIN status template begins with PS_DO", 0x90, pin_status[0])
good("00A40804047FFF6F07")
if name == "set1":
    check("EF.IMSI before PIN1", 0x6982, send("00B0000009")[1])
    check("wrong PIN1", 0x63C2, send("002000010835353535FFFFFFFF")[1])
    check("attempts left", 0x63C2, send("00200001")[1])
    good("002000010831323334FFFFFFFF")
imsi = digits(read("6F07", usim)[0][1:])[1:]
ust = read("6F38", usim)[0]
check("service 33 of EF.UST is always on (TS 31.102, 4.2.8)", True, bool(ust[4] & 1))
check("length of EF.AD", True, len(read("6FAD", usim)[0]) >= 3)

# ---- What GSMA publishes of its Profiles, and what was ordered ----
own = name == "set1"
check("EF.ICCID", "8949000000000000003" if own else "89000123456789012341", digits(iccid))
check("EF.IMSI", "262019876543210" if own else "001010123456063", imsi)


# ---- The package, element by element: octets that it fills (TCA PPIF, File) ----
def members(data):
    """Tag (one or two octets), value and the rest of a concatenation of TLVs."""
    at, out = 0, []
    while at < len(data):
        tag, at = data[at : at + 1], at + 1
        if tag[0] & 31 == 31:
            tag, at = tag + data[at : at + 1], at + 1
        size, at = data[at], at + 1
        if size > 0x80:
            n = size & 0x7F
            size, at = int.from_bytes(data[at : at + n], "big"), at + n
        out.append((tag.hex().upper(), data[at : at + size]))
        at += size
    return out


templates = os.path.join(oracles, "..", "..", "facts", "saip_templates.csv")
filled = 0
if os.path.exists(templates):
    fids = {}
    for row in csv.DictReader(open(templates)):
        if row["instances"] == "1" and row["type"] in ("TR", "LF") and row["parent_df"] in ("MF", "ADF.USIM", "ADF.ISIM"):
            fids[row["pe_choice_tag"], row["member_tag"]] = row["fid"], row["parent_df"]
    isim = next((a for a in applications if a.startswith("A0000000871004")), None)
    seen = set()
    for element, content in members(open(package, "rb").read()):
        for tag, value in members(content) if (element, "A3") in fids else []:
            fid, place = fids.get((element, tag), (None, None))
            if fid is None or (place, fid) in seen:
                continue
            octets, at, instances = {}, 0, 0
            for kind, item in members(value):
                if kind == "A1":
                    instances += 1
                    fid = next((v.hex().upper() for t, v in members(item) if t == "83"), fid)
                if kind == "82":
                    at += int.from_bytes(item, "big")
                if kind == "83":
                    octets.update({at + n: b for n, b in enumerate(item)})
                    at += len(item)
            seen.add((place, fid))
            application = {"ADF.USIM": usim, "ADF.ISIM": isim}.get(place)
            if instances > 1 or not octets or (place != "MF" and not application):
                continue
            f = select(fid, application)
            if send("00B2010400" if len(f[0x82]) == 5 else "00B0000001")[1] in (0x6982, 0x6985):
                continue
            body = b"".join(read(fid, application))
            for n, b in octets.items():
                if body[n] != b:
                    sys.exit(f"  WRONG {place} {fid} octet {n}: {body[n]:02X}, the package says {b:02X}")
            checks += len(octets)
            filled += 1
    check("files that the package fills", True, filled >= 10)

# ---- The oracles, file by file, with what PIN1 opens ----
oracle = os.path.join(oracles, {"TS48v5_SAIP2.3_NoBERTLV": "ts48_v5_saip2.3_nobertlv_files.csv",
                                "TS48v3_SAIP2.3_NoBERTLV": "ts48_v3_saip2.3_nobertlv_files.csv"}.get(name, "-"))
compared = closed = 0
if os.path.exists(oracle):
    aids = {"ADF.USIM": usim, "ADF.ISIM": next((a for a in applications if a.startswith("A0000000871004")), None),
            "ADF.CSIM": next((a for a in applications if a.startswith("A0000003431002")), None)}
    csv.field_size_limit(1 << 24)
    for row in csv.DictReader(open(oracle)):
        if row["type"] not in ("TR", "LF", "CY") or not row["content_hex"]:
            continue
        parts = row["path"].split("/")[1:]
        application = aids.get(row["adf"])
        if row["adf"]:
            parts = parts[1:]
        path = "".join(parts)
        f = select(path, application) if application or not row["adf"] else None
        if f is None:
            continue
        check(f"descriptor of {row['path']}", row["fd_byte"], f"{f[0x82][0]:02X}")
        check(f"size of {row['path']}", int(row["size"]), int.from_bytes(f[0x80], "big"))
        command = "00B2010400" if len(f[0x82]) == 5 else "00B0000001"
        if send(command)[1] in (0x6982, 0x6985):
            closed += 1
            continue
        body = b"".join(read(path, application)).hex().upper()
        check(f"content of {row['path']}", row["content_hex"].upper(), body)
        compared += 1
    check("files of the oracle that were compared", True, compared > 100)

# ---- AUTHENTICATE: TS 34.108 section 8.1.2 by hand, TS 35.208 test set 1 as printed ----
good(f"00A40404{len(usim) // 2:02X}{usim}")


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def answer(rand, autn):
    return send(f"0088008122" + f"10{rand.hex()}10{autn.hex()}00")


if name == "set1":
    rand = bytes.fromhex("23553CBE9637A89D218AE64DAE47BF35")
    out, sw = answer(rand, bytes.fromhex("55F328B43577B9B94A9FFAC354DFAFB3"))
    wanted = ("DB08A54211D5E3BA50BF10B40BA9A3C58B2A05BBF0D987B21BF8CB10F769BCD751044604127672711C6D344108"
              "EAE4BE823AF9A08B")
    check("status word of AUTHENTICATE", 0x9000, sw)
    if out[:1] == b"\xdc":  # the SQN of the set is too far ahead for a new card: AUTS, which TS 35.208 gives f5* for
        check("AUTS is for SQN 0: 000000000000 xor f5*", "451E8BECA43B", out[2:8].hex().upper())
    else:
        check("AUTHENTICATE, test set 1", wanted[: max(86, len(out) * 2)], out.hex().upper())
else:
    k = bytes(range(16))  # TS 48 and TS 34.108: 00 01 02 ... 0F
    rand, sqn, amf = bytes(range(0x10, 0x20)), (32).to_bytes(6, "big"), b"\x80\x00"
    xdout = xor(k, rand)
    ak = xdout[3:9]
    mac = xor(xdout[:8], sqn + amf)
    out, sw = answer(rand, xor(sqn, ak) + amf + mac)
    check("status word of AUTHENTICATE", 0x9000, sw)
    size = out[1]
    check("RES", xdout[:size], out[2 : 2 + size])
    ck, ik = xdout[1:] + xdout[:1], xdout[2:] + xdout[:2]
    check("CK", ck, out[3 + size : 19 + size])
    check("IK", ik, out[20 + size : 36 + size])
    check("a wrong MAC", 0x9862, answer(rand, xor(sqn, ak) + amf + bytes(8))[1])

print(f"  pyscard: ICCID {digits(iccid)}, IMSI {imsi}, {len(applications)} applications, {checks} values compared"
      + (f", {filled} files as the package fills them" if filled else "")
      + (f", {compared} files of the oracle octet by octet, {closed} closed to PIN1" if compared else ""))
