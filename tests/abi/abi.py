#!/usr/bin/env python3
"""Keeps the promises of the binary interface: abi.py --root R --library L --version V JOB.

exports    the shared library exports exactly the symbols of exports.txt
shape      every function is crmcore_noun_verb, has at most 8 parameters, and says what enum an int32_t is
constants  the enumerators and constants of crmcore.h have exactly the values of constants.txt
called     every exported function is called by one of tests/c/*.c, what can fail also while memory runs out, and
           what needs a connection also while it is in use
types      abidiff finds no changed type or signature against types.abi
update     writes exports.txt, constants.txt and types.abi anew; refuses to drop or change what they promise
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


NOUNS = ("library", "code", "error", "buf", "db", "conn", "rows", "customer", "attribute", "axis", "node", "class", "columns",
         "entry", "month", "scheme", "review", "grade", "policy", "assignment", "manager")
ANY_THREAD = ("crmcore_conn_interrupt",)
PARAMETERS_MAX = 8
# In the order of the header, each the noun of what it holds.
SECTIONS = ("Library", "Errors and buffers", "File", "Connection", "Gateway and rows", "Customers", "Classes", "Imports",
            "Ledger", "Grades", "Assignment")
# An int32_t of these names is an enum, and the docstring names it.
ENUMS = {"kind": "crmcore_customer_kind", "status": "crmcore_customer_status", "type": "crmcore_column_type",
         "code": "crmcore_code", "extended": "crmcore_extended_code"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read_pairs(path):
    """Reads "name value" lines; a list that is not there yet is empty."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def write_pairs(path, title, pairs):
    lines = [f"# {title}", *(f"{name} {value}" for name, value in sorted(pairs.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def exported(library):
    """Every defined dynamic symbol, whatever its kind."""
    lines = run("nm", "-D", "--defined-only", "--format=posix", library).splitlines()
    return sorted(line.split()[0] for line in lines)


def constants(header):
    """Name to value of all enumerators and integer macros; an enumerator without a value is refused."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", header.read_text(encoding="utf-8"), flags=re.S)
    text = text.replace("#define CRMCORE_VERSION_NUMBER ", "#define ")  # grows with the version, which `constants` checks
    found = dict(re.findall(r"^\s*#\s*define\s+(CRMCORE_\w+)\s+\(?(-?(?:0x[0-9a-fA-F]+|\d+))\)?\s*$", text, re.M))
    for body in re.findall(r"\benum\b[^{;]*\{([^}]*)\}", text):
        for item in filter(None, (part.strip() for part in body.split(","))):
            name, _, value = (part.strip() for part in item.partition("="))
            if not re.fullmatch(r"-?(?:0x[0-9a-fA-F]+|\d+)", value):
                sys.exit(f"{header}: {name} needs an explicit integer value, has '{value}'")
            found[name] = value
    return found


def functions(header):
    """Yields (comment, result, name, parameters) of every function that the header declares."""
    text = re.sub(r"^typedef[^;]*;", "", header.read_text(encoding="utf-8"), flags=re.M)
    declaration = r"((?:^//[^\n]*\n)*)^((?:const )?\w+\*?) (crmcore_\w+)\(([^()]*)\);"
    for comment, result, name, inside in re.findall(declaration, text, re.M):
        parameters = [" ".join(part.split()) for part in inside.split(",")]
        yield comment, result, name, [] if parameters == ["void"] else parameters


def enum_of(result, name, parameters):
    """The enum that a function gives or takes as an int32_t; nothing for most."""
    last = name.rpartition("_")[2]
    if result == "int32_t" and last in ENUMS and not any(one.startswith("crmcore_error**") for one in parameters):
        return ENUMS[last]
    found = [ENUMS[match[1]] for one in parameters if (match := re.fullmatch(r"int32_t\*? (kind|type)", one))]
    return found[0] if found else "crmcore_code" if "int32_t code" in parameters else None


def differences(promised, actual, what):
    """Lists what was dropped, changed or added without being promised."""
    return ([f"{what} {name} is gone" for name in sorted(promised.keys() - actual.keys())]
            + [f"{what} {name} was {promised[name]}, is {actual[name]}"
               for name in sorted(promised.keys() & actual.keys()) if promised[name] != actual[name]]
            + [f"{what} {name} is new: run `cmake --build --preset dev --target abi_update`"
               for name in sorted(actual.keys() - promised.keys())])


def is_called(name, text):
    return re.search(rf"\b{name}\s*\(", text)


class Abi:
    def __init__(self, options):
        self.root, self.library, self.version = options.root, options.library, options.version
        folder = self.root / "tests/abi"
        self.header = self.root / "bindings/c/crmcore.h"
        self.exports_list = folder / "exports.txt"
        self.constants_list = folder / "constants.txt"
        self.types_file = folder / "types.abi"

    def exports(self):
        promised = dict.fromkeys(read_pairs(self.exports_list), "exported")
        return differences(promised, dict.fromkeys(exported(self.library), "exported"), "symbol")

    def constants(self):
        major, minor, patch = map(int, self.version.split("."))
        number = str(major * 1_000_000 + minor * 1_000 + patch)
        told = re.findall(r"^#define CRMCORE_VERSION_NUMBER (\d+)$", self.header.read_text(encoding="utf-8"), re.M)
        wrong = [] if told == [number] else [f"CRMCORE_VERSION_NUMBER is {told}, the library's version is {number}"]
        return wrong + differences(read_pairs(self.constants_list), constants(self.header), "constant")

    def shape(self):
        listed = list(functions(self.header))
        found = [] if {name for _, _, name, _ in listed} == set(exported(self.library)) else [
            "the header is not read as it is written: it declares other functions than are exported"]
        for comment, result, name, parameters in listed:
            if not re.fullmatch(rf"crmcore_({'|'.join(NOUNS)})_[a-z0-9_]+", name):
                found.append(f"{name} does not begin with one of the nouns")
            if len(parameters) > PARAMETERS_MAX:
                found.append(f"{name} has {len(parameters)} parameters, at most {PARAMETERS_MAX}")
            can_fail = bool(parameters) and parameters[-1] == "crmcore_error** error"
            if can_fail and (result != "int32_t" or not comment):
                found.append(f"{name} takes an error, so it returns a status and says what it does")
            enum = enum_of(result, name, parameters)
            if enum and enum not in comment:
                found.append(f"{name} does not say that its number is a {enum}")
        rules = re.findall(r"^// ---- (.+?) -+$", self.header.read_text(encoding="utf-8"), re.M)
        return found + ([] if tuple(rules) == SECTIONS else [f"the sections are {', '.join(rules)}"])

    def called(self):
        tests = "\n".join(path.read_text(encoding="utf-8") for path in sorted((self.root / "tests/c").glob("*.c")))
        found = [f"{name} is called by no test in tests/c"
                 for name in exported(self.library) if not is_called(name, tests)]
        # What can fail is tried while memory runs out; what needs a connection's turn, while it is in use.
        short = "\n".join((self.root / "tests/c" / name).read_text(encoding="utf-8")
                          for name in ("memory.c", "memory_gateway.c", "memory_typed.c", "harness.h"))
        in_use = (self.root / "tests/c/every_call.h").read_text(encoding="utf-8")
        for _, _, name, parameters in functions(self.header):
            if not parameters or parameters[-1] != "crmcore_error** error":
                continue
            if not is_called(name, short):
                found.append(f"{name} is not called while memory runs out (tests/c/memory*.c)")
            if name not in ANY_THREAD and re.match(r"crmcore_(conn|rows)\*", parameters[0]) and not is_called(name, in_use):
                found.append(f"{name} is not called on a connection in use (tests/c/every_call.h)")
        return found

    def write_types(self, target):
        # Of the interfaces only: what lies behind the opaque handles is 500 times as much.
        run("abidw", "--exported-interfaces-only", "--header-file", str(self.header), "--drop-private-types",
            "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--out-file", str(target), str(self.library))
        target.write_text(target.read_text(encoding="utf-8").replace(f"path='{self.root}/", "path='"), encoding="utf-8")

    def types(self):
        if not shutil.which("abidiff"):
            if os.environ.get("CI"):
                return ["abidiff is missing (package abigail-tools)"]
            print("SKIPPED: needs abidw and abidiff (package abigail-tools)")
            return []
        if not self.types_file.exists():
            return [f"{self.types_file} is missing: run `cmake --build --preset dev --target abi_update`"]
        with tempfile.TemporaryDirectory() as folder:
            actual = pathlib.Path(folder) / "types.abi"
            self.write_types(actual)
            result = subprocess.run(["abidiff", "--no-added-syms", str(self.types_file), str(actual)],
                                    capture_output=True, text=True, check=False)
        return [result.stdout + result.stderr] if result.returncode else []

    def update(self):
        versions = read_pairs(self.exports_list)
        actual = {name: versions.get(name, self.version) for name in exported(self.library)}
        values = constants(self.header)
        broken = [line for line in differences(versions, actual, "symbol")
                  + differences(read_pairs(self.constants_list), values, "constant") if " is new: " not in line]
        if broken:
            return broken + ["an interface only grows; before a release, drop the line from the list by hand"]
        write_pairs(self.exports_list, "symbol, version that introduced it", actual)
        write_pairs(self.constants_list, "constant of crmcore.h, value; never changed, never reused", values)
        self.write_types(self.types_file)
        return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("job", choices=("exports", "shape", "constants", "called", "types", "update"))
    options = parser.parse_args()
    failures = getattr(Abi(options), options.job)()
    print("\n".join(failures) if failures else f"{options.job}: as promised")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
