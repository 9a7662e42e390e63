// Both reviews list their subjects by ascending id, so that they are merged in one pass; who stands in one
// only came from, or went to, the state "absent".
#include "engine/grading/analysis/migration.hpp"

#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "engine/grading/review/pass.hpp"
#include "engine/grading/review/stored.hpp"
#include "engine/grading/schemes.hpp"
#include "grading/stats/migration.hpp"

namespace crmcore::engine {
namespace {

// Grades in force after a review, by subject.
std::vector<std::pair<SubjectId, grading::Grade>> grades_after(sqlite::Connection& db,
                                                               const storage::ReviewRow& review) {
  std::vector<std::pair<SubjectId, grading::Grade>> grades;
  each_subject(db, review, [&](const SubjectReview& row) { grades.emplace_back(row.subject, row.grade); });
  return grades;
}

}  // namespace

Json migration(Session& session, std::string_view scheme_code, ReviewId from, ReviewId to) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  const storage::ReviewRow first = require_review(db, from, "/from_review");
  const storage::ReviewRow second = require_review(db, to, "/to_review");
  for (const auto* row : {&first, &second}) {
    if (row->scheme != loaded.id) {
      throw Error(Code::invalid, fmt::format("review {} is one of another scheme", row->id.value),
                  row == &first ? "/from_review" : "/to_review");
    }
  }
  const std::size_t grades = loaded.scheme.grades.size();
  const std::size_t absent = grades + 2;
  grading::CountMatrix counts(grades + 3);
  const auto before = grades_after(db, first);
  const auto after = grades_after(db, second);
  for (std::size_t a = 0, b = 0; a < before.size() || b < after.size();) {
    const bool has_before = a < before.size() && (b == after.size() || before[a].first <= after[b].first);
    const bool has_after = b < after.size() && (a == before.size() || after[b].first <= before[a].first);
    const std::size_t i = has_before ? matrix_place(before[a].second, grades) : absent;
    const std::size_t j = has_after ? matrix_place(after[b].second, grades) : absent;
    ++counts.at(i, j);
    a += has_before ? 1 : 0;
    b += has_after ? 1 : 0;
  }
  const grading::RateMatrix rates = grading::cohort_rates(counts);
  Json states = states_json(loaded.scheme);
  states.push_back("absent");
  return {{"scheme", loaded.scheme.code},
          {"from_review", {{"review", from.value}, {"as_of", format_date(first.as_of)}}},
          {"to_review", {{"review", to.value}, {"as_of", format_date(second.as_of)}}},
          {"states", std::move(states)},
          {"counts", matrix_json(counts)},
          {"rates", matrix_json(rates)},
          {"mobility", grading::shorrocks(rates)}};
}

Json migration_answer() {
  const Json review =
      schema::object({{"review", schema::integer(1, kIntegerMax)}, {"as_of", schema::date()}});
  return schema::object({{"scheme", schema::text()},
                         {"from_review", review},
                         {"to_review", review},
                         {"states", states_answer()},
                         {"counts", matrix_answer(schema::integer())},
                         {"rates", matrix_answer(schema::number(0, 1))},
                         {"mobility", schema::number()}});
}

}  // namespace crmcore::engine
