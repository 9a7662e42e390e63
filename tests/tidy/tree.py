#!/usr/bin/env python3
"""Applies the rules to the tree: tree.py ROOT. Prints file:line: rule: message and fails when there is any."""

import pathlib
import sys

from rules import tree_violations, violations

FOLDERS = ("src", "include", "bindings", "examples", "tests", "bench", "scripts")
SUFFIXES = {".cpp", ".hpp", ".c", ".h", ".py", ".sql", ".sh", ""}
IGNORED = {"__pycache__", "node_modules", "corpus", "build"}


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root)
            if path.is_file() and path.suffix in SUFFIXES and not IGNORED & set(relative.parts):
                yield relative.as_posix(), path.read_text(encoding="utf-8")


def main():
    root = pathlib.Path(sys.argv[1])
    files = list(sources(root))
    found = [line for path, text in files for line in violations(path, text)]
    found += tree_violations(files, lambda path: (root / path).exists())
    print("\n".join(found) if found else f"{len(files)} files follow the rules")
    if not any(path.startswith("src/") for path, _ in files):
        sys.exit(f"{root}: no sources found")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
