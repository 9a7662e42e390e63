// A customer is told under the first problem that applies, the gravest first, so that nobody stands twice.
#include "engine/grading/analysis/problems.hpp"

#include <array>
#include <cassert>
#include <vector>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"

namespace crmcore::engine {
namespace {

// The gravest first.
constexpr std::array<std::string_view, 5> kProblems = {"blacklisted", "ungraded", "too_little_known", "loss",
                                                       "without_value"};

}  // namespace

Json problems(Session& session, std::string_view scheme_code, std::int64_t limit) {
  assert(limit >= 1);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const auto factor = value_factor(last.scheme);
  std::array<std::vector<SubjectId>, kProblems.size()> found;
  each_subject(db, last.row, [&](const SubjectReview& row) {
    const std::int64_t value = value_of(row.values, factor);
    const std::array<bool, kProblems.size()> applies = {
        (row.circumstances & kIsBlacklisted) != 0, row.target.plain == grading::kUngraded,
        row.target.provisional, value < 0, factor && value == 0};
    for (std::size_t problem = 0; problem < kProblems.size(); ++problem) {
      if (!applies[problem]) continue;
      found[problem].push_back(row.subject);
      return;
    }
  });
  Json json{
      {"scheme", last.scheme.code}, {"review", last.row.id.value}, {"as_of", format_date(last.row.as_of)}};
  for (std::size_t problem = 0; problem < kProblems.size(); ++problem) {
    const std::vector<SubjectId>& subjects = found[problem];
    Json list = Json::array();
    for (std::size_t i = 0; i < subjects.size() && static_cast<std::int64_t>(i) < limit; ++i) {
      list.push_back(customer_json(session, subjects[i]));
    }
    json[kProblems[problem]] = Json::object({{"count", subjects.size()}, {"customers", std::move(list)}});
  }
  return json;
}

Json problems_answer() {
  Json answer = schema::object(
      {{"scheme", schema::text()}, {"review", schema::integer(1, kIntegerMax)}, {"as_of", schema::date()}});
  const Json customers =
      schema::object({{"count", schema::integer()}, {"customers", schema::list(customer_answer())}});
  for (const std::string_view problem : kProblems) {
    answer = schema::extended(std::move(answer), {{problem, customers}});
  }
  return answer;
}

}  // namespace crmcore::engine
