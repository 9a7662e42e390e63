"""The demo's data are what their script writes, byte for byte, and what the demo promises to be.

usage: data.py FOLDER
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

folder = Path(sys.argv[1])


def check(condition, message):
    if not condition:
        sys.exit(f"data: {message}")


def files_below(path):
    return {str(file.relative_to(path)) for file in path.rglob("*") if file.suffix in (".csv", ".json")}


def same_bytes_again():
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        subprocess.run([sys.executable, folder / "make_demo_data.py", made], check=True)
        for name in files_below(made):
            check((made / name).read_bytes() == (folder / name).read_bytes(), f"{name} is not what the script writes")
        by_hand = {"scheme_value.json", "scheme_health.json", "policy.json"}
        check(files_below(folder) == files_below(made) | by_hand, "there is a file that nobody writes")


def customers_of_every_kind():
    with open(folder / "customers.csv", encoding="utf-8") as file:
        customers = list(csv.DictReader(file))
    check(len(customers) >= 150, "fewer than 150 customers")
    check(len({c["name"] for c in customers}) == len(customers), "a name twice")
    check({c["kind"] for c in customers} == {"company", "household", "person"}, "not all kinds")
    for place in ("北京", "上海", "深圳"):
        check(any(c["region"] == place for c in customers), f"nobody in {place}")
    for column in ("region", "ownership", "total_assets", "credit_score"):
        check(any(c[column] == "" for c in customers), f"nobody without {column}")
    check(any(c["name"].isascii() for c in customers), "no Latin name")
    assets = {c["total_assets"] for c in customers}
    for limit in ("4999999.99", "5000000.00", "10000000.00", "10000000.01", "100000000.00", "100000000.01"):
        check(limit in assets, f"nobody at the limit {limit}")


def eighteen_months():
    months = sorted((folder / "entries").glob("*.csv"))
    check(len(months) == 18, "not 18 months")
    lines = [line for month in months for line in csv.DictReader(open(month, encoding="utf-8"))]
    check(6000 <= len(lines) <= 10000, f"{len(lines)} lines")
    check({line["kind"] for line in lines} == {"revenue", "cost", "reversal", "activity_cost"}, "not all kinds")
    keys = {(line["document"], line["line"]) for line in lines}
    check(len(keys) == len(lines), "a document's line twice")


def organisation():
    managers = json.loads((folder / "managers.json").read_text(encoding="utf-8"))["managers"]
    check(len(managers) == 20, "not 20 managers")
    check({m["level"] for m in managers} == {"ordinary", "advanced", "senior"}, "not all levels")
    nodes = json.loads((folder / "regions.json").read_text(encoding="utf-8"))["nodes"]
    parents = {node["code"]: node["parent"] for node in nodes}
    depth = {code: 1 + (parent != "") + (parents.get(parent, "") != "") for code, parent in parents.items()}
    check(set(depth.values()) == {1, 2, 3}, "not three levels of regions")


same_bytes_again()
customers_of_every_kind()
eighteen_months()
organisation()
