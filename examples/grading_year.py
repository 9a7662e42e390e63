"""One year of grading: leads, monthly reviews, people who decide otherwise, and what can be asked afterwards.

    CRMCORE_LIBRARY=/path/to/libcrmcore.so python3 examples/grading_year.py [FILE]

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

YEAR = [f"2023-{month:02}" for month in range(7, 13)] + [f"2024-{month:02}" for month in range(1, 7)]

# Who has not bought yet is graded by what is known of him, and kept from falling in his first months as a customer.
LEADS = {
    "code": "leads", "name": "潜在客户 Leads", "population": {"status": ["prospect"]},
    "calendar": {"timezone": "Asia/Shanghai"}, "reviews": {"first": "2023-07-01", "every_months": 3},
    "factors": [
        {"code": "credit", "weight": 60, "metric": {"kind": "attribute", "name": "credit_score"},
         "scale": {"kind": "points", "points": [[500, 0], [850, 100]]}},
        {"code": "ownership", "weight": 40, "metric": {"kind": "class", "axis": "ownership"},
         "scale": {"kind": "table", "scores": {"state_owned": 80, "foreign": 100, "private": 60}, "other": 50}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 70, "keep": 65}, {"grade": "B", "enter": 45, "keep": 40}]},
}


def yuan(fen):
    return f"{fen / 100:,.0f}"


def load(conn):
    set_day(conn, "2023-01-01")
    conn.call("classification.define_ready_made")
    conn.call("classification.put_nodes", json.loads(read("regions.json")))
    conn.call("archive.define_attribute", code="credit_score", name="信用评分", type="integer", minimum=0, maximum=1000)
    loaded = conn.call("archive.import_customers", csv=read("customers.csv"))
    value = json.loads(read("scheme_value.json"))
    value["movement"]["grace_months"] = 2
    for scheme in (value, json.loads(read("scheme_health.json")), LEADS):
        conn.call("grading.put_scheme", document=scheme)
    print(f"{loaded['created']} customers; schemes: " + ", ".join(
        one["scheme"] for one in conn.call("grading.list_schemes")["schemes"]))


def post_month(conn, month):
    """Delivers a month when it is over: entries of days to come are refused."""
    year, number = map(int, month.split("-"))
    set_day(conn, f"{year + number // 12}-{number % 12 + 1:02}-01")
    return conn.call("ledger.import_entries", csv=read(f"entries/{month}.csv"), source="billing")


def review(conn, scheme, as_of):
    """Commits what was previewed, or nothing: the plan is refused when the data moved in between."""
    preview = conn.call("grading.preview", scheme=scheme, as_of=as_of)
    done = conn.call("grading.commit", scheme=scheme, as_of=as_of, plan=preview["plan"])
    assert all(done[key] == preview[key] for key in ("promoted", "demoted", "warned", "left", "grades"))
    return done


def people_decide(conn, month):
    """What no rule knows. Returns what to tell."""
    if month == "2023-10":
        conn.set_actor("manager:M04")
        conn.call("grading.put_override", customer="K1084", scheme="value", kind="floor", grade="B", is_proposal=True,
                  reason="strategic partner", to="2024-10-01")
        conn.set_actor("director")
        conn.call("grading.decide_override", customer="K1084", scheme="value", override=1)
        return "K1084: floor B, proposed by manager:M04, approved by director"
    if month == "2024-01":
        conn.call("grading.blacklist", customer="K1097", reason="unpaid invoices")
        return "K1097: blacklisted"
    if month == "2024-03":
        conn.call("grading.trigger", customer="K1011", scheme="value", reason="credit default")
        return "K1011: a credit default, the next review does not wait"
    return ""


def counts(summary):
    return "  ".join(f"{one['grade'] or 'none'} {one['count']}" for one in summary["grades"] if one["count"])


def walk(conn):
    heading("A year of reviews 逐月评审")
    rows, summaries = [], {}
    for month in YEAR:
        set_day(conn, f"{month}-01")
        told = people_decide(conn, month)
        for scheme in ("value", "health", "leads"):
            for due in conn.call("grading.list_due_reviews", scheme=scheme, as_of=f"{month}-01")["dates"]:
                done = review(conn, scheme, due)
                summaries[scheme, due] = done
                rows.append([due, scheme, counts(done), done["promoted"], done["demoted"], done["warned"], done["left"], told])
                told = ""
        post_month(conn, month)
    table(["date", "scheme", "customers", "up", "down", "warned", "left", ""], rows)
    return summaries


def correct(conn, before):
    heading("A late invoice 迟到的单据")
    conn.call("ledger.post", source="late", entries=[
        {"customer": "K1051", "date": "2023-11-20", "amount": 250_000_000, "document": "LATE-1"}])
    after = conn.call("grading.commit", scheme="value", as_of="2024-01-01", kind="correction")
    for name, one in (("as we believed then", before), ("as we know it now", after)):
        print(f"2024-01-01 {name:22}{counts(one)}")
    reviews = conn.call("grading.list_reviews", scheme="value")["reviews"]
    same = [conn.call("grading.replay", review=one["review"])["is_identical"] for one in reviews]
    print(f"{sum(same)} of {len(same)} reviews give the same bytes again from what they kept")


def explain(conn, scheme, code):
    why = conn.call("grading.explain", scheme=scheme, customer=code)
    heading(f"Why {why['name']} is {why['grade']} by {scheme} 为什么")
    table(["factor", "value", "points", "weight", "contributes"],
          [[one["factor"], f"{one['value']:.4g}", f"{one['points']:.2f}", f"{one['weight']:g}", f"{one['contribution']:.3f}"]
           for one in why["factors"]])
    total = sum(round(one["contribution"] * 1e6) for one in why["factors"])
    assert total == round(why["score"] * 1e6)  # contributions sum to the score, exactly
    print(f"score {why['score']:.3f} aims at {why['target']}; held by the rule: {why['rule']}")
    for word in ("to_rise", "to_stay"):
        for one in why.get(word, {}).get("by_one_factor", []):
            print(f"{word.replace('_', ' ')} {why[word]['grade']}: {one['factor']} at {one['needed']:.4g} alone")
    for one in why["history"]:
        print(f"{one['date']}  {one['from'] or 'none'} -> {one['to']}  {one['rule']}")


def who_moved(conn):
    heading("Who moved last 升降")
    movers = conn.call("grading.movers", scheme="value", limit=3)
    table(["", "customer", "from", "to", "rule", "revenue"],
          [[word.replace("_", " "), one["name"], one["from"], one["to"], one["rule"], yuan(one["value"])]
           for word in ("risers", "fallers", "about_to_fall") for one in movers[word]["customers"]])
    heading("Whom to talk about 问题客户")
    problems = conn.call("grading.problems", scheme="value", limit=3)
    for word in ("blacklisted", "ungraded", "too_little_known", "loss", "without_value"):
        names = ", ".join(one["name"] for one in problems[word]["customers"])
        print(f"{word.replace('_', ' '):17} {problems[word]['count']:3}  {names}".rstrip())


def matrix(states, rows, form):
    table(["", *states], [[state, *(form(cell) for cell in row)] for state, row in zip(states, rows)])


def the_year_as_a_whole(conn):
    reviews = conn.call("grading.list_reviews", scheme="value")["reviews"]
    scheduled = [one["review"] for one in reviews if one["kind"] == "scheduled"]
    heading("From the first review to the last 年度迁移")
    moved = conn.call("grading.migration", scheme="value", from_review=scheduled[0], to_review=scheduled[-1])
    matrix(moved["states"], moved["counts"], str)
    heading("How stable it was 稳定性")
    stable = conn.call("grading.stability", scheme="value")
    print(f"{stable['decisions']} decisions, {stable['changes']} changes ({stable['change_rate']:.1%}), "
          f"{stable['reversals']} undone by the next review; what a year does, from continuous migration:")
    matrix(stable["states"], stable["one_year"], lambda share: f"{share:.1%}")


def the_business(conn):
    heading("How the business is spread 集中度")
    table(["grade", "customers", "revenue"], [[one["grade"] or "none", one["count"], yuan(one["value"])]
                                              for one in conn.call("grading.pyramid", scheme="value")["tiers"]])
    spread = conn.call("grading.concentration", scheme="value")
    print(f"Gini {spread['gini']:.3f}, HHI {spread['herfindahl']:.4f}; above 5 %: "
          + ", ".join(f"{one['name']} {yuan(one['value'])}" for one in spread["above_5_per_cent"]))
    worth = conn.call("grading.worth", as_of=f"{YEAR[-1]}-01", span=60)
    print("worth grading: " + ", ".join(f"{word.replace('_', ' ')} {worth[word]['value']:.3g} (needed {worth[word]['needed']:g})"
                                        for word in ("customers_over_span", "repeat_share", "top_fifth_share")))
    heading("What if A ended at 70 % and B at 90 % 假设")
    stricter = json.loads(read("scheme_value.json"))
    stricter.update(code="stricter", cut={"kind": "pareto", "on": "revenue", "cuts": [70, 90], "band": 2.5})
    what_if = conn.call("grading.what_if", scheme="value", candidate=stricter, limit=3)
    matrix(what_if["to_states"], what_if["customers"], str)
    print(f"{what_if['changed']} customers with {yuan(what_if['value_down'])} would stand lower, the largest: "
          + ", ".join(f"{one['name']} {one['from']} -> {one['to']}" for one in what_if["differences"]))


def what_to_expect(conn):
    heading("Who is still a customer 存续概率")
    fit = conn.call("grading.fit_purchases", as_of=f"{YEAR[-1]}-01", returns="gross")
    found = fit["bg_nbd"]["parameters"]
    print(f"{fit['returning']} of {fit['customers']} customers came back; BG/NBD "
          + ", ".join(f"{name} {value:g}" for name, value in found.items())
          + ("" if fit["bg_nbd"]["is_determined"] else ": the data do not tell all of them"))
    conn.call("grading.put_scheme", document={
        "code": "alive", "population": {"status": ["existing"]}, "grades": {"order": ["likely", "open", "unlikely"], "blocked": "X"},
        "calendar": {"timezone": "Asia/Shanghai"}, "returns": "gross",
        "factors": [{"code": "alive", "metric": {"kind": "probability_alive", **found}, "weight": 1,
                     "scale": {"kind": "points", "points": [[0, 0], [1, 100]]}}],
        "cut": {"kind": "score", "thresholds": [{"grade": "likely", "enter": 80}, {"grade": "open", "enter": 40}]}})
    summary = conn.call("grading.preview", scheme="alive", as_of=f"{YEAR[-1]}-01", kind="ad_hoc")
    print("by the probability that they will come again: "
          + ", ".join(f"{one['count']} {one['grade']}" for one in summary["grades"] if one["count"]))


def what_was_told(conn):
    heading("What other programs were told 事件")
    rows = conn.query("SELECT kind, count(*) AS n FROM change_log WHERE kind LIKE 'grade.%' OR kind LIKE 'customer.b%' "
                      "GROUP BY kind ORDER BY n DESC, kind")
    print(", ".join(f"{row['n']} {row['kind']}" for row in rows))


def main(path):
    with crmcore.open(path, create=True, time_zone="Asia/Shanghai") as db, db.connect() as conn:
        conn.set_actor("grading_year")
        load(conn)
        for month in range(1, 7):
            post_month(conn, f"2023-{month:02}")
        summaries = walk(conn)
        correct(conn, summaries["value", "2024-01-01"])
        explain(conn, "health", "K1011")
        who_moved(conn)
        the_year_as_a_whole(conn)
        the_business(conn)
        what_to_expect(conn)
        what_was_told(conn)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as directory:
            main(pathlib.Path(directory) / "grading_year.crm")
