"""Grading as a program in Python lives it: reviews by schedule, people's decisions, a prospect who buys, and every
question, each call through the gateway."""

import datetime
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bindings" / "python"))
import crmcore  # noqa: E402

DAY_US = 86_400_000_000
HALF_YEAR = {"kind": "rolling", "months": 6}
VALUE = {
    "code": "value", "calendar": {"timezone": "UTC"}, "returns": "net_own",
    "reviews": {"first": "2023-01-01", "every_months": 1},
    "factors": [
        {"code": "revenue", "metric": {"kind": "revenue", "window": HALF_YEAR}, "weight": 70,
         "scale": {"kind": "points", "points": [[0, 0], [200_000, 100]]}},
        {"code": "margin", "metric": {"kind": "margin_rate", "window": HALF_YEAR}, "weight": 30,
         "scale": {"kind": "points", "points": [[0, 0], [0.5, 100]]}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 70, "keep": 60},
                                            {"grade": "B", "enter": 40, "keep": 35}]},
    "movement": {"grace_months": 2}}
PROSPECTS = {
    "code": "prospects", "population": {"status": ["prospect"]},
    "reviews": {"first": "2023-05-01", "every_months": 1},
    "factors": [{"code": "credit", "metric": {"kind": "attribute", "name": "credit"}, "weight": 1,
                 "scale": {"kind": "points", "points": [[0, 0], [100, 100]]}}],
    "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]}}


class GradingStory(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.db = crmcore.open(pathlib.Path(self.directory.name) / "story.crm", create=True)
        self.conn = self.db.connect()
        self.call = self.conn.call
        self.conn.set_actor("ann")
        self.at("2023-01-01")
        self.call("archive.define_attribute", code="credit", name="Credit", type="integer")
        self.call("archive.put", customers=[{"code": f"c{i:02}", "name": f"客户{i}", "since": "2022-01-01"}
                                            for i in range(1, 21)])
        entries = []
        for i in range(1, 21):
            for month in range(24):
                sold = {"customer": f"c{i:02}", "date": f"{2022 + month // 12}-{month % 12 + 1:02}-05",
                        "document": f"{i}-{month}"}
                entries.append({**sold, "kind": "revenue", "amount": i * i * 100, "line": 1})
                entries.append({**sold, "kind": "cost", "amount": i * i * 60, "line": 2})
        self.call("ledger.post", source="erp", is_future=True, entries=entries)
        self.call("grading.put_scheme", document=VALUE)

    def tearDown(self):
        self.conn.close()
        self.db.close()
        self.directory.cleanup()

    def at(self, date):
        days = (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days
        self.conn.set_now(days * DAY_US)

    def sell(self, customer, date, amount):
        self.call("ledger.post", source="erp", is_future=True, entries=[
            {"customer": customer, "date": date, "kind": "revenue", "amount": amount, "document": f"x-{customer}-{date}"}])

    def review(self, as_of, scheme="value", **more):
        return self.call("grading.commit", scheme=scheme, as_of=as_of, is_future=True, **more)

    def explain(self, customer, scheme="value"):
        return self.call("grading.explain", customer=customer, scheme=scheme)

    def run_due(self, as_of):
        for scheme in ("prospects", "value"):
            for date in self.call("grading.list_due_reviews", scheme=scheme, as_of=as_of)["dates"]:
                self.review(date, scheme)

    def refused(self, code, method, **request):
        with self.assertRaises(crmcore.Error) as caught:
            self.call(method, **request)
        self.assertIn(code, str(caught.exception.code) + str(caught.exception))

    def test_reviews(self):
        self.assertEqual(self.call("grading.list_due_reviews", scheme="value", as_of="2023-03-10")["dates"],
                         ["2023-01-01", "2023-02-01", "2023-03-01"])
        preview = self.call("grading.preview", scheme="value", as_of="2023-01-01")
        first = self.review("2023-01-01", plan=preview["plan"])
        self.assertEqual((first["placed"], first["plan"][:64]), (20, preview["plan"][:64]))
        self.assertTrue(self.review("2023-01-01")["is_repeat"])
        self.review("2023-02-01")
        preview = self.call("grading.preview", scheme="value", as_of="2023-03-01")
        self.sell("c01", "2023-02-20", 3_000_000)
        self.refused("MOVED", "grading.commit", scheme="value", as_of="2023-03-01", is_future=True, plan=preview["plan"])
        third = self.review("2023-03-01")
        self.assertEqual(third["promoted"], 1)
        self.sell("c02", "2023-01-20", 3_000_000)  # late: the review stays, a correction tells
        self.assertEqual(self.review("2023-03-01", kind="correction")["promoted"], 2)
        for row in self.call("grading.list_reviews", scheme="value")["reviews"]:
            self.assertTrue(self.call("grading.replay", review=row["review"])["is_identical"])
        self.assertTrue(self.call("database.verify")["is_ok"])

    def test_people(self):
        self.review("2023-03-01")
        self.at("2023-03-05")
        number = self.call("grading.put_override", customer="c05", scheme="value", kind="floor", grade="B",
                           reason="promising", is_proposal=True)["override"]
        decision = {"customer": "c05", "scheme": "value", "override": number, "is_approved": True}
        self.refused("DENIED", "grading.decide_override", **decision)
        self.conn.set_actor("head of sales")
        self.call("grading.decide_override", **decision)
        self.call("grading.blacklist", customer="c20", reason="fraud")
        self.call("grading.trigger", customer="c19", scheme="value", reason="credit default")
        self.review("2023-04-01")
        self.assertEqual((self.explain("c05")["grade"], self.explain("c05")["rule"]), ("B", "floor"))
        self.assertEqual(self.explain("c20")["grade"], "X")
        self.assertEqual(self.call("grading.problems", scheme="value")["blacklisted"]["count"], 1)

    def test_prospect_buys(self):
        self.at("2023-04-02")
        self.call("archive.put", customers=[{"code": "p1", "name": "潜在客户", "attributes": {"credit": 90}}])
        self.call("grading.put_scheme", document=PROSPECTS)
        self.run_due("2023-05-01")
        self.assertEqual(self.explain("p1", "prospects")["grade"], "A")
        self.sell("p1", "2023-05-10", 900_000)
        self.run_due("2023-06-01")
        self.assertFalse(self.explain("p1", "prospects")["grade"])
        self.assertEqual(self.explain("p1")["rule"], "grace")
        self.run_due("2023-08-01")
        self.assertEqual(self.explain("p1")["grade"], "A")
        told = [change["kind"] for change in self.call("database.changes", after_seq=0, limit=10_000)["changes"]]
        for kind in ("customer.became_existing", "grade.left", "grading.reviewed"):
            self.assertIn(kind, told)

    def test_questions(self):
        self.review("2023-03-01")
        self.sell("c01", "2023-03-20", 3_000_000)
        self.review("2023-04-01")
        explained = self.explain("c10")
        self.assertAlmostEqual(sum(factor["contribution"] for factor in explained["factors"]), explained["score"])
        self.assertTrue(explained["to_rise"]["by_one_factor"])
        candidate = {**VALUE, "cut": {"kind": "pareto", "on": "revenue", "cuts": [80, 95]}}
        answers = {
            "what_if": ({"candidate": candidate}, {"customers", "value", "changed", "value_up", "value_down", "differences"}),
            "movers": ({}, {"risers", "fallers", "about_to_fall"}),
            "pyramid": ({}, {"tiers"}),
            "concentration": ({}, {"gini", "herfindahl", "above_5_per_cent", "whale_curve"}),
            "migration": ({"from_review": 1, "to_review": 2}, {"counts", "rates", "mobility"}),
            "stability": ({}, {"change_rate", "two_step_rate", "reversal_rate", "cohort", "one_year", "mobility",
                               "score_stability"}),
        }
        for method, (request, members) in answers.items():
            self.assertLessEqual(members, set(self.call(f"grading.{method}", scheme="value", **request)), method)
        self.assertIn("is_worth_it", self.call("grading.worth", as_of="2023-04-01", span=5))

    def test_another_subject_is_kept_and_its_review_refused(self):
        stars = {**PROSPECTS, "code": "stars", "subject": "manager"}
        del stars["population"]
        self.call("grading.put_scheme", document=stars)
        self.refused("UNSUPPORTED", "grading.commit", scheme="stars", as_of="2023-05-01", is_future=True)


if __name__ == "__main__":
    if "CRMCORE_LIBRARY" not in os.environ:
        sys.exit("CRMCORE_LIBRARY names the library to test")
    unittest.main()
