"""Who serves whom: four rules on trial, the policy that joins them, how many managers it takes, a leave and a farewell.

    CRMCORE_LIBRARY=/path/to/libcrmcore.so python3 examples/handover.py [FILE]

Everything goes through the C ABI's gateway, with the demo's small data beside this file.
"""

import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "bindings" / "python"), str(HERE / "data")]
import crmcore  # noqa: E402
from telling import heading, read, set_day, table  # noqa: E402

MONTHS = [f"2023-{month:02}" for month in range(1, 7)]
TODAY = "2023-07-03"

# The four ways of giving customers to managers, each a policy of its own. None is put: they are tried.
LEVELS = {"table": [{"grade": "A", "min_level": "senior"}, {"grade": "B", "min_level": "advanced"},
                    {"grade": "C", "max_level": "advanced"}], "ungraded": {"max_level": "ordinary"}}
RULES = {
    "质量 quality": [{"rule": "quality", "params": LEVELS}],
    "社会关系 relationship": [{"rule": "relationship", "params": {"kinds": ["developed", "family", "friendship", "referral"]}}],
    "专业 specialty": [{"rule": "specialty", "params": {"match": "all", "min_proficiency": 60}}],
    "行业与所有制 ownership": [{"rule": "segment", "params": {"axis": "ownership", "without_segments": "all"}}],
}


def load(conn):
    set_day(conn, "2023-01-01")
    conn.call("classification.define_ready_made")
    conn.call("classification.put_nodes", json.loads(read("regions.json")))
    conn.call("archive.define_attribute", code="credit_score", name="信用评分", type="integer", minimum=0, maximum=1000)
    conn.call("archive.import_customers", csv=read("customers.csv"))
    conn.call("grading.put_scheme", document=json.loads(read("scheme_value.json")))
    set_day(conn, "2023-07-01")
    for month in MONTHS:
        conn.call("ledger.import_entries", csv=read(f"entries/{month}.csv"), source="billing")
    conn.call("grading.commit", scheme="value", as_of="2023-07-01")
    for name in ("units", "managers", "relationships"):
        conn.call(f"assignment.put_{name}", json.loads(read(f"{name}.json")))
    for customer in ("K1001", "K1002", "K1003"):
        conn.call("assignment.set_needs", customer=customer, specialties=["credit"])
    set_day(conn, TODAY)


def policy(stages, **more):
    base = json.loads(read("policy.json"))
    return {key: base[key] for key in ("code", "scheme", "grades", "levels", "weights")} | {"stages": stages} | more


def try_rules(conn):
    """What each rule alone would do beside the policy in force, which is put and not yet applied."""
    heading("Four rules, each alone 四种分配规则")
    rows = []
    for name, stages in RULES.items():
        tried = conn.call("assignment.what_if", policy="service", candidate=policy(stages), limit=0)
        plan = tried["candidate"]
        rows.append([name, plan["placed"], plan["unassigned"], tried["changed"],
                     ", ".join(f"{code} {count}" for code, count in plan["reasons"].items())])
    joined = conn.call("assignment.preview", policy="service", limit=0)
    rows.append(["service: all together", joined["placed"], joined["unassigned"], "",
                 ", ".join(f"{code} {count}" for code, count in joined["reasons"].items())])
    table(["policy", "placed", "without", "served otherwise", "why without"], rows)


def apply(conn):
    preview = conn.call("assignment.preview", policy="service")
    done = conn.call("assignment.commit", policy="service", plan=preview["plan"])
    assert done["placed"] == preview["placed"]
    print(f"\nrun {done['run']}: {done['placed']} placed, {done['unassigned']} without a manager")


def count_heads(conn):
    heading("How many managers 人员编制")
    twice = policy(json.loads(read("policy.json"))["stages"], weights={"A": 10, "B": 2, "C": 1})
    told = conn.call("assignment.headcount", policy="service", candidate=twice)
    rows = []
    for name, counted in (("today", told["in_force"]), ("A counts double", told["candidate"])):
        for one in counted["levels"]:
            rows.append([name, "agents" if one["is_agent"] else one["level"], one["customers"], one["load"], one["span"],
                         one["needed"], one["present"], one["vacancies"], one["surplus"]])
        total = counted["total"]
        rows.append([name, "all", total["customers"], total["load"], "", total["needed"], total["present"],
                     total["vacancies"], total["surplus"]])
    table(["", "level", "customers", "load", "span", "needed", "present", "vacant", "surplus"], rows)


def preview_handover(conn, **request):
    return conn.call("assignment.handover", policy="service", is_preview=True, **request)


def hire_for_leave(conn, **request):
    """Without another one of the level the leave leaves customers alone: the preview says so before it is too late."""
    heading("Before a leave 休假之前")
    alone = preview_handover(conn, **request)["unassigned"]
    print(f"{len(alone)} customers of {request['manager']} would have nobody: " + ", ".join(one["customer"] for one in alone))
    conn.call("assignment.put_managers", managers=[
        {"code": "M21", "name": "周敏", "level": "senior", "level_since": TODAY, "unit": "key", "phone": "+86 21 5550 1888", "span": 45,
         "segments": [{"axis": "region", "node": "north"}, {"axis": "region", "node": "northeast"}]}])
    assert not preview_handover(conn, **request)["unassigned"]
    print("with M21 周敏 each has somebody")


def hand_over(conn, title, **request):
    """A preview and the handover are made by the same steps: they say the same."""
    heading(title)
    preview = preview_handover(conn, **request)
    done = conn.call("assignment.handover", policy="service", **request)
    assert done["moves"] == preview["moves"]
    until = f" until {done['to']}" if done["to"] else ""
    print(f"{done['manager']}: {done['customers']} customers, {len(done['moves'])} go to others{until}, "
          f"{len(done['unassigned'])} to nobody")
    table(["receiver", "", "customers"],
          [[one["manager"], one["name"], one["customers"]] for one in done["receivers"]])
    for notice in done["notices"][:1]:
        print(f"to {notice['customer']}: {notice['zh']}\n  {notice['en']}")
    return done


def why(conn, customer):
    heading(f"Why {customer} is served by whom 为何由谁服务")
    told = conn.call("assignment.explain", customer=customer, policy="service", language="zh")
    print(f"{customer}: {told['manager'] or '-'}")
    table(["经理", "说明"], [[one["manager"], one["words"]] for one in told["why_not"]["managers"][:6]])


def serving(conn, customer, day):
    return ", ".join(f"{one['manager']} ({one['role']})"
                     for one in conn.call("assignment.serving", customer=customer, as_of=day)["managers"]) or "nobody"


def main():
    with tempfile.TemporaryDirectory() as directory:
        path = sys.argv[1] if len(sys.argv) > 1 else str(pathlib.Path(directory) / "handover.crm")
        with crmcore.open(path, create=True, time_zone="Asia/Shanghai") as db, db.connect() as conn:
            load(conn)
            conn.call("assignment.put_policy", document=json.loads(read("policy.json")))
            try_rules(conn)
            apply(conn)
            count_heads(conn)
            absence = {"manager": "M01", "as_of": TODAY, "to": "2023-08-01", "reason": "parental leave"}
            hire_for_leave(conn, **absence)
            leave = hand_over(conn, "A leave 休假", **absence)
            key = leave["moves"][0]["customer"]
            for day in (TODAY, "2023-08-01"):
                print(f"{key} on {day}: {serving(conn, key, day)}")
            hand_over(conn, "A farewell 离职", manager="M07", as_of=TODAY, reason="left the house")
            why(conn, key)
            print(f"\nverified: {conn.call('database.verify')['is_ok']}")


if __name__ == "__main__":
    main()
