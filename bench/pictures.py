"""Draws what run.py and growth.py measured: python3 bench/pictures.py BUILD FOLDER

Reads BUILD/result.json and BUILD/growth.json, whichever are there, and writes FOLDER/ratios.svg and
FOLDER/growth.svg; the same numbers give the same bytes. Without matplotlib it says so and draws nothing.
"""
import json
import pathlib
import re
import sys

import targets

GOOD, SHORT = "#2a7f62", "#c8553d"


def plot_library():
    try:
        import matplotlib
    except ImportError:
        return None
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "crmcore", "svg.fonttype": "none", "font.family": "sans-serif",
                                "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    import matplotlib.pyplot
    return matplotlib.pyplot


def save(figure, path):
    figure.savefig(path, metadata={"Date": None, "Creator": None}, bbox_inches="tight")


def ratio_bars(rows):
    """(label, how many times the target is reached, what was measured, met) of each row with a ratio and a target."""
    titles, bars = dict(targets.JOBS), []
    for row in rows:
        found = re.match(r"[\d.]+", row["ratio"] or "")
        limit = re.search(r"[\d.]+", row["target"])
        if not found or not limit or row["met"] is None or float(found[0]) == 0:
            continue
        measured, wanted = float(found[0]), float(limit[0])
        reached = measured / wanted if row["target"].startswith(">=") else wanted / measured
        against = f" / {row['peer']}" if row["peer"] else ""
        bars.append((titles.get(row["job"], row["job"]) + against, reached, f"{row['ratio']} ({row['target']})",
                     row["met"]))
    return bars


def draw_ratios(plot, result, path):
    bars = ratio_bars(result["targets"])[::-1]
    figure, axes = plot.subplots(figsize=(9, 0.26 * len(bars) + 1))
    axes.barh([i for i, _ in enumerate(bars)], [bar[1] for bar in bars], height=0.7,
              color=[GOOD if bar[3] else SHORT for bar in bars])
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(bars)), [bar[0] for bar in bars])
    axes.set_ylim(-0.6, len(bars) - 0.4)
    right = max(bar[1] for bar in bars)
    axes.set_xlim(min(0.2, min(bar[1] for bar in bars) / 1.5), right * 12)
    for i, bar in enumerate(bars):
        axes.text(max(bar[1], 1) * 1.08, i, bar[2], va="center", fontsize=7.5, color="#333333")
    axes.set_xlabel(f"times the target that is reached (1 = met), {result['customers']:,} customers")
    save(figure, path)
    plot.close(figure)


def draw_growth(plot, growth, path):
    figure, (left, right) = plot.subplots(1, 2, figsize=(11, 5))
    for axes, calls, title in ((left, False, "through the archive: microseconds for a customer or an entry"),
                               (right, True, "one call: microseconds")):
        rows = [row for row in growth["rows"] if row["grows"].endswith("times") == calls]
        colours = plot.get_cmap("tab20").colors
        for i, row in enumerate(rows):
            axes.plot(growth["sizes"], [seconds * 1e6 for seconds in row["seconds"]], marker="o", markersize=3,
                      color=colours[i % len(colours)], linestyle="-" if row["met"] else "--",
                      label=f"{row['job']} ({row['grows']})")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("customers")
        axes.set_title(title, fontsize=9)
        if rows:
            axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.tight_layout()
    save(figure, path)
    plot.close(figure)


def draw(build, folder):
    plot = plot_library()
    if plot is None:
        print("no pictures: matplotlib is not installed (scripts/setup --bench)")
        return
    for name, drawer, picture in (("result.json", draw_ratios, "ratios.svg"),
                                  ("growth.json", draw_growth, "growth.svg")):
        kept = pathlib.Path(build) / name
        if kept.exists():
            drawer(plot, json.loads(kept.read_text(encoding="utf-8")), pathlib.Path(folder) / picture)
            print(f"drawn: {pathlib.Path(folder) / picture}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(sys.argv[1], sys.argv[2])
