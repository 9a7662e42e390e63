#!/usr/bin/env python3
"""Compiles each public header alone with gcc and clang: header_matrix.py ROOT.

crmcore.h as C99, C11, C17 and as C++11, 17, 20; every include/crmcore/*.hpp as C++20. Any warning fails.
"""

import pathlib
import shutil
import subprocess
import sys

WARNINGS = ["-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
COMPILERS = {"c": ("gcc", "clang"), "c++": ("g++", "clang++")}


def cases(root):
    c_header = root / "bindings/c/crmcore.h"
    if c_header.exists():
        for standard in ("c99", "c11", "c17"):
            yield "c", standard, "crmcore.h"
        for standard in ("c++11", "c++17", "c++20"):
            yield "c++", standard, "crmcore.h"
    for header in sorted((root / "include/crmcore").glob("*.hpp")):
        yield "c++", "c++20", f"crmcore/{header.name}"


def compile_alone(root, compiler, language, standard, header):
    """Returns what the compiler says, or an empty text. Included twice, so that the guard is tried too."""
    command = [compiler, *WARNINGS, f"-std={standard}", "-x", language, "-"]
    command += ["-Wstrict-prototypes"] if language == "c" else []
    command += ["-I", str(root / "bindings/c"), "-I", str(root / "include")]
    # A file of C needs at least one declaration.
    text = f"#include <{header}>\n#include <{header}>\nextern int crmcore_header_matrix;\n"
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr if result.returncode else ""


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    missing = [name for names in COMPILERS.values() for name in names if not shutil.which(name)]
    if missing:
        print(f"SKIPPED: needs {' and '.join(missing)}")
        return
    tried = failed = 0
    for language, standard, header in cases(root):
        for compiler in COMPILERS[language]:
            tried += 1
            said = compile_alone(root, compiler, language, standard, header)
            if said:
                failed += 1
                print(f"<{header}> as {standard} with {compiler}:\n{said}")
    print(f"{tried} compilations, {failed} failed")
    sys.exit(1 if failed or not tried else 0)


if __name__ == "__main__":
    main()
