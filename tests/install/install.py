#!/usr/bin/env python3
"""Installs crmcore into an empty folder, moves it, and uses it: through CMake, through pkg-config, beside SQLite."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# A C++ compiler's own global names, besides mangled ones.
COMPILER_NAMES = r"_Z\w+|DW\.ref\..*|__clang_call_terminate|__odr_asan.*|__(?:start|stop)_\w+"


def run(*command, **options):
    """Runs a command and returns its output; shows everything and fails when it does."""
    command = [str(part) for part in command]
    result = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stdout}{result.stderr}exit code {result.returncode}")
    return result.stdout


def installed(options, work):
    """Installs and moves the tree, so that nothing in it may rely on where it was put first."""
    run(options.cmake, "--install", options.build, "--prefix", work / "first")
    prefix = shutil.move(work / "first", work / "prefix")
    return pathlib.Path(prefix)


def expect_files(prefix):
    names = {path.relative_to(prefix).as_posix() for path in prefix.rglob("*")}
    for wanted in (r"include/crmcore\.h", r"include/crmcore/date\.hpp", r"lib.*/libcrmcore\.so", r"lib.*/libcrmcore\.a",
                   r"lib.*/libcrmcore\.so\.\d+", r"lib.*/pkgconfig/crmcore\.pc", r"lib.*/cmake/crmcore/crmcoreConfig\.cmake"):
        if not any(re.fullmatch(wanted, name) for name in names):
            sys.exit(f"nothing like {wanted} was installed")


def expect_clean_archive(prefix):
    """libcrmcore.a defines crmcore_* and C++ names, no other library's."""
    archive = next(prefix.rglob("libcrmcore.a"))
    lines = run("nm", "--extern-only", "--defined-only", "--format=posix", archive).splitlines()
    names = [line.split()[0] for line in lines if len(line.split()) > 1]
    foreign = [name for name in names if not re.fullmatch(rf"crmcore_\w+|{COMPILER_NAMES}", name)]
    if foreign or "crmcore_db_open" not in names:
        sys.exit(f"{archive} defines {foreign[:20] or 'no crmcore_db_open'}")


def build_examples(options, prefix, work):
    """The examples as a project of their own; the quick starts are run from it."""
    build = work / "examples"
    run(options.cmake, "-S", options.root / "examples", "-B", build, "-G", options.generator,
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_COMPILER={options.cc}", f"-DCMAKE_CXX_COMPILER={options.cxx}")
    programs = [path.name.replace(".", "_") for path in (options.root / "examples").glob("quickstart.c*")]
    run(options.cmake, "--build", build, "--target", *programs)
    run("ctest", "--output-on-failure", "-R", "^examples/quickstart", "--no-tests=error", cwd=build)


def through_python(options, prefix):
    """The tests of the binding, on the installed library."""
    library = next(prefix.rglob("libcrmcore.so"))
    run(sys.executable, options.root / "tests/python/test_binding.py", env={**os.environ, "CRMCORE_LIBRARY": str(library)})


def without_being_told(options, prefix, work):
    """The module finds the library where both were installed, and beside itself in the wheel."""
    library = next(prefix.rglob("libcrmcore.so.0"))
    version = re.search(r"crmcore-([\d.]+)", run(sys.executable, options.root / "bindings/python/wheel.py", "--library", library,
                                                 "--version", "0.0.1", "--output", work / "wheel")).group(1).rstrip(".")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check",
        "--target", work / "site", next((work / "wheel").glob("*.whl")))
    environment = {name: value for name, value in os.environ.items() if name not in ("CRMCORE_LIBRARY", "LD_LIBRARY_PATH")}
    ask = "import crmcore; print(crmcore.open('wheel.crm', create=True).connect().call('database.info')['library'])"
    for folder in (next(prefix.rglob("crmcore.py")).parent, work / "site"):
        told = run(sys.executable, "-c", ask, cwd=work, env={**environment, "PYTHONPATH": str(folder)})
        if not re.fullmatch(r"\d+\.\d+\.\d+\n", told) or version != "0.0.1":
            sys.exit(f"the module in {folder} told {told!r}")


def through_pkg_config(options, prefix, work):
    """The first program of the README with nothing but a C compiler, on either library."""
    folder = next(prefix.rglob("crmcore.pc")).parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(folder), "LD_LIBRARY_PATH": str(folder.parent)}
    source = options.root / "examples/quickstart.c"
    for name, arguments in (("shared", ["--libs"]), ("static", ["--static", "--libs"])):
        flags = run(options.pkg_config, "--cflags", *arguments, "crmcore", env=environment).split()
        if name == "static":
            flags = ["-l:libcrmcore.a" if flag == "-lcrmcore" else flag for flag in flags]
        program = work / f"quickstart_{name}"
        run(options.cc, "-std=c99", source, "-o", program, *flags)
        folder = work / name
        folder.mkdir()
        run(program, cwd=folder, env=environment)


def first_programs(options, prefix, work):
    """The programs of README.md as they stand there: each prints the one month that it posted, also a second time."""
    readme = (options.root / "README.md").read_text(encoding="utf-8")
    texts = dict(re.findall(r"```(c|cpp|python)\n(.*?)```", readme, re.S))
    library = next(prefix.rglob("libcrmcore.so"))
    c, cpp, python = (work / f"first{end}" for end in (".c", ".cpp", ".py"))
    for path, name in ((c, "c"), (cpp, "cpp"), (python, "python")):
        path.write_text(texts[name], encoding="utf-8")
    warnings = ["-Wall", "-Wextra", "-Werror", f"-I{prefix / 'include'}"]
    run(options.cc, "-std=c99", *warnings, c, "-o", work / "first_c", library)
    run(options.cxx, "-std=c++20", *warnings, cpp, "-o", work / "first_cpp", next(prefix.rglob("libcrmcore.a")), "-lpthread",
        *(["-lsqlite3"] if options.sqlite == "system" else []))
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library.parent), "CRMCORE_LIBRARY": str(library),
                   "PYTHONPATH": str(options.root / "bindings/python")}
    for name, command in (("c", [work / "first_c"]), ("cpp", [work / "first_cpp"]), ("python", [sys.executable, python])):
        folder = work / f"first_{name}_run"
        folder.mkdir()
        for _ in range(2):
            told = run(*command, cwd=folder, env=environment)
            if "202401" not in told or "125000" not in told:
                sys.exit(f"the first program in {name} printed {told!r}")


def beside_a_hosts_sqlite(options, prefix, work):
    """One program with libcrmcore.a and the system's SQLite: each half reaches its own."""
    program = work / "host"
    archive = next(prefix.rglob("libcrmcore.a"))
    run(options.cc, "-std=c99", options.root / "tests/install/host_with_sqlite.c", "-o", program,
        f"-I{prefix / 'include'}", archive, "-lsqlite3", "-lstdc++", "-lpthread", "-lm")
    print(run(program, options.sqlite, work / "host.crm").strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "build"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    for name in ("cmake", "generator", "cc", "cxx", "sqlite", "pkg-config"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        prefix = installed(options, work)
        expect_files(prefix)
        expect_clean_archive(prefix)
        build_examples(options, prefix, work)
        through_python(options, prefix)
        without_being_told(options, prefix, work)
        through_pkg_config(options, prefix, work)
        first_programs(options, prefix, work)
        beside_a_hosts_sqlite(options, prefix, work)
    print("installed, moved and used")


if __name__ == "__main__":
    main()
