"""What the tests of files in and out share: the program on a file, and archives to begin with."""

import json
import subprocess
import sys
from pathlib import Path

program, data = sys.argv[1], Path(sys.argv[2])


def check(condition, message):
    if not condition:
        sys.exit(f"exchange: {message}")


def run(file, *arguments, status=0, stdin=None):
    """Runs the program; returns what it says on output and on errors."""
    done = subprocess.run([program, file, *map(str, arguments)], capture_output=True, input=stdin)
    said = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    check(done.returncode == status, f"{arguments} ends with {done.returncode}, not {status}: {said}")
    return said


def made(file, *attributes):
    """A new archive with the ready-made axes, the regions of the example data and attributes of these types."""
    run(file, "--create", "--today", "2026-11-20", "call", "classification.define_ready_made")
    run(file, "call", "classification.put_nodes", "-", stdin=(data / "regions.json").read_bytes())
    for code, name, kind in attributes:
        run(file, "call", "archive.define_attribute", json.dumps({"code": code, "name": name, "type": kind}))
    return file


def told(said):
    """The counts: rows, created, updated, unchanged, failed."""
    return [int(word) for word in said[0].splitlines()[-1].split()]


def queried(file, sql):
    return json.loads(run(file, "sql", sql, "--json")[0])


def exported(file, table, *options):
    run(file, "export", table, "--out", "out.csv", *options)
    return Path("out.csv").read_bytes()
