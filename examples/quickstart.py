"""A first program in Python, over ctypes: customers, their classes, what they bought, their grades, their manager.

    CRMCORE_LIBRARY=/path/to/libcrmcore.so PYTHONPATH=bindings/python python3 examples/quickstart.py [FILE]
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bindings" / "python"))
import crmcore  # noqa: E402

CUSTOMERS = [("C-001", "北京云杉科技", "private", 480_000_00), ("C-002", "Harbour Trading Ltd", "foreign", 150_000_00),
             ("C-003", "老王杂货铺", "private", 9_000_00)]

SCHEME = {
    "code": "value", "population": {"status": ["existing"]},
    "grades": {"order": ["A", "B", "C"], "blocked": "X"}, "calendar": {"timezone": "Asia/Shanghai"}, "returns": "gross",
    "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 12}}}],
    "cut": {"kind": "pareto", "on": "revenue", "cuts": [70, 90]},
}
POLICY = {
    "code": "service", "scheme": "value", "grades": ["A", "B", "C"], "levels": ["ordinary", "senior"],
    "weights": {"A": 5, "B": 2, "C": 1},
    "stages": [{"rule": "quality", "params": {"table": [{"grade": "A", "min_level": "senior"}, {"grade": "B"},
                                                        {"grade": "C", "max_level": "ordinary"}]}}],
}


def main(path):
    with crmcore.open(path, create=True, time_zone="Asia/Shanghai") as db, db.connect() as conn:
        conn.set_actor("quickstart")
        with conn.transaction():  # all of it, or nothing
            conn.call("classification.define_ready_made")
            conn.call("archive.put", customers=[
                {"code": code, "name": name, "classes": {"ownership": ownership}}
                for code, name, ownership, _ in CUSTOMERS])
            conn.call("ledger.post", source="billing", entries=[
                {"customer": code, "date": "2024-03-01", "amount": fen, "document": f"INV-{code}"}
                for code, _, _, fen in CUSTOMERS])
        conn.call("grading.put_scheme", document=SCHEME)
        preview = conn.call("grading.preview", scheme="value", as_of="2024-04-01", kind="ad_hoc")
        conn.call("grading.commit", scheme="value", as_of="2024-04-01", kind="ad_hoc", plan=preview["plan"])

        conn.call("assignment.put_managers", managers=[
            {"code": "M1", "name": "李娜", "level": "senior", "span": 20},
            {"code": "M2", "name": "Tom Reed", "level": "ordinary", "span": 20}])
        conn.call("assignment.put_policy", document=POLICY)
        conn.call("assignment.commit", policy="service", as_of="2024-04-01")

        for row in conn.query("""SELECT c.code, c.name, g.grade, a.manager_name
                                 FROM customer c JOIN grade_current g ON g.customer_id = c.customer_id
                                 LEFT JOIN assignment_current a ON a.customer_id = c.customer_id ORDER BY c.code"""):
            print(row["code"], row["grade"], row["manager_name"], row["name"], sep="\t")
        try:
            conn.call("archive.put", customers=[{"code": "C-004", "name": ""}])
        except crmcore.Error as error:
            print(f"refused: {error.code} at {error.path}: {error.message}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(pathlib.Path(directory) / "quickstart.crm")
