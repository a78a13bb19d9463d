#!/usr/bin/env python3
"""Holds docs/interfaces.md, docs/conformance.md, docs/readings.md and docs/sgp02-open-points.md against the tree: every HTTP function and
request with a tag of src/spec/sgp22 has a row with its path or tag and section, every function of the table of src/spec/sgp02 a row that
names its interface and itself, every file and test a row names exists, and a row that says "works" names both. Exit code 1 otherwise."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST = re.compile(r"^\s*TEST(?:_P|_F)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.M)
HTTP = re.compile(r'HttpFunction\s+k\w+\s*\{\s*"(\w+)",\s*"([^"]+)",[^"]*"([\d.]+)"')
DER = re.compile(r"EIDER_DER\(\s*eider::sgp22::(\w+Request),\s*0x([0-9A-F]{4})\)")
# The table of src/spec/sgp02/functions.cpp: where an interface begins, a function, a notification, all notifications.
M2M = re.compile(r'begin\(Interface::k(\w+),|\badd<[^;]*?>\(\s*N::k\w+,\s*"(\w+)"|\bnotify<\w+>\(\s*N::k\w+,\s*"(\w+)"|(t\.notifications\(\))')
LEAST_ASSERTIONS = 1500  # behind the rows of docs/conformance.md
STATES = ("works", "partly", "not built")


def rows(document: pathlib.Path) -> list[tuple[int, list[str]]]:
    found = []
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("|") and not re.match(r"^\|[\s|:-]+\|?$", line):
            found.append((number, [cell.strip() for cell in line.strip().strip("|").split("|")]))
    return found


ASSERTION = re.compile(r"\b(?:EXPECT|ASSERT)_[A-Z_]+\(")
ROW = re.compile(r"^    \{\"", re.M)  # of a table at file level that a test goes through


def tests_of(file: pathlib.Path) -> dict[str, int]:
    """Each test of the file with the assertions written in it; the rows of the file's tables count once each, with the first."""
    text = file.read_text(encoding="utf-8")
    found = list(TEST.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    counts = {f"{m[1]}.{m[2]}": len(ASSERTION.findall(text, m.end(), end)) for m, end in zip(found, ends)}
    if found:
        counts[f"{found[0][1]}.{found[0][2]}"] += len(ROW.findall(text, 0, found[0].start()))
    return counts


def check_references(document: pathlib.Path, all_tests: dict[str, int]) -> list[str]:
    faults = []
    for number, cells in rows(document):
        for reference in re.findall(r"`([^`]+)`", " ".join(cells)):
            where = f"{document.relative_to(ROOT)}:{number}"
            if re.fullmatch(r"(src|apps|tests|scripts|fuzz)/[\w./-]+", reference):
                if not (ROOT / reference).exists():
                    faults.append(f"{where}: {reference} does not exist")
            elif re.fullmatch(r"[A-Z]\w+\.[A-Z]\w+", reference) and reference not in all_tests:
                faults.append(f"{where}: no test is called {reference}")
    return faults


def check_interfaces(document: pathlib.Path) -> list[str]:
    faults, wires = [], ""
    for number, cells in rows(document):
        if len(cells) != 7 or cells[0] == "Interface":
            continue
        interface, function, wire, section, state, handler, tests = cells
        where = f"{document.relative_to(ROOT)}:{number}: {interface}.{function}"
        wires += f" {wire} ({section}) "
        if not state.startswith(STATES):
            faults.append(f"{where}: the state is none of {', '.join(STATES)}")
        if state.startswith("works") and ("`" not in handler or "`" not in tests):
            faults.append(f"{where}: works, but names no handler or no test")
        if state.startswith("not built") and "`src/" in handler:
            faults.append(f"{where}: not built, but names a handler")
    for header in sorted((ROOT / "src/spec/sgp22").glob("*.hpp")):
        text = header.read_text(encoding="utf-8")
        for name, path, section in HTTP.findall(re.sub(r"\n\s*", " ", text)):
            if path not in wires or section not in wires:
                faults.append(f"{header.relative_to(ROOT)}: {name} ({path}, {section}) has no row in {document.name}")
        for name, tag in DER.findall(text):
            if tag not in wires:
                faults.append(f"{header.relative_to(ROOT)}: {name} (tag {tag}) has no row in {document.name}")
    return faults


def m2m_functions(source: pathlib.Path) -> list[tuple[str, str]]:
    """Interface and name of each function of SGP.02."""
    found, notifications, interface = [], [], ""
    for begins, function, notification, all_of_them in M2M.findall(source.read_text(encoding="utf-8")):
        if begins:
            interface = begins.upper()
        elif function:
            found.append((interface, function))
        elif notification:
            notifications.append(notification)
        elif all_of_them:
            found += [(interface, name) for name in notifications]
    return found


def check_m2m(document: pathlib.Path, source: pathlib.Path) -> list[str]:
    functions, named, said = m2m_functions(source), set(), None
    for _, cells in rows(document):
        if len(cells) != 7:
            continue
        if count := re.fullmatch(r"messages of all (\d+) functions", cells[1]):
            said = int(count[1])
        elif not cells[1].startswith("calls of"):  # who calls is not who answers
            named |= {(i, word) for i in cells[0].split(", ") for word in re.findall(r"[\w…]+", cells[1])}
    patterns = [(i, re.compile(word.replace("…", r"\w+"))) for i, word in named]
    faults = [f"{source.relative_to(ROOT)}: {interface}.{name} has no row in {document.name}" for interface, name in functions
              if not any(i == interface and p.fullmatch(name) for i, p in patterns)]
    if len(functions) != said:
        faults.append(f"{source.relative_to(ROOT)}: {len(functions)} functions, {document.name} says {said}")
    return faults


def main() -> int:
    all_tests: dict[str, int] = {}
    for file in (ROOT / "tests").rglob("*.cpp"):
        all_tests |= tests_of(file)
    interfaces = ROOT / "docs/interfaces.md"
    faults = check_interfaces(interfaces) + check_m2m(interfaces, ROOT / "src/spec/sgp02/functions.cpp")
    for document in (interfaces, *(ROOT / "docs" / name for name in ("conformance.md", "readings.md", "sgp02-open-points.md"))):
        faults += check_references(document, all_tests)
    named = {t for t in re.findall(r"`(?:\w+/)?([A-Z]\w+\.[A-Z]\w+)`", (ROOT / "docs/conformance.md").read_text(encoding="utf-8"))}
    assertions = sum(all_tests.get(test, 0) for test in named)
    print(f"docs/conformance.md: {len(named)} tests with {assertions} assertions")
    if assertions < LEAST_ASSERTIONS:
        faults.append(f"docs/conformance.md: fewer than {LEAST_ASSERTIONS} assertions")
    print("\n".join(faults) if faults else "the tables of docs agree with the tree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
