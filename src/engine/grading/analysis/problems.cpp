// A customer is told under the first problem that applies, the gravest first, so that nobody stands twice.
#include "engine/grading/analysis/problems.hpp"

#include <array>
#include <cassert>
#include <vector>

#include "base/json.hpp"
#include "base/schema.hpp"
#include "engine/grading/method_parts.hpp"
#include "engine/grading/review/last.hpp"
#include "storage/customer_store.hpp"
#include "storage/gone_store.hpp"

namespace crmcore::engine {
namespace {

// The gravest first.
constexpr std::array<std::string_view, 5> kProblems = {"blacklisted", "ungraded", "too_little_known", "loss",
                                                       "without_value"};

// Who did not belong to the population: prospects, lost ones, whoever the scheme leaves out, who came later.
Json unreviewed(Session& session, const std::vector<bool>& is_reviewed, std::int64_t limit) {
  std::int64_t count = 0;
  Json list = Json::array();
  const storage::GoneCustomers gone(session.db());
  for (std::size_t id = 1; id < is_reviewed.size(); ++id) {
    const CustomerId customer{static_cast<std::int64_t>(id)};
    if (is_reviewed[id] || gone.contains(customer)) continue;
    if (count++ >= limit) continue;
    Json one = customer_json(session, subject_of(customer));
    one["status"] = word_of(storage::CustomerStore(session.db()).standing(customer).status);
    list.push_back(std::move(one));
  }
  return {{"count", count}, {"customers", std::move(list)}};
}

}  // namespace

Json problems(Session& session, std::string_view scheme_code, std::int64_t limit) {
  assert(limit >= 1);
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const auto factor = value_factor(last.scheme);
  std::array<std::vector<SubjectId>, kProblems.size()> found;
  std::vector<bool> is_reviewed(static_cast<std::size_t>(storage::CustomerStore(db).last_id().value) + 1);
  each_subject(db, last.row, [&](const SubjectReview& row) {
    if (const auto at = static_cast<std::size_t>(row.subject.value); at < is_reviewed.size())
      is_reviewed[at] = true;
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
  json["in_no_review"] = unreviewed(session, is_reviewed, limit);
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
  const Json unreviewed_customer =
      schema::extended(customer_answer(), {{"status", schema::word<CustomerStatus>()}});
  answer = schema::extended(
      std::move(answer),
      {{"in_no_review", schema::about("customers who did not belong to the last review",
                                      schema::object({{"count", schema::integer()},
                                                      {"customers", schema::list(unreviewed_customer)}}))}});
  for (const std::string_view problem : kProblems) {
    answer = schema::extended(std::move(answer), {{problem, customers}});
  }
  return answer;
}

}  // namespace crmcore::engine
