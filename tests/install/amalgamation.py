#!/usr/bin/env python3
"""Compiles the single-file form with one call of each compiler, in a folder that holds nothing else, and runs the tests
in C against it; says how long that took, how much memory, and how large it is. amalgamation.py --help"""

import argparse
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

LIBRARIES = ("-lsqlite3", "-lutf8proc", "-lcrypto", "-labsl_time_zone", "-lstdc++", "-lm", "-pthread")


def run(command, folder):
    """Runs a command; shows everything and fails when it does."""
    result = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout[-8000:]}{result.stderr[-8000:]}exit code {result.returncode}")
    return result.stdout


def compiled(compiler, optimisation, folder):
    """Makes crmcore.o and tells what it cost."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run((compiler, "-std=c++20", optimisation, "-Wall", "-Wextra", "-Werror", "-c", "crmcore.cpp"), folder)
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{compiler} {optimisation}: {seconds:.0f} s, {after.ru_utime - before.ru_utime:.0f} s of processor time, "
          f"{after.ru_maxrss / 1024:.0f} MB at most, object {(folder / 'crmcore.o').stat().st_size / 1e6:.1f} MB",
          flush=True)


def run_tests(compiler, sources, folder):
    for source in sources:
        program = folder / source.stem
        run((compiler, "-std=c99", "-D_GNU_SOURCE", f'-DCRMCORE_SOURCE_DIR="{source.parents[2]}"', "-I.",
             f"-I{source.parent}", source, "crmcore.o", "-o", program, *LIBRARIES), folder)
        run((program,), folder)
        program.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=pathlib.Path, required=True, help="the folder with crmcore.h and crmcore.cpp")
    parser.add_argument("--tests", type=pathlib.Path, required=True, help="the folder with the tests in C")
    parser.add_argument("--optimisation", default="-O0")
    parser.add_argument("compilers", nargs="+", help="pairs C:C++, e.g. gcc:g++")
    arguments = parser.parse_args()

    # What the library does when memory runs out does not depend on the form, and takes the longest to try.
    sources = sorted(source for source in arguments.tests.glob("*.c") if not source.stem.startswith("memory"))
    if not sources:
        sys.exit(f"no tests in {arguments.tests}")
    lines = (arguments.files / "crmcore.cpp").read_text(encoding="utf-8").count("\n")
    print(f"crmcore.cpp has {lines} lines")
    for pair in arguments.compilers:
        c_compiler, cpp_compiler = pair.split(":")
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for file in ("crmcore.h", "crmcore.cpp"):
                shutil.copy(arguments.files / file, folder)
            compiled(cpp_compiler, arguments.optimisation, folder)
            run_tests(c_compiler, sources, folder)
            print(f"{len(sources)} programs in C run with {c_compiler}", flush=True)


if __name__ == "__main__":
    main()
