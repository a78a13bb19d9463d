#!/usr/bin/env python3
"""The include rule of docs/architecture.md: a folder includes what stands below it in the house, never what stands
above. Prints file:line of every include that breaks it; exit code 1 when there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOW = ["base", "codec", "crypto", "spec", "channel", "profile"]
ROLES = ["roles/eum", "roles/smdpp", "roles/smds", "roles/lpa", "roles/operator", "roles/auc", "roles/smdp", "roles/smsr"]
MAY_INCLUDE = {name: set(LOW[:i]) for i, name in enumerate(LOW)}
MAY_INCLUDE["card"] = set(LOW) | {"device"}           # the CardPort that it implements
MAY_INCLUDE["device"] = set(LOW)                       # what a card sits in: never card internals
for role in ROLES:
    MAY_INCLUDE[role] = set(LOW) | {"device"}          # never card, net, store, nor another role
MAY_INCLUDE["net"] = set(LOW) | {"card", "device", *ROLES}
MAY_INCLUDE["store"] = set(LOW) | {"card", "device", *ROLES}
MAY_INCLUDE["world"] = set(LOW) | {"card", "device", "store", *ROLES}  # simulated network: never net
HEAVY = re.compile(r"(boost/|openssl/|sqlite3\.h|CLI/|spdlog/|winscard\.h|PCSC/)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def folder_of(path: str) -> str | None:
    parts = path.split("/")
    if len(parts) < 2:
        return None
    name = "/".join(parts[:2]) if parts[0] == "roles" and len(parts) > 2 else parts[0]
    return name if name in MAY_INCLUDE else None


def check(file: pathlib.Path) -> list[str]:
    inside = file.relative_to(ROOT / "src").as_posix()
    own = folder_of(inside)
    found = []
    if own is None:
        return [f"{file.relative_to(ROOT)}:1: folder is not in the table of scripts/check-includes.py"]
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        where = f"{file.relative_to(ROOT)}:{number}"
        quote, target = match.groups()
        if quote == '"':
            if not (ROOT / "src" / target).is_file():
                found.append(f'{where}: "{target}" is not a file below src/')
                continue
            other = folder_of(target)
            if other != own and other not in MAY_INCLUDE[own]:
                found.append(f"{where}: {own} may not include {other} ({target})")
        elif file.suffix == ".hpp" and "/detail/" not in inside and HEAVY.match(target):
            found.append(f"{where}: <{target}> in a header; hide it in the .cpp or in detail/")
    return found


def main() -> int:
    files = sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in (".hpp", ".cpp"))
    found = [fault for file in files for fault in check(file)]
    print("\n".join(found) if found else f"{len(files)} files keep the include rule")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
