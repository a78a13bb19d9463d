#!/usr/bin/env python3
"""The release and sanitizer presets compile several sources of a test program as one (EIDER_UNITY), so that the names in
their unnamed namespaces meet, which the dev preset does not show. Prints every name that two sources of one program give to
different things, and macros that a source leaves defined (unless they begin with EIDER_); exit code 1 when there is one.
Overloads count when both could take the same number of arguments: which of them a call meant would depend on its
neighbours."""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Comments, literals and directives; what is left has balanced braces.
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
                   r'|^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.DOTALL | re.MULTILINE)
SEPARATOR = re.compile(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])")
NAMESPACE = re.compile(r"(?:^|\s)namespace\s*([\w:]*)\s*$")
TYPE = re.compile(r"(?:struct|class|enum(?:\s+class)?|union)\s+(\w+)")
ANY_NUMBER = range(0, 100)


def units() -> dict[str, list[pathlib.Path]]:
    """The sources that may be compiled together, by test program."""
    found = collections.defaultdict(list)
    for file in sorted((ROOT / "tests").rglob("*.cpp")):
        parts = file.relative_to(ROOT).parts[:-1]
        found["/".join(parts[:3 if parts[1:2] == ("roles",) else 2])].append(file)
    return found


def clean(text: str) -> tuple[str, list[str]]:
    """The text without noise, and the macros that it leaves behind."""
    macros = []

    def replace(match: re.Match) -> str:
        word = match.group(0)
        directive = re.match(r"\s*#\s*(define|undef)\s+(\w+)", word)
        if directive and directive.group(1) == "define":
            macros.append(directive.group(2))
        elif directive and directive.group(2) in macros:
            macros.remove(directive.group(2))
        return "0" if word[0] in "\"'R" else " "
    return NOISE.sub(replace, SEPARATOR.sub("", text)), macros


def split(text: str) -> list[str]:
    """At commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{<") - (c in ")]}>")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [p for p in parts + [text[start:]] if p.strip()]


def arguments(parameters: str) -> range:
    """How many a call can give."""
    if "..." in parameters:
        return ANY_NUMBER
    listed = [p for p in split(parameters) if p.strip() != "void"]
    return range(sum("=" not in p for p in listed), len(listed) + 1)


def declared(statement: str):
    """(name, what it is, number of arguments) for every name that a statement at namespace scope gives."""
    text = re.sub(r"\[\[.*?\]\]", "", " ".join(statement.split()))
    while text.startswith("template"):
        depth, end = 0, text.find("<")
        for end in range(end, len(text)):
            depth += (text[end] == "<") - (text[end] == ">")
            if depth == 0:
                break
        text = text[end + 1:].strip()
    if re.match(r"using namespace |static_assert|extern 0|[A-Z_0-9]+ ?\(|using [\w:]+$", text):
        return  # using-directives, and macros that name what they need
    alias = re.match(r"(?:using|namespace) (\w+) ?= ?(.*)", text)
    if alias:
        yield alias.group(1), "alias of " + alias.group(2), None
        return
    named = TYPE.match(text)
    head = re.split(r"=(?!=)|\{", text, maxsplit=1)[0]
    if named and "(" not in head:
        if "{" in text:
            yield named.group(1), "type", None
        return
    function = re.match(r"[^(]*?(\w+|operator\W+) ?\((.*)$", head)
    if function:
        depth, parameters = 1, function.group(2)
        for end, c in enumerate(parameters):
            depth += (c == "(") - (c == ")")
            if depth == 0:
                break
        if function.group(1) == "PrintTo":
            return  # GoogleTest finds it by the type of its argument
        if "{" in text and "::" not in head.split("(")[0].split()[-1] and not function.group(1).startswith("operator"):
            # The parameters with their defaults, which `head` may have lost.
            whole = text[text.index("(") + 1:]
            yield function.group(1), "function", arguments(parameters[:end] if depth == 0 else whole[:whole.find(") {")])
        return
    for i, part in enumerate(split(text)):
        name = re.search(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$", re.split(r"=(?!=)|\{", part, maxsplit=1)[0])
        if name and (i or " " in part.strip()):
            yield name.group(1), "variable", None


def names(text: str):
    """(namespace, name, what, arguments) of what stands in unnamed namespaces."""
    scopes, statement, i = [], "", 0
    while i < len(text):
        c = text[i]
        opened = NAMESPACE.search(statement) if c == "{" else None
        if opened:
            scopes.append(opened.group(1) or "")
            statement = ""
        elif c == "{":
            depth, i = 1, i + 1
            while i < len(text) and depth:
                depth += (text[i] == "{") - (text[i] == "}")
                i += 1
            body_of_function = re.search(r"\)\s*(?:const|noexcept|->[^=]*|:.*)?\s*$", statement)
            statement += "{}"
            if body_of_function and "" in scopes:
                yield from (("::".join(scopes), *d) for d in declared(statement))
            if body_of_function:
                statement = ""
            continue
        elif c == "}":
            if scopes:
                scopes.pop()
            statement = ""
        elif c == ";":
            if "" in scopes:
                yield from (("::".join(scopes), *d) for d in declared(statement))
            statement = ""
        else:
            statement += c
        i += 1


def clash(one, other) -> bool:
    if one[0] == other[0] == "function":
        return bool(set(one[1]) & set(other[1]))
    return one != other or one[0] in ("type", "variable")


def check(files: list[pathlib.Path]) -> list[str]:
    seen = collections.defaultdict(list)
    found = []
    for file in files:
        text, macros = clean(file.read_text(encoding="utf-8"))
        where = file.relative_to(ROOT).as_posix()
        found += [f"{where}: #undef {macro} at its end" for macro in macros if not macro.startswith("EIDER_")]
        own = collections.defaultdict(list)
        for scope, name, what, count in names(text):
            own[scope, name].append((what, count))
        for key, things in own.items():
            others = sorted({path for path, them in seen[key] if any(clash(a, b) for a in things for b in them)})
            if others:
                found.append(f"{where}: {key[1]} is something else in {', '.join(others)}")
            seen[key].append((where, things))
    return found


def main() -> int:
    found = [fault for files in units().values() for fault in check(files)]
    print("\n".join(found) if found else "no two sources of a test program give one name to two things")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
