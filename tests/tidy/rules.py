"""The rules of the house that a compiler does not know. Each takes a file and yields (line, message)."""

import ast
import re

from cpp_text import code_of, functions, line_of

ROOMS = ("base", "archive", "classification", "grading", "assignment", "storage", "engine")
# What a room may include of src/, besides itself.
MAY_INCLUDE = {
    "base": {"base"},
    "archive": {"base"},
    "classification": {"base"},
    "grading": {"base"},
    "assignment": {"base"},
    "storage": {"base"},
    "engine": set(ROOMS),
}
BASE_HEADERS = {"crmcore/date.hpp", "crmcore/error.hpp", "crmcore/id.hpp", "crmcore/money.hpp"}
LINES_MAX, TEST_LINES_MAX, FUNCTION_LINES_MAX = 500, 400, 70
CPP = (".cpp", ".hpp", ".c", ".h")


class File:
    """A source file with its comments and literals blanked beside it."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.parts = path.split("/")
        self.top = self.parts[0]
        self.is_cpp = path.endswith(CPP)
        self.code = code_of(text) if self.is_cpp else text

    @property
    def room(self):
        return self.parts[1] if self.top == "src" and len(self.parts) > 2 else None

    def find(self, pattern, text=None):
        text = self.code if text is None else text
        return ((line_of(text, match.start()), match) for match in re.finditer(pattern, text, re.M))


def layering(file):
    if not file.is_cpp or file.top not in ("src", "include", "bindings", "examples"):
        return
    for line, match in file.find(r'^[ \t]*#\s*include\s*([<"])([^>"]+)[>"]'):
        target = match.group(2)
        first = target.split("/")[0]
        if ".." in target.split("/"):
            yield line, f"{target} climbs out of its folder; include from include/ or src/"
        elif first in ROOMS and "/" in target:
            if file.room is None:
                yield line, f"{file.top}/ sees only public headers, not {target}"
            elif first != file.room and first not in MAY_INCLUDE.get(file.room, set()):
                yield line, f"src/{file.room} may not include {target}"
        elif first == "crmcore" and file.room == "base" and target not in BASE_HEADERS:
            yield line, f"src/base may not include {target}, which stands above it"


def file_length(file):
    most = TEST_LINES_MAX if file.top == "tests" else LINES_MAX
    lines = len(file.text.splitlines())
    if lines > most:
        yield most, f"{lines} lines, at most {most}: split by idea"


def function_length(file):
    if file.is_cpp:
        bodies = functions(file.code)
    elif file.path.endswith(".py"):
        bodies = ((node.lineno, node.end_lineno - node.lineno + 1) for node in ast.walk(ast.parse(file.text))
                  if isinstance(node, ast.FunctionDef))
    else:
        return
    for line, lines in bodies:
        if lines > FUNCTION_LINES_MAX:
            yield line, f"a function of {lines} lines, at most {FUNCTION_LINES_MAX}"


BANNED = ("util", "utils", "utility", "utilities", "helper", "helpers", "common", "misc")


def words_of(name):
    """Splits snake_case and PascalCase into lower-case words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def banned_names(file):
    for part in file.parts:
        for word in words_of(part.split(".")[0]):
            if word in BANNED:
                yield 1, f"{part}: '{word}' says nothing; name what it does"
    if file.is_cpp:
        for line, match in file.find(r"\b(?:class|struct|namespace|enum)\s+(?:class\s+)?(\w+)"):
            if set(words_of(match.group(1))) & set(BANNED):
                yield line, f"{match.group(1)} says nothing; name what it does"


def sqlite_at_home(file):
    if not file.is_cpp or file.top not in ("src", "include", "bindings", "examples"):
        return
    if file.path.startswith("src/storage/sqlite/"):
        return
    for line, match in file.find(r"\bsqlite3_\w*|[<\"]sqlite3(?:ext)?\.h[>\"]"):
        yield line, f"{match.group()} outside src/storage/sqlite/"


def one_guard(file):
    if not file.is_cpp or not file.path.startswith("bindings/c/") or file.path == "bindings/c/guard.hpp":
        return
    for line, match in file.find(r"\b(?:try|catch)\b"):
        yield line, f"'{match.group()}' outside guard.hpp, the one exception barrier"


def injected_clock(file):
    if not file.is_cpp or file.top not in ("src", "include", "bindings") or file.path.startswith("src/base/clock."):
        return
    clock = (r"\b(?:system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime|localtime(?:_r)?)\b"
             r"|::\s*now\s*\(|(?<![\w.>])time\s*\(\s*(?:NULL|nullptr|0|&)")
    for line, match in file.find(clock):
        yield line, f"'{match.group()}' outside base/clock: time is an argument"


def no_chance(file):
    if not file.is_cpp:
        return
    chance = r"\bstd\s*::\s*rand\b|\brandom_device\b|(?<![\w.>:])s?rand\s*\(|\b(?:arc4random|getrandom|getentropy)\w*\b"
    for line, match in file.find(chance):
        yield line, f"'{match.group()}': nothing is random without a recorded seed"


def included_once(file):
    if file.path.endswith(".hpp") and not re.search(r"^#pragma once$", file.code, re.M):
        yield 1, "a header without '#pragma once'"
    if file.path.endswith(".h") and not re.search(r"^#pragma once$|^#ifndef (\w+)\s+#define \1$", file.code, re.M):
        yield 1, "a header without an include guard"


# Put together here, so that this file may be searched for them.
UNFINISHED = r"\b(?:TO" r"DO|FIX" r"ME|HA" r"CK|not imple" r"mented|place" r"holder|stu" r"b)\b"
SKIPPED = r"doctest::sk" r"ip|should_" r"fail|may_" r"fail"


def finished(file):
    for line, match in file.find(UNFINISHED, file.text):
        yield line, f"'{match.group()}' marks unfinished work"
    if file.top == "tests":
        for line, match in file.find(SKIPPED, file.text):
            yield line, f"'{match.group()}' hides a test"


RULES = (layering, file_length, function_length, banned_names, sqlite_at_home, one_guard, injected_clock,
         no_chance, included_once, finished)


def violations(path, text):
    """Yields "path:line: rule: message" for everything that is wrong with one file."""
    file = File(path, text)
    for rule in RULES:
        for line, message in rule(file):
            yield f"{path}:{line}: {rule.__name__}: {message}"
