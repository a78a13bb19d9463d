#!/usr/bin/env python3
"""The include rule of docs/architecture.md: a folder includes what its library links in CMakeLists.txt, and a library
links what stands below it in the house. Prints file:line of everything that breaks it; exit code 1 when there is one."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOUSE = ["base", "tui", "codec", "crypto", "spec", "channel", "profile", "device", "card", "server", "roles", "lpae", "capi", "net",
         "capi_net", "store", "world"]                                      # lowest first
NEVER = {"roles": {"card"},                            # a role knows ports, not the card
         "server": {"card"},
         "store": {"net"},
         "world": {"net"}}                             # its network is simulated
LIBRARY = re.compile(r"^eider_library\((\S+)([^)]*)\)", re.MULTILINE)
HEAVY = re.compile(r"(boost/|libxml/|openssl/|sqlite3\.h|CLI/|winscard\.h|PCSC/|glib|gio/|libmbim|libqmi)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def floor_of(folder: str) -> str:
    return folder.split("/")[0]


def read_libraries() -> dict[str, set[str]]:
    """Folder -> folders it links, directly or through others."""
    lines = {m.group(1): m.group(2).split() for m in LIBRARY.finditer((ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))}
    names = {"eider_" + folder.replace("/", "_"): folder for folder in lines}
    linked = {folder: {names[word] for word in words if word in names} for folder, words in lines.items()}

    def reach(folder: str) -> set[str]:
        return linked[folder].union(*(reach(other) for other in linked[folder]))
    return {folder: reach(folder) for folder in linked}


MAY_INCLUDE = read_libraries()


def check_libraries() -> list[str]:
    found = []
    for folder, others in MAY_INCLUDE.items():
        floor = floor_of(folder)
        if floor not in HOUSE:
            found.append(f"CMakeLists.txt: {folder} is not in the house of scripts/check-includes.py")
            continue
        below = set(HOUSE[:HOUSE.index(floor)]) - NEVER.get(floor, set())
        found += [f"CMakeLists.txt: {folder} may not link {other}" for other in sorted(others)
                  if floor_of(other) not in below]
    return found


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
        return [f"{file.relative_to(ROOT)}:1: folder is not a library of CMakeLists.txt"]
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
    found = check_libraries() + [fault for file in files for fault in check(file)]
    print("\n".join(found) if found else f"{len(files)} files keep the include rule")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
