// The candidate grades the population that the last review saw, on its date, without history: as if everybody
// were placed by it. It reads the ledger as it is now, so entries posted since count for it and not for the
// review; and it may see customers whom the review did not and the other way round, therefore both are merged
// as ascending lists. A blocked customer is blocked under any scheme. Cost: a full reading of the population.
// tests/engine/grading_review_test.cpp compares a scheme with itself and with a stricter one.
#include "engine/grading/analysis/what_if.hpp"

#include <algorithm>
#include <cassert>
#include <span>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/sum.hpp"
#include "engine/archive/customers.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/scheme_names.hpp"
#include "storage/journal_store.hpp"

namespace crmcore::engine {
namespace {

// A customer whom the candidate grades otherwise.
struct Difference {
  SubjectId subject;
  grading::Grade from;
  grading::Grade to;
  std::int64_t value;
};

grading::Scheme read_candidate(Session& session, const Json& document, const std::string& path) {
  Json numbered = document;
  if (numbered.is_object() && !numbered.contains("version")) numbered["version"] = 1;
  return at_path(path, [&] {
    grading::Scheme scheme = grading::parse_scheme(numbered, session.file().facts().currency_digits);
    require_scheme_names(session.catalog(), scheme);
    require_scheme_zone(session.zone(), scheme);
    return scheme;
  });
}

// The day on which a review was made; its link is not written yet while its transaction is open.
Date day_made(Session& session, const storage::ReviewRow& review) {
  storage::ChangeScan changes(session.db(), review.change_seq - 1);
  return changes.next() ? day_of(session, changes) : session.today();
}

// What the candidate makes of the population of the review.
struct Comparison {
  std::vector<std::vector<std::int64_t>> counts;
  std::vector<std::vector<Wide>> values;
  std::vector<Difference> differences;
};

Comparison compare(sqlite::Connection& db, const LastReview& last, const CandidateGrades& graded) {
  const grading::Scheme& candidate = graded.scheme;
  const std::size_t columns = candidate.grades.size() + 2;
  const std::size_t rows = last.scheme.grades.size() + 2;
  Comparison result{std::vector(rows, std::vector<std::int64_t>(columns)),
                    std::vector(rows, std::vector<Wide>(columns)),
                    {}};
  const auto factor = value_factor(last.scheme);
  std::size_t at = 0;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    while (at < graded.subjects.size() && graded.subjects[at] < row.subject) ++at;
    const bool is_graded = at < graded.subjects.size() && graded.subjects[at] == row.subject;
    const bool is_blocked = (row.circumstances & kIsBlacklisted) != 0;
    const grading::Grade to = is_blocked  ? grading::kBlocked
                              : is_graded ? graded.grades[at]
                                          : grading::kUngraded;
    const std::size_t i = matrix_place(row.grade, last.scheme.grades.size());
    const std::size_t j = matrix_place(to, candidate.grades.size());
    const std::int64_t value = value_of(row.values, factor);
    ++result.counts[i][j];
    result.values[i][j] += value;
    if (last.scheme.grade_name(row.grade) != candidate.grade_name(to)) {
      result.differences.push_back({row.subject, row.grade, to, value});
    }
  });
  return result;
}

// Sets "value", a matrix, and where some of it is null "value_text", of the same shape.
void add_values(Json& json, const std::vector<std::vector<Wide>>& values) {
  Json numbers = Json::array();
  Json texts = Json::array();
  bool is_beyond = false;
  for (const auto& row : values) {
    Json numbers_of_row = Json::array();
    Json texts_of_row = Json::array();
    for (const Wide value : row) {
      const Sum sum = to_sum(value);
      is_beyond = is_beyond || !sum.number;
      numbers_of_row.push_back(sum.number ? Json(*sum.number) : Json());
      texts_of_row.push_back(sum.number ? Json() : Json(sum.text));
    }
    numbers.push_back(std::move(numbers_of_row));
    texts.push_back(std::move(texts_of_row));
  }
  json["value"] = std::move(numbers);
  if (is_beyond) json["value_text"] = std::move(texts);
}

Json differences_json(Session& session, const LastReview& last, const grading::Scheme& candidate,
                      std::vector<Difference> differences, std::int64_t limit) {
  std::sort(differences.begin(), differences.end(), [](const Difference& a, const Difference& b) {
    return a.value != b.value ? a.value > b.value : a.subject < b.subject;
  });
  Json list = Json::array();
  for (std::size_t i = 0; i < differences.size() && static_cast<std::int64_t>(i) < limit; ++i) {
    const Difference& one = differences[i];
    Json json = customer_json(session, one.subject);
    json["from"] = last.scheme.grade_name(one.from);
    json["to"] = candidate.grade_name(one.to);
    json["value"] = one.value;
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

CandidateGrades candidate_grades(Session& session, const LastReview& review, const Json& document,
                                 const std::string& path) {
  const grading::Model model(read_candidate(session, document, path), review.row.as_of);
  ReviewFacts facts = load_facts(session, session.db(), model, review.id, day_made(session, review.row));
  const std::vector<std::span<const double>> columns(facts.columns.begin(), facts.columns.end());
  const grading::Evaluation evaluation = grading::evaluate(model, columns, facts.absent());
  CandidateGrades graded{model.scheme(), std::move(facts.subjects), {}};
  graded.grades.reserve(graded.subjects.size());
  for (const auto& target : evaluation.targets) graded.grades.push_back(target.plain);
  return graded;
}

Json what_if(Session& session, std::string_view scheme_code, const Json& document, std::int64_t limit) {
  assert(limit >= 1);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const CandidateGrades graded = candidate_grades(session, last, document, "/candidate");
  const grading::Scheme& candidate = graded.scheme;
  Comparison found = compare(db, last, graded);

  const bool is_comparable = last.scheme.grades == candidate.grades;
  Wide up = 0;
  Wide down = 0;
  for (const Difference& one : found.differences) {
    if (!grading::is_ranked(one.from) || !grading::is_ranked(one.to)) continue;
    (one.to < one.from ? up : down) += one.value;
  }
  const std::size_t changed = found.differences.size();
  Json json{{"scheme", last.scheme.code},           {"candidate", candidate.code},
            {"as_of", format_date(last.row.as_of)}, {"from_states", states_json(last.scheme)},
            {"to_states", states_json(candidate)},  {"customers", found.counts}};
  add_values(json, found.values);
  json["changed"] = changed;
  add_sum(json, "value_up", is_comparable ? to_sum(up) : Sum{});
  add_sum(json, "value_down", is_comparable ? to_sum(down) : Sum{});
  json["differences"] = differences_json(session, last, candidate, std::move(found.differences), limit);
  return json;
}

Json what_if_answer() {
  const Json amount = schema::about("null beyond 2^53 - 1 and where the grades are others",
                                    schema::nullable(schema::integer()));
  return schema::object(
      {{"scheme", schema::text()},
       {"candidate", schema::text()},
       {"as_of", schema::date()},
       {"from_states", schema::about("rows of the matrices", schema::list(schema::text()))},
       {"to_states", schema::about("their columns", schema::list(schema::text()))},
       {"customers", matrix_answer(schema::integer())},
       {"value", matrix_answer(schema::sum())},
       schema::optional("value_text", matrix_answer(schema::nullable(schema::sum_text()))),
       {"changed", schema::integer()},
       {"value_up", amount},
       schema::optional("value_up_text", schema::sum_text()),
       {"value_down", amount},
       schema::optional("value_down_text", schema::sum_text()),
       {"differences", schema::list(schema::extended(customer_answer(), {{"from", schema::text()},
                                                                         {"to", schema::text()},
                                                                         {"value", schema::integer()}}))}});
}

}  // namespace crmcore::engine
