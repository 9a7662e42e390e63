"""Runs crmcore and its peers side by side on workload W and compares them with performance.md.

Every job is a process of its own that prints one line of JSON. For each job the peers take turns, in another
order each round, and the least of at least three rounds counts: what else the machine does only adds. Long jobs run
fewer rounds. See README.md.
"""
import argparse
import json
import math
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))

import pictures  # noqa: E402
import postgres_server  # noqa: E402
import targets  # noqa: E402

ROUNDS_MIN, ROUNDS_MAX = 3, 5
SIZES = {"quick": 100_000, "full": 1_000_000}
ROUND_SECONDS = {"quick": 6, "full": 40}  # a job runs again while its rounds together took less than this


class Peer:
    """A program that is measured: `command` is called as COMMAND JOB CUSTOMERS PLACE."""

    def __init__(self, name, command, place, jobs):
        self.name = name
        self.command = [str(part) for part in command]
        self.place = str(place)
        self.jobs = frozenset(jobs.split())

    def run(self, job, customers, timeout):
        os.sync()  # what an earlier job left to be written is not to slow this one
        done = subprocess.run([*self.command, job, str(customers), self.place], capture_output=True, text=True,
                              timeout=timeout, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name} {job} ended with {done.returncode}: {done.stderr.strip()[-1000:]}")
        return json.loads(done.stdout)


def find_peers(programs, data, conninfo):
    """The peers that are there, and why the others are not."""
    peers, missing = [], []

    def add(name, program, place, jobs, reason):
        if program.exists() and place:
            command = [sys.executable, program] if program.suffix == ".py" else [program]
            peers.append(Peer(name, command, place, jobs))
        else:
            missing.append(f"{name}: {reason}")

    reads = "reads_file " + " ".join(targets.ASKED_OF_ALL)
    ours = " ".join(job for job, _ in targets.JOBS if job not in ("post_rows", "post_by_month"))
    add(targets.OURS, programs / "crmcore_bench", data, ours, "crmcore_bench is not built")
    add("sqlite", programs / "sqlite_peer", data,
        "load lookup_id lookup_code open_read post_rows post post_by_month metrics review cutoffs post_durable "
        "post_small online_retail " + reads, "sqlite_peer is not built")
    add("python", HERE / "peers" / "python_peer.py", data, "load lookup_id lookup_code open_read post post_durable", "")
    add("duckdb", programs / "duckdb_peer", data, "load post metrics review cutoffs " + reads,
        "duckdb_peer is not built (scripts/setup --bench fetches the library)")
    add("postgres", programs / "postgres_peer", conninfo,
        "load lookup_id lookup_code open_read post metrics review cutoffs post_durable " + reads,
        "postgres_peer is not built or no server is installed (Debian: postgresql-15, libpq-dev)")
    return peers, missing


def measure(peers, job, options, failures):
    """Runs one job on all peers in turn; a dictionary from peer to the list of its results.

    A peer that fails is out of this job and named in `failures`.
    """
    results = {peer.name: [] for peer in peers if job in peer.jobs}
    began = time.monotonic()
    for round_number in range(ROUNDS_MAX):
        turn = [peer for peer in peers if peer.name in results]
        if not turn:
            break
        first = round_number % len(turn)
        for peer in turn[first:] + turn[:first]:
            try:
                results[peer.name].append(peer.run(job, options.customers, options.timeout))
            except (RuntimeError, subprocess.TimeoutExpired, ValueError) as error:
                failures.append(str(error))
                del results[peer.name]
        spent = time.monotonic() - began
        # Another round is worth its time only if it fits.
        if round_number + 1 >= ROUNDS_MIN and spent * (round_number + 2) / (round_number + 1) > options.round_seconds:
            break
    return results


def unit_seconds(result):
    """Seconds for one customer, entry, commit or call."""
    return result.get("median_seconds") or result["seconds"] / result["n"]


def summarise(runs):
    """The least of the rounds, per unit and for the whole, with the largest memory."""
    units = [unit_seconds(run) for run in runs]
    n = runs[0]["n"]
    return {
        "rounds": len(runs), "n": n, "unit_seconds": min(units),
        "seconds": min(run["seconds"] for run in runs),
        "cpu_seconds": min(run.get("cpu_seconds", 0) for run in runs) or None,
        "rss_mb": max(run["rss_mb"] for run in runs), "file_mb": runs[-1].get("file_mb"),
        "check": runs[-1].get("check"), "units": units,
    }


def find_disagreements(measured):
    """Peers that computed something else than the others did."""
    found = []
    for job, by_peer in measured.items():
        checks = {peer: result["check"] for peer, result in by_peer.items() if result["check"]}
        if len(set(checks.values())) > 1:
            found.append(f"{job}: " + "; ".join(f"{peer} computed {check}" for peer, check in checks.items()))
    return found


def human_time(seconds):
    for limit, factor, unit in ((1e-3, 1e6, "us"), (1.0, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"


# Jobs of many small calls are shown per call, the others as a whole.
def shown(job, result):
    per_call = job in targets.CALLS or job in targets.QUESTIONS
    return human_time(result["unit_seconds"] if per_call else result["seconds"])


def compare(target, mine, other):
    """The ratio of two times in the direction of the target; None where one is missing."""
    if mine is None or other is None or other <= 0:
        return None
    if target.at_most is not None:
        return mine / other
    return other / mine if mine > 0 else math.inf


def times(result, common):
    """Elapsed and processor time per unit, less those of `common`; None for what was not measured."""
    if result is None:
        return None, None
    elapsed = result["unit_seconds"]
    cpu = result["cpu_seconds"] and result["cpu_seconds"] / result["n"]
    if common:
        elapsed -= common["unit_seconds"]
        cpu = cpu and common["cpu_seconds"] and cpu - common["cpu_seconds"] / common["n"]
    return elapsed, cpu


def evaluate(target, measured):
    """One row of the table: what was measured against the target, and whether it is met (None: unknown)."""
    row = {"job": target.job, "peer": target.peer, "peer_job": target.peer_job or target.job, "note": target.note,
           "ratio": None, "cpu": "", "met": None}
    ours = measured.get(target.job, {}).get(targets.OURS)
    theirs = measured.get(row["peer_job"], {}).get(target.peer) if target.peer else None
    row["ours"] = shown(target.job, ours) if ours else "-"
    row["theirs"] = shown(row["peer_job"], theirs) if theirs else "-"
    common = measured.get(target.without[1], {}).get(target.without[0]) if target.without else None
    (mine, mine_cpu), (other, other_cpu) = times(ours, common), times(theirs, common)
    if target.below_ms is not None:
        row["target"] = f"<= {target.below_ms:g} ms"
        if mine is not None:
            mine = ours["seconds"] if target.whole else mine
            row["ratio"], row["met"] = f"{mine * 1e3:.3g} ms", mine * 1e3 <= target.below_ms
    elif target.over_us is not None:
        row["target"] = f"<= {target.over_us:g} us more"
        if mine is not None and other is not None:
            more = (mine - other) * 1e6
            row["ratio"], row["met"] = f"{more:.3g} us more", more <= target.over_us
    else:
        row["target"] = ("-" if target.at_most is None and target.at_least is None else
                         f"<= {target.at_most:g}" if target.at_most is not None else f">= {target.at_least:g}")
        ratio, by_cpu = compare(target, mine, other), compare(target, mine_cpu, other_cpu)
        row["cpu"] = "" if by_cpu is None else f"{by_cpu:.3g}"
        if ratio is not None and target.at_most is not None:
            row["ratio"], row["met"] = f"{ratio:.3g} of its time", ratio <= target.at_most
        elif ratio is not None and target.at_least is not None:
            row["ratio"], row["met"] = f"{ratio:.3g} times as fast", ratio >= target.at_least
        elif ratio is not None:
            row["ratio"] = f"{1 / ratio:.3g} of its time"
            row["cpu"] = "" if by_cpu is None else f"{1 / by_cpu:.3g}"
    return row


def limit_rows(measured):
    """Memory of crmcore's jobs and size of its file, as rows of the table."""
    rows = []
    ours = {job: by_peer[targets.OURS] for job, by_peer in measured.items() if targets.OURS in by_peer}
    if ours:
        job = max(ours, key=lambda name: ours[name]["rss_mb"])
        peak = ours[job]["rss_mb"]
        rows.append({"job": f"memory, most in {job}", "peer": "", "peer_job": "", "ours": f"{peak:.0f} MB", "theirs": "-",
                     "ratio": f"{peak:.0f} MB", "cpu": "", "target": f"<= {targets.RESIDENT_MB_MAX:g} MB",
                     "met": peak <= targets.RESIDENT_MB_MAX, "note": ""})
    bare = [measured.get(job, {}).get("sqlite", {}).get("file_mb") for job in targets.FILE_JOBS]
    file_mb = ours.get("post", {}).get("file_mb")
    if file_mb and all(bare):
        ratio = file_mb / sum(bare)
        rows.append({"job": "size of the file", "peer": "sqlite", "peer_job": "+".join(targets.FILE_JOBS),
                     "ours": f"{file_mb:.0f} MB", "theirs": f"{sum(bare):.0f} MB", "ratio": f"{ratio:.3g} of its size", "cpu": "",
                     "target": f"<= {targets.FILE_RATIO_MAX:g}", "met": ratio <= targets.FILE_RATIO_MAX, "note": ""})
    return rows


def print_table(header, rows):
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_results(measured, peers, rows):
    names = [peer.name for peer in peers]
    titles = dict(targets.JOBS)
    print_table(["job", *names, "rounds"],
                [[titles[job], *(shown(job, by_peer[name]) if name in by_peer else "" for name in names),
                  min(result["rounds"] for result in by_peer.values())] for job, by_peer in measured.items()])
    print()
    words = {True: "ok", False: "SHORT", None: "not measured"}
    print_table(["job", "crmcore", "against", "", "ratio", "by CPU", "target", "", ""],
                [[titles.get(row["job"], row["job"]), row["ours"],
                  f"{row['peer'] or ''}" + (f" ({row['peer_job']})" if row["peer_job"] != row["job"] and row["peer"] else ""),
                  row["theirs"], row["ratio"] or "-", row["cpu"], row["target"], "told" if row["ratio"] and row["met"] is None else words[row["met"]], row["note"]] for row in rows])
    print("\nNot measured: " + "\n              ".join(targets.NOT_MEASURED))


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), "?")
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.platform()}


def busy_share():
    """The share of the last minute in which some process waited for a processor, or None."""
    try:
        with open("/proc/pressure/cpu", encoding="utf-8") as file:
            return float(file.readline().split("avg60=")[1].split()[0]) / 100
    except (OSError, IndexError, ValueError):
        return None


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="size", action="store_const", const="quick", default="quick",
                      help="W/10, about two minutes (the default)")
    size.add_argument("--full", dest="size", action="store_const", const="full", help="W, about 20 minutes")
    parser.add_argument("--customers", type=int, help="another size than W or W/10")
    parser.add_argument("--jobs", help="only these jobs and in this order, separated by commas")
    parser.add_argument("--peers", help="only these peers, separated by commas")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "bench",
                        help="the build directory; result.json is written there")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/var/tmp"),
                        help="where the files lie during the run: a disk, and open to the user postgres")
    options = parser.parse_args()
    options.customers = options.customers or SIZES[options.size]
    options.round_seconds = ROUND_SECONDS[options.size]
    options.timeout = 900
    names = [job for job, _ in targets.JOBS]
    real_data = pathlib.Path(os.environ.setdefault("CRMCORE_TEST_DATA", str(HERE.parent.parent / "shared" / "data")))
    if not (real_data / "online_retail").exists():
        print(f"left out: online_retail, there is no {real_data}")
        names.remove("online_retail")
    options.jobs = options.jobs.split(",") if options.jobs else names
    if unknown := set(options.jobs) - set(names):
        parser.error(f"no job {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


def run_all(options, programs, data, conninfo):
    peers, missing = find_peers(programs, data, conninfo)
    if options.peers:
        peers = [peer for peer in peers if peer.name in options.peers.split(",")]
    for line in missing:
        print(f"left out: {line}")
    check = subprocess.run([programs / "crmcore_workload", "check", str(options.customers)], text=True,
                           capture_output=True, check=False)
    print(check.stdout)
    if check.returncode != 0:
        raise RuntimeError("the workload is not the one that the targets were set for")
    if any(peer.name == "python" for peer in peers):
        subprocess.run([programs / "crmcore_workload", "csv", str(options.customers), data], check=True)
    measured, failures = {}, []
    for job in options.jobs:
        began = time.monotonic()
        if results := measure(peers, job, options, failures):
            measured[job] = {name: summarise(runs) for name, runs in results.items()}
            print(f"{job:20}{time.monotonic() - began:6.1f} s in all", flush=True)
    return peers, missing, measured, failures


def main():
    options = parse_options()
    programs = options.build / "bench"
    if not (programs / "crmcore_workload").exists():
        sys.exit(f"nothing is built in {programs}; run scripts/bench")
    busy = busy_share()
    if busy and busy > 0.2:
        print(f"The machine is busy ({busy:.0%} of the last minute): trust the ratios by CPU more than those by time.")
    began = time.monotonic()
    data = pathlib.Path(tempfile.mkdtemp(prefix="crmcore-bench-", dir=options.data))
    data.chmod(0o755)  # PostgreSQL runs as another user
    try:
        wants_postgres = not options.peers or "postgres" in options.peers.split(",")
        binaries = postgres_server.find_binaries() if wants_postgres else None
        if binaries and (programs / "postgres_peer").exists():
            with postgres_server.Server(binaries, data) as server:
                peers, missing, measured, failures = run_all(options, programs, data, server.conninfo)
        else:
            peers, missing, measured, failures = run_all(options, programs, data, "")
    finally:
        shutil.rmtree(data, ignore_errors=True)
    rows = [evaluate(target, measured) for target in targets.TARGETS] + limit_rows(measured)
    print()
    print_results(measured, peers, rows)
    failures += find_disagreements(measured)
    spent = time.monotonic() - began
    result = {"customers": options.customers, "machine": machine(), "busy_share": busy, "seconds": spent, "missing": missing,
              "measured": measured, "targets": rows, "not_measured": targets.NOT_MEASURED, "failures": failures}
    (options.build / "result.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    pictures.draw(options.build, options.build)
    met = [row["met"] for row in rows]
    print(f"\n{met.count(True)} targets met, {met.count(False)} fall short, {met.count(None)} not measured;"
          f" {spent:.0f} s; all numbers in {options.build / 'result.json'}")
    for failure in failures:
        print(f"FAILED {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
