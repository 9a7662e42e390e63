// Cut-offs by small oracles: published ones, and cases where conventions differ.
#include "grading/cut.hpp"

#include <doctest/doctest.h>

#include "grading/fixture.hpp"
#include "grading/registry.hpp"
#include "grading/scheme_write.hpp"

namespace crmcore::grading {
namespace {

std::string graded(const std::string& cut, const std::vector<double>& values, const std::string& factor = "",
                   const std::string& more = "") {
  return letters(evaluate_columns(attribute_scheme({factor}, cut, more), {values}));
}

TEST_CASE("Pareto 70/90 of the package abc-classification") {
  const std::vector<double> values = {27000, 24000, 18000, 16000, 6000, 5000, 4000};
  const std::string cut = R"({"kind": "pareto", "on": "f0", "cuts": [70, 90], "band": 0)";
  CHECK(graded(cut + "}", values) == "AAAABCC");
  CHECK(graded(cut + R"(, "convention": "inclusive"})", values) == "AAABCCC");
}

TEST_CASE("Pareto: ties, nothing to share, values at or under 0") {
  const std::string cut = R"({"kind": "pareto", "on": "f0", "cuts": [50, 80], "band": 0})";
  struct Case {
    std::vector<double> values;
    const char* grades;
  };
  const Case cases[] = {
      {{10, 10, 10, 10}, "AAAA"},  // one block gets the grade of its first member
      {{40, 20, 20, 20}, "AAAA"},  // before the block stand 40 of 100
      {{60, 20, 20}, "ABB"},
      {{60, 0, -5, 40}, "ACCB"},  // left out of the total
      {{0, -1, kNaN}, "---"},     // nothing to share out
      {{kNaN, 5}, "-A"},
      {{}, ""},
      {{9007199254740991, 9007199254740991, 1}, "AAC"},  // beyond 64 bits on the way
  };
  for (const Case& one : cases) CHECK(graded(cut, one.values) == one.grades);
  CHECK(graded(cut, {kNaN, 5, 3}, R"("missing": "worst")") == "CAB");
  CHECK_THROWS_AS(graded(cut, {2.5, 1}), Error);
}

TEST_CASE("Pareto: the band moves both sides of a cut") {
  const Scheme scheme =
      attribute_scheme({""}, R"({"kind": "pareto", "on": "f0", "cuts": [50, 80], "band": 10})");
  // Before each stand 0, 45, 75, 85 and 95 of 100.
  const Evaluation evaluation = evaluate_columns(scheme, {{45, 30, 10, 10 - 1, 6}});
  const std::vector<Target> expected = {
      {0, 0, 0, false}, {0, 1, 0, false}, {1, 2, 1, false}, {2, 2, 1, false}, {2, 2, 2, false}};
  CHECK(evaluation.targets == expected);
}

TEST_CASE("share of customers: whole groups, either direction") {
  const std::string cut = R"({"kind": "share", "on": "f0", "cuts": [25, 50], "band": 0})";
  CHECK(graded(cut, {1, 2, 3, 4, 5, 6, 7, 8}) == "CCCCBBAA");
  CHECK(graded(cut, {1, 2, 3, 4, 5, 6, 7, 8}, R"("direction": "lower")") == "AABBCCCC");
  CHECK(graded(cut, {5, 5, 5, 5}) == "AAAA");
  CHECK(graded(cut, {9, 5, 5, 5}) == "ABBB");
  CHECK(graded(cut, {kNaN, -4, -4, -9}) == "-AAC");
  CHECK(graded(cut, {kNaN, 4, 3}, R"("missing": "worst")") == "CAB");
}

// A share ranked who is on the blacklist or has left where a missing value is the worst: of 500, 400, 300,
// 200 and 100 with the first one blacklisted 300 got an A.
TEST_CASE("share: who does not count stands before nobody, whatever is said of missing values") {
  const std::string cut = R"({"kind": "share", "on": "f0", "cuts": [22, 60], "band": 0})";
  const std::vector<std::size_t> first = {0};
  for (const char* missing : {"worst", "ungraded"}) {
    const Scheme scheme = attribute_scheme({std::string(R"("missing": ")") + missing + "\""}, cut);
    CHECK(letters(evaluate_columns(scheme, {{kNaN, 400, 300, 200, 100}}, first)) == "-ABBC");
  }
  for (const char* missing : {R"("missing": "worst")", R"("missing": "fixed", "missing_score": 50)"}) {
    const std::string factor =
        std::string(missing) +
        R"(, "weight": 1, "scale": {"kind": "points", "points": [[0, 0], [500, 100]]})";
    const Scheme scheme = attribute_scheme({factor}, R"({"kind": "share", "cuts": [22, 60], "band": 0})");
    const Evaluation evaluation = evaluate_columns(scheme, {{kNaN, 400, 300, 200, 100}}, first);
    CHECK(letters(evaluation) == "-ABBC");
    CHECK(evaluation.scores[0] == kPointsNone);
  }
  const Scheme segments =
      attribute_scheme({R"("missing": "worst")"},
                       R"({"kind": "segments", "classes": 2, "factors": ["f0"], "otherwise": "C",
      "segments": [{"grade": "A", "classes": [[2, 2]]}]})");
  CHECK(letters(evaluate_columns(segments, {{kNaN, 400, 300, 200, 100}}, first)) == "-AACC");
}

// One without a grade is neither ranked nor one of those that shares are taken of.
TEST_CASE("share and Pareto: the ungraded are not in the denominator") {
  const std::string forbids =
      R"("missing": "ungraded", "weight": 1, "scale": {"kind": "points", "points": [[0, 0], [1, 100]]})";
  const Columns columns = {{500, 400, 300, 200, 100}, {kNaN, 1, 1, 1, 1}};
  const Scheme share =
      attribute_scheme({"", forbids}, R"({"kind": "share", "on": "f0", "cuts": [22, 60], "band": 0})");
  CHECK(letters(evaluate_columns(share, columns)) == "-ABBC");
  const Scheme pareto =
      attribute_scheme({"", forbids}, R"({"kind": "pareto", "on": "f0", "cuts": [40, 70], "band": 0})");
  CHECK(letters(evaluate_columns(pareto, columns)) == "-ABCC");
}

TEST_CASE("score: inclusive thresholds, keep under enter") {
  const Scheme scheme = attribute_scheme(
      {R"("weight": 1, "scale": {"kind": "points", "points": [[0, 0], [100, 100]]})"},
      R"({"kind": "score", "thresholds": [{"grade": "A", "enter": 80, "keep": 70}, {"grade": "B", "enter": 50}]})");
  const Evaluation evaluation =
      evaluate_columns(scheme, {{80, 79.999999, 70, 69.999999, 50, 47.5, 47.499999, kNaN}});
  const std::vector<Target> expected = {
      {0, 0, 0, false}, {1, 1, 0, false}, {1, 1, 0, false}, {1, 1, 1, false},
      {1, 1, 1, false}, {2, 2, 1, false}, {2, 2, 2, false}, {}};
  CHECK(evaluation.targets == expected);
}

TEST_CASE("more and fewer grades, and the names of the user") {
  const std::string two = R"(, "grades": {"order": ["key", "rest"], "blocked": "none"})";
  CHECK(graded(R"({"kind": "share", "on": "f0", "cuts": [50]})", {1, 2, 3, 4}, "", two) == "BBAA");
  std::string order;
  std::string cuts;
  std::vector<double> values;
  for (int g = 0; g < 26; ++g) {
    order += std::string(g == 0 ? "\"" : ", \"") + static_cast<char>('A' + g) + "\"";
    if (g > 0) cuts += std::string(g == 1 ? "" : ", ") + std::to_string(g) + "." + std::to_string(g);
    values.push_back(1000 - g);
  }
  const std::string all = R"(, "grades": {"order": [)" + order + R"(], "blocked": "none"})";
  CHECK(
      graded(R"({"kind": "share", "on": "f0", "band": 0, "cuts": [)" + cuts + "]}", values, "", all).size() ==
      26);
}

TEST_CASE("caps hold after the cut, on every side of it") {
  const Scheme scheme = attribute_scheme(
      {"", ""}, R"({"kind": "share", "on": "f0", "cuts": [50, 75], "band": 0})",
      R"(, "caps": [{"factor": "f1", "below": 400, "grade": "C"}, {"factor": "f1", "when_missing": true, "grade": "B"}])");
  const Evaluation evaluation = evaluate_columns(scheme, {{4, 3, 2, 1}, {399, kNaN, 400, 399}});
  CHECK(letters(evaluation) == "CBBC");
  CHECK(evaluation.targets[0] == Target{2, 2, 2, false});
}

TEST_CASE("segments: the first that fits, classes mirrored where less is better") {
  const Scheme scheme = attribute_scheme(
      {R"("direction": "lower")", ""},
      R"({"kind": "segments", "classes": 2, "factors": ["f0", "f1"], "otherwise": "C", "segments": [
        {"grade": "A", "classes": [[2, 2], [2, 2]]}, {"grade": "B", "classes": [[1, 2], [2, 2]]}]})");
  CHECK(letters(evaluate_columns(scheme, {{1, 2, 3, 4}, {9, 1, 8, 2}})) == "ACBC");
  CHECK(letters(evaluate_columns(scheme, {{1, 2, 3, kNaN}, {9, 1, 8, 2}})) == "ACB-");
}

TEST_CASE("segments: cut points of one's own beside quantiles; a value on a point is below it") {
  const Scheme scheme = attribute_scheme(
      {R"("direction": "lower")", ""},
      R"({"kind": "segments", "classes": 2, "factors": ["f0", "f1"], "cut_points": {"f0": [30, 90]},
        "otherwise": "C", "segments": [{"grade": "A", "classes": [[3, 3], [1, 2]]},
        {"grade": "B", "classes": [[2, 2], [2, 2]]}]})");
  const Evaluation evaluation = evaluate_columns(scheme, {{30, 31, 90, 91, 31}, {1, 9, 9, 8, 1}});
  CHECK(letters(evaluation) == "ABBCC");
  CHECK(evaluation.lines->class_cuts[0] == std::vector<double>{30, 90});
  CHECK(scheme.cut->class_of_value(scheme, *evaluation.lines, 0, 90) == 2);
  const Json written = scheme_json(scheme)["cut"];
  CHECK(dump_json(written["cut_points"]) == R"({"f0":[30.0,90.0]})");
  CHECK(scheme_of(dump_json(scheme_json(scheme))).cut->factors().size() == 2);
}

TEST_CASE("every cut of the registry says what it is") {
  for (const CutKind* kind : cut_kinds()) {
    CAPTURE(kind->id);
    CHECK(find_cut_kind(kind->id) == kind);
    CHECK(!kind->summary.empty());
    CHECK(!kind->formula.empty());
  }
}

}  // namespace
}  // namespace crmcore::grading
