#!/usr/bin/env python3
"""Writes the library as one header and one source file: amalgamate.py --output FOLDER --version V --include DIR… SOURCE…

The sources are those of the library, in the order of its layers, and the same that are compiled in groups: what makes
either work is that names in anonymous namespaces are unique. Our own headers, fmt, nlohmann/json and LEMON's are put in
where they are first included; everything else (the standard library, SQLite, utf8proc, libcrypto, cctz) stays an #include and comes first.
"""

import argparse
import pathlib
import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"].*$')
INLINED = ("fmt/", "nlohmann/", "lemon/")
ROOT = pathlib.Path(__file__).resolve().parents[1]

HEAD = """// crmcore {version}, the customer core that ERP and billing programs embed, as one file.
//
//   c++ -std=c++20 -O2 -c crmcore.cpp          then link with -lsqlite3 -lutf8proc -lcrypto -labsl_time_zone
//
// With SQLite's amalgamation beside it: add sqlite3.c to the program and -DCRMCORE_SQLITE_BUNDLED=1 here.
// The interface is crmcore.h. Made of the sources by `cmake --build … --target amalgamation`; do not edit.
{licences}
#define FMT_HEADER_ONLY 1
#define LEMON_ONLY_TEMPLATES
#define LEMON_DISABLE_ASSERTS
// LEMON defines more than is used here.
#pragma GCC diagnostic ignored "-Wunused-const-variable"
#pragma GCC diagnostic ignored "-Wunused-local-typedefs"
#define OPENSSL_SUPPRESS_DEPRECATED
#define CRMCORE_VERSION "{version}"
#ifndef CRMCORE_SQLITE_BUNDLED
#define CRMCORE_SQLITE_BUNDLED 0
#endif

#include "crmcore.h"
"""


class Amalgamation:
    def __init__(self, folders):
        self.folders = folders
        self.done = set()
        self.system = {}  # kept in the order of appearance
        self.libraries, self.ours = [], []

    def find(self, name, beside):
        for folder in (beside, *self.folders):
            path = (folder / name).resolve()
            if path.is_file():
                return path
        return None

    def add(self, path, out):
        """Appends a file with what it includes, once."""
        if path in self.done:
            return
        self.done.add(path)
        is_ours = path.is_relative_to(ROOT) or out is self.ours
        for line in path.read_text(encoding="utf-8").splitlines():
            match = INCLUDE.match(line)
            if match:
                line = self.included(match, path, out, is_ours)
            if line is not None and line.strip() not in ("#pragma once", "#define OPENSSL_SUPPRESS_DEPRECATED"):
                out.append(line)

    def included(self, match, path, out, is_ours):
        """Puts in what an #include names; returns the line that takes its place, None for no line."""
        kind, name = match.groups()
        if name == "crmcore.h":
            return None
        is_library = name.startswith(INLINED) or (kind == '"' and not is_ours)
        target = self.find(name, path.parent) if kind == '"' or is_library else None
        if target is None:
            if is_ours:
                self.system[name] = None
                return None
            return match.group(0).strip()
        if is_library and is_ours:
            # Ahead of our own code, where names are visible as their headers say.
            self.add(target, self.libraries)
        else:
            self.add(target, out)
        return None


def licences(folders):
    for name, file, licence in (("{fmt}", "fmt/core.h", "MIT licence"),
                                ("JSON for Modern C++", "nlohmann/json.hpp", "MIT licence"),
                                ("LEMON's network simplex", "lemon/core.h", "Boost Software License 1.0")):
        found = next((folder / file for folder in folders if (folder / file).is_file()), None)
        text = found.read_text(encoding="utf-8") if found else ""
        holder = re.search(r"(?:Copyright|SPDX-FileCopyrightText:).*", text)
        if holder:
            yield f"// {name} inside, {licence}: {holder.group(0).strip()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--include", type=pathlib.Path, action="append", default=[])
    parser.add_argument("sources", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()

    one = Amalgamation(arguments.include)
    format_header = ROOT / "src/base/format.hpp"
    one.add(format_header, one.libraries)  # its macros go before fmt
    for source in arguments.sources:
        one.ours.append(f"\n// ---- {source.name if not source.is_relative_to(ROOT) else source.relative_to(ROOT)}")
        one.add(source.resolve(), one.ours)

    head = HEAD.format(version=arguments.version, licences="\n".join(licences(arguments.include)))
    text = "\n".join([head, *(f"#include <{name}>" for name in one.system), "", *one.libraries,
                      "\n#pragma GCC visibility push(hidden)", *one.ours, "\n#pragma GCC visibility pop\n"])
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "crmcore.cpp").write_text(re.sub(r"\n{3,}", "\n\n", text), encoding="utf-8")
    header = (ROOT / "bindings/c/crmcore.h").read_text(encoding="utf-8")
    (arguments.output / "crmcore.h").write_text(header, encoding="utf-8")


if __name__ == "__main__":
    main()
