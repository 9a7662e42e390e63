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
# What a room of the engine may include of the engine, besides itself and the ground, core.
ENGINE_MAY_INCLUDE = {
    "core": set(),
    "archive": set(),
    "classification": {"archive"},
    "ledger": {"archive"},
    "grading": {"archive", "classification", "ledger"},
    "assignment": {"archive", "classification", "grading"},
    "merging": {"archive", "ledger", "grading", "assignment"},
}
# Folders of kinds: each file is one row of a registry, which declares it.
KINDS = ("metrics", "scales", "cuts", "rules", "axes")
BASE_HEADERS = {"crmcore/date.hpp", "crmcore/error.hpp", "crmcore/id.hpp", "crmcore/money.hpp", "crmcore/words.hpp"}
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


def engine_rooms(file):
    if not file.path.startswith("src/engine/") or len(file.parts) < 4:
        if file.path.startswith("src/engine/") and file.is_cpp:
            yield 1, "a file of the engine belongs to one of its rooms"
        return
    room = file.parts[2]
    for line, match in file.find(r'^[ \t]*#\s*include\s*"engine/(\w+)/[^"]*"'):
        to = match.group(1)
        if room != "database" and to not in {room, "core"} | ENGINE_MAY_INCLUDE.get(room, set()):
            yield line, f"src/engine/{room} may not include engine/{to}"


def names_its_content(file):
    """A file's name does not say its folder's again; the public class of a room is the one that is called like it."""
    if not file.is_cpp or file.top != "src":
        return
    folder, stem = file.parts[-2], file.parts[-1].split(".")[0]
    is_public_class = stem == folder and file.path.endswith(".cpp") and f'"crmcore/{stem}.hpp"' in file.text
    if folder in (*ROOMS, *ENGINE_MAY_INCLUDE, "database", *KINDS) or file.path.startswith("src/engine/"):
        if (stem == folder and not is_public_class) or stem.startswith(f"{folder}_"):
            yield 1, f"{stem} repeats the name of its folder"


def own_header(file):
    """What a .cpp offers to others is declared in the header of its name, which it includes first."""
    if file.top != "src" or not file.path.endswith(".cpp") or file.parts[-2] in KINDS:
        return
    if file.path == "src/engine/database/rooms.cpp":  # stands for what the ground may not know
        return
    stem = file.parts[-1][:-len(".cpp")]
    own = "/".join((*file.parts[1:-1], f"{stem}.hpp"))
    includes = re.findall(r'^[ \t]*#\s*include\s*"([^"]+)"', file.text, re.M)
    if not includes or includes[0] not in (own, f"crmcore/{stem}.hpp"):
        if not re.search(r"^Room \w+_room\(\) noexcept \{$", file.code, re.M):
            yield 1, f"its first include is not its own header, {own}"


def anonymous_names(code):
    """Yields (line, namespaces, name) of what the anonymous namespaces of blanked code declare."""
    stack, last = [], 0
    for match in re.finditer(r"\bnamespace\s*([\w:]*)\s*\{|[{};]", code):
        token, is_top = match.group(), all(name is not None for name in stack)
        head = code[last:match.start()].strip()
        if is_top and None not in stack and "" in stack and token in "{;" and head:
            name = declared_name(head)
            if name:
                yield line_of(code, match.start() - len(code[last:match.start()].lstrip())), tuple(stack), name
        if token == "{":
            stack.append(None)
        elif token == "}":
            if stack:
                stack.pop()
        elif token != ";":
            stack.append(match.group(1))
        last = match.end()


def declared_name(head):
    """The name that the beginning of a declaration declares; None for what declares none."""
    head = re.sub(r"\btemplate\s*<(?:[^<>]|<[^<>]*>)*>", "", head).strip()
    if re.match(r"(?:static_assert|using namespace|friend)\b", head) or (head.startswith("using") and "=" not in head):
        return None
    for pattern in (r"^(?:class|struct|union|enum(?:\s+class)?)\s+(\w+)", r"^using\s+(\w+)\s*=",
                    r"(\w+)\s*(?:\[[^\]]*\])*\s*=", r"(\w+)\s*\((?:[^()]|\([^()]*\))*\)[^()]*$",
                    r"(\w+)\s*(?:\[[^\]]*\])*$"):
        match = re.search(pattern, head)
        if match:
            return match.group(1)
    return None


def one_library_file(files):
    """Rule over all files: (path, line, message) where two files of the library hide something of the same name, since
    it is also compiled as one file."""
    first = {}
    for path, text in files:
        if not path.endswith(".cpp") or not path.startswith(("src/", "bindings/c/")):
            continue
        for line, namespaces, name in anonymous_names(code_of(text)):
            before = first.setdefault((namespaces, name), path)
            if before != path:
                yield path, line, f"{name} is hidden in {before} too: share it or name it by what it is"


def fmt_in_one_place(file):
    if not file.is_cpp or file.top not in ("src", "bindings") or file.path.startswith("src/base/format."):
        return
    for line, match in file.find(r"^[ \t]*#\s*include\s*<fmt/[^>]*>"):
        yield line, "fmt is included through base/format.hpp, which gives it a namespace of ours"


def named_paths_exist(files, exists):
    """Rule over all files: a comment names a file of the tree that is there."""
    for path, text in files:
        if path.endswith(CPP) and path.startswith(("src/", "include/", "bindings/")):
            for number, line in enumerate(text.splitlines(), 1):
                comment = line.partition("//")[2]
                for named in re.findall(r"\b(?:tests|src|docs|bench|examples|cmake|scripts)/[\w/.-]*\w\.(?:cpp|hpp|c|h|py|md|sql|txt)\b",
                                        comment):
                    if not exists(named):
                        yield path, number, f"there is no {named}"


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


RULES = (layering, engine_rooms, names_its_content, own_header, fmt_in_one_place, file_length, function_length,
         banned_names, sqlite_at_home, one_guard, injected_clock, no_chance, included_once, finished)


def violations(path, text):
    """Yields "path:line: rule: message" for everything that is wrong with one file."""
    file = File(path, text)
    for rule in RULES:
        for line, message in rule(file):
            yield f"{path}:{line}: {rule.__name__}: {message}"


def tree_violations(files, exists):
    """The same for the rules that look at all files, [(path, text)]; `exists` tells whether a path is there."""
    for path, line, message in one_library_file(files):
        yield f"{path}:{line}: one_library_file: {message}"
    for path, line, message in named_paths_exist(files, exists):
        yield f"{path}:{line}: named_paths_exist: {message}"
