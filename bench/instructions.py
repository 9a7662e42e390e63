"""Counts the instructions of crmcore's hot calls under callgrind and compares them with those in instructions.json.

    python3 bench/instructions.py FOLDER            FOLDER has crmcore_bench; fails when a job needs 3 % more
    python3 bench/instructions.py FOLDER --update   writes instructions.json anew

Time on a shared machine is noise; the same program over the same 10,000 customers executes the same instructions,
to about 0.1 %. What the processor offers beyond the plainest x86_64 is hidden from the libraries that choose code by it.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

KEPT = pathlib.Path(__file__).resolve().parent / "instructions.json"
CUSTOMERS = 10_000
MORE_MAX = 0.03
# Jobs of one line run one after the other, since who opens a file beside another does other work; lines run side by
# side once the files are there.
FIRST = ("load", "post", "review", "review_1pct", "reads_file")
LINES = (("lookup_id_c", "lookup_code_c", "lookup_code_gateway", "open", "cutoffs", "assign_preview", "assign",
          "facets_all", "list_axes", "cross_tab", "manager_load"),
         ("metrics", "view_month", "post_durable", "post_small"))
PLAIN = {"OPENSSL_ia32cap": "0", "GLIBC_TUNABLES": "glibc.cpu.x86_non_temporal_threshold=0xc0000:"
         "glibc.cpu.hwcaps=-AVX_Usable,-AVX2_Usable,-AVX512F_Usable,-AVX512VL_Usable,-ERMS,-FSRM"}


def count(program, job, folder, core):
    """Instructions for one unit of the job's work; only what the job's clock measures is counted.

    On one core, so that the library starts no other threads, which would not be counted.
    """
    done = subprocess.run(["taskset", "-c", str(core), "valgrind", "--tool=callgrind", "--collect-atstart=no",
                           "--callgrind-out-file=/dev/null", str(program), job, str(CUSTOMERS), str(folder)],
                          env=os.environ | PLAIN, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found or int(found[1]) == 0:
        sys.exit(f"{job} was not counted (exit code {done.returncode}):\n{done.stderr[-2000:]}")
    return int(found[1]) / json.loads(done.stdout)["n"]


def count_all(program):
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="crmcore-instructions-") as folder:
        counted = {job: count(program, job, folder, cores[0]) for job in FIRST}

        def count_line(i):
            return {job: count(program, job, folder, cores[i % len(cores)]) for job in LINES[i]}

        with concurrent.futures.ThreadPoolExecutor(len(LINES)) as pool:
            for line in pool.map(count_line, range(len(LINES))):
                counted |= line
    return {job: round(value) for job, value in counted.items()}


def compare(counted, kept):
    """Lines for people, and the jobs that need too many instructions or are not in both."""
    lines, bad = [f"{'job':22}{'kept':>12}{'now':>12}{'':>9}"], []
    for job in kept | counted:
        before, now = kept.get(job), counted.get(job)
        if before is None or now is None:
            lines.append(f"{job:22}{before or '-':>12}{now or '-':>12}")
            bad.append(job)
            continue
        is_bad = now > before * (1 + MORE_MAX)
        lines.append(f"{job:22}{before:12,}{now:12,}{now / before - 1:+9.1%}{' TOO MANY' * is_bad}")
        if is_bad:
            bad.append(job)
    return lines, bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="with the program crmcore_bench, built with -O2 by g++ 12")
    parser.add_argument("--update", action="store_true", help="write instructions.json anew")
    options = parser.parse_args()
    counted = count_all(options.folder.resolve() / "crmcore_bench")
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["instructions"] if KEPT.exists() else {}
    lines, bad = compare(counted, kept)
    print("Instructions for one customer, entry, call or commit:", *lines, sep="\n")
    if options.update:
        text = {"customers": CUSTOMERS, "instructions": counted}
        KEPT.write_text(json.dumps(text, indent=1) + "\n", encoding="utf-8")
        return 0
    if bad:
        print(f"More than {MORE_MAX:.0%} beyond bench/instructions.json, or not in both: {', '.join(bad)}. Say why in the"
              " commit that runs bench/instructions.py --update, or mend it.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
