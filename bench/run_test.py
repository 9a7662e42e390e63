"""Tests of what run.py makes of measurements: python3 bench/run_test.py"""
import math
import unittest

import growth
import instructions
import pictures
import run
import targets
from targets import Target


def result(unit_seconds, n=1000, cpu=None, **more):
    return {"n": n, "unit_seconds": unit_seconds, "seconds": unit_seconds * n, "cpu_seconds": cpu, "rss_mb": 10.0,
            "file_mb": None, "check": None, "rounds": 1} | more


class EvaluateTest(unittest.TestCase):
    MEASURED = {
        "post": {"crmcore": result(3e-6, cpu=2e-3), "sqlite": result(9e-6, cpu=8e-3), "postgres": result(30e-6)},
        "post_rows": {"sqlite": result(2e-6, cpu=1e-3)},
        "open": {"crmcore": result(0.5e-3)},
        "lookup_id_c": {"crmcore": result(2e-6)},
        "lookup_id_gateway": {"crmcore": result(8e-6)},
    }

    def check(self, target, ratio, met, cpu=""):
        row = run.evaluate(target, self.MEASURED)
        self.assertEqual((row["ratio"], row["met"], row["cpu"]), (ratio, met, cpu))

    def test_ratios_in_both_directions(self):
        self.check(Target("post", "sqlite", "post_rows", at_most=1.5), "1.5 of its time", True, "2")
        self.check(Target("post", "sqlite", "post_rows", at_most=1.4), "1.5 of its time", False, "2")
        self.check(Target("post", "sqlite", at_least=3.0), "3 times as fast", True, "4")
        self.check(Target("post", "sqlite", at_least=3.1), "3 times as fast", False, "4")

    def test_no_processor_time_of_another_process(self):
        self.check(Target("post", "postgres", at_least=6.0), "10 times as fast", True)

    def test_without_a_common_part(self):
        common = ("sqlite", "post_rows")
        self.check(Target("post", "sqlite", at_least=8.0, without=common), "7 times as fast", False, "7")

    def test_a_part_that_costs_nothing_is_infinitely_fast(self):
        self.assertEqual(run.compare(Target("x", "y", at_least=8.0), -1e-9, 1e-6), math.inf)

    def test_limits_of_our_own(self):
        self.check(Target("open", below_ms=1.0), "0.5 ms", True)
        self.check(Target("open", below_ms=0.4), "0.5 ms", False)
        self.check(Target("lookup_id_gateway", "crmcore", "lookup_id_c", over_us=5.0), "6 us more", False)

    def test_what_is_missing_is_neither_met_nor_short(self):
        self.check(Target("post", "duckdb", at_least=1.0), None, None)
        self.check(Target("review", "sqlite", at_least=5.0), None, None)
        self.check(Target("lookup_id_gateway", "crmcore", "lookup_code_c", over_us=5.0), None, None)


class LimitsTest(unittest.TestCase):
    def test_memory_and_file(self):
        measured = {
            "load": {"crmcore": result(1, rss_mb=301.0), "sqlite": result(1, file_mb=40.0)},
            "post": {"crmcore": result(1, file_mb=130.0)},
            "post_rows": {"sqlite": result(1, file_mb=60.0)},
        }
        memory, size = run.limit_rows(measured)
        self.assertEqual((memory["ratio"], memory["met"]), ("301 MB", False))
        self.assertEqual((size["ratio"], size["met"]), ("1.3 of its size", False))

    def test_without_crmcore_there_is_nothing_to_limit(self):
        self.assertEqual(run.limit_rows({"load": {"sqlite": result(1, file_mb=40.0)}}), [])


class SummaryTest(unittest.TestCase):
    def test_the_least_of_the_rounds_counts(self):
        runs = [{"n": 10, "seconds": s, "rss_mb": m} for s, m in ((3.0, 5), (1.0, 9), (2.0, 7))]
        summary = run.summarise(runs)
        self.assertEqual((summary["seconds"], summary["unit_seconds"], summary["rss_mb"]), (1.0, 0.1, 9))

    def test_the_median_of_single_calls_wins_over_the_mean(self):
        self.assertEqual(run.unit_seconds({"n": 10, "seconds": 5.0, "median_seconds": 0.1}), 0.1)

    def test_disagreement_is_found(self):
        agreed = {"post": {"a": result(1, check="1 2"), "b": result(1, check="1 2"), "c": result(1)}}
        self.assertEqual(run.find_disagreements(agreed), [])
        agreed["post"]["c"] = result(1, check="1 3")
        self.assertEqual(len(run.find_disagreements(agreed)), 1)


class InstructionsTest(unittest.TestCase):
    def test_three_percent_more_is_allowed_and_no_more(self):
        kept = {"load": 1000, "post": 1000, "open": 1000}
        self.assertEqual(instructions.compare({"load": 1030, "post": 900, "open": 1000}, kept)[1], [])
        self.assertEqual(instructions.compare({"load": 1031, "post": 1100, "open": 1000}, kept)[1], ["load", "post"])

    def test_a_job_that_is_not_in_both_is_told(self):
        self.assertEqual(instructions.compare({"load": 1}, {"post": 1})[1], ["post", "load"])


class GrowthTest(unittest.TestCase):
    SIZES = (10_000, 100_000, 1_000_000)

    def test_a_job_through_the_archive(self):
        self.assertEqual(growth.judge("review", self.SIZES, [1e-6, 1e-6, 1e-6])["grows"], "1.000")
        self.assertTrue(growth.judge("review", self.SIZES, [1e-6, 1e-6, 1.25e-6])["met"])
        self.assertFalse(growth.judge("review", self.SIZES, [1e-6, 1e-6, 1.27e-6])["met"])

    def test_a_question_is_the_whole_job(self):
        self.assertEqual(growth.judge("cross_tab", self.SIZES, [1e-6, 1e-5, 1e-4])["grows"], "1.000")

    def test_a_call_may_grow_with_the_logarithm(self):
        self.assertTrue(growth.judge("lookup_id", self.SIZES, [1e-6, 1e-6, 1.8e-6])["met"])
        self.assertFalse(growth.judge("lookup_id", self.SIZES, [1e-6, 1e-6, 2e-6])["met"])


class PicturesTest(unittest.TestCase):
    def test_bars_say_how_many_times_a_target_is_reached(self):
        rows = [{"job": "load", "peer": "sqlite", "ratio": "1.5 of its time", "target": "<= 1.2", "met": False},
                {"job": "post", "peer": "duckdb", "ratio": "3 times as fast", "target": ">= 1.5", "met": True},
                {"job": "open", "peer": None, "ratio": "0.5 ms", "target": "<= 1 ms", "met": True},
                {"job": "open", "peer": None, "ratio": None, "target": "<= 1 ms", "met": None}]
        self.assertEqual([round(bar[1], 3) for bar in pictures.ratio_bars(rows)], [0.8, 2.0, 2.0])


class TargetsTest(unittest.TestCase):
    def test_each_target_is_about_jobs_that_exist_and_has_at_most_one_limit(self):
        jobs = {job for job, _ in targets.JOBS}
        for target in targets.TARGETS:
            limits = (target.at_most, target.at_least, target.over_us, target.below_ms)
            self.assertLessEqual(sum(limit is not None for limit in limits), 1, target)
            self.assertIn(target.job, jobs)
            self.assertIn(target.peer_job or target.job, jobs)


if __name__ == "__main__":
    unittest.main()
