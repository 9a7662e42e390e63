"""How crmcore's jobs grow with the archive: scripts/bench --growth [--full]

Runs every job at three sizes a factor of ten apart, W/1000 to W/10 (--full: W/100 to W), the least processor time of
three rounds, and fits the exponent between the smallest and the largest. A job that goes through the archive may grow
with exponent 1.05 at most; a call for one customer, as the depth of a tree does, with the logarithm.
"""
import argparse
import json
import math
import pathlib
import shutil
import sys
import tempfile

import pictures
import run
import targets

ROUNDS = 3
EXPONENT_MAX = 1.05
# One unit of their work is a call, or an entry of a post, whatever the size of the archive.
CALLS = targets.CALLS + ("post_small",)
SIZES = {"quick": (1_000, 10_000, 100_000), "full": (10_000, 100_000, 1_000_000)}
NOISE = 1.25  # of two times for calls of microseconds


def cost(runs):
    """Processor seconds for a unit, by the clock where only that is known."""
    return min(one["cpu_seconds"] / one["n"] if one.get("cpu_seconds") and "median_seconds" not in one
               else run.unit_seconds(one) for one in runs)


def judge(job, sizes, seconds):
    """One row: the exponent of the whole job's time, what is allowed, and whether it is met."""
    factor = sizes[-1] / sizes[0]
    per_unit = seconds[-1] / seconds[0]
    if job in CALLS:
        allowed = math.log(sizes[-1]) / math.log(sizes[0]) * NOISE
        return {"job": job, "seconds": seconds, "grows": f"{per_unit:.2f} times", "allowed": f"{allowed:.2f} times",
                "met": per_unit <= allowed}
    exponent = (0 if job in targets.QUESTIONS else 1) + math.log(per_unit) / math.log(factor)
    return {"job": job, "seconds": seconds, "grows": f"{exponent:.3f}", "allowed": f"{EXPONENT_MAX:g}",
            "met": exponent <= EXPONENT_MAX}


def measure(program, sizes, jobs):
    rows = {job: [] for job in jobs}
    for size in sizes:
        place = pathlib.Path(tempfile.mkdtemp(prefix="crmcore-growth-", dir="/var/tmp"))
        try:
            peer = run.Peer(targets.OURS, [program], place, " ".join(jobs))
            for job in jobs:
                rows[job].append(cost([peer.run(job, size, 900) for _ in range(ROUNDS)]))
        finally:
            shutil.rmtree(place, ignore_errors=True)
    return [judge(job, sizes, seconds) for job, seconds in rows.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true", help="to W")
    parser.add_argument("--jobs", help="only these, separated by commas; each needs the files of those before it")
    parser.add_argument("--build", type=pathlib.Path, default=run.HERE.parent / "build" / "bench")
    options = parser.parse_args()
    sizes = SIZES["full" if options.full else "quick"]
    left_out = {"post_rows", "post_by_month", "online_retail"}
    jobs = [job for job, _ in targets.JOBS if job not in left_out]
    jobs = options.jobs.split(",") if options.jobs else jobs
    rows = measure(options.build / "bench" / "crmcore_bench", sizes, jobs)
    run.print_table(["job", *(f"{size:,}" for size in sizes), "grows", "allowed", ""],
                    [[row["job"], *(run.human_time(one) for one in row["seconds"]), row["grows"], row["allowed"],
                      "ok" if row["met"] else "SHORT"] for row in rows])
    result = {"sizes": sizes, "machine": run.machine(), "rows": rows}
    (options.build / "growth.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    pictures.draw(options.build, options.build)
    return 0


if __name__ == "__main__":
    sys.exit(main())
