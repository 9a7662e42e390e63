// Reports over whole reviews, read from their snapshots.
#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "engine/customers.hpp"
#include "engine/grading_answers.hpp"
#include "engine/last_review.hpp"
#include "engine/review.hpp"
#include "engine/review_pass.hpp"
#include "engine/schemes.hpp"
#include "grading/stats/migration.hpp"
#include "grading/stats/pyramid.hpp"

namespace crmcore::engine {
namespace {

constexpr std::int64_t kListMax = 10'000;

// Grades in force after a review, by subject.
std::vector<std::pair<std::int64_t, grading::Grade>> grades_after(sqlite::Connection& db,
                                                                  const storage::ReviewRow& review) {
  const std::size_t factors = load_scheme(db, review.scheme, review.version).scheme.factors.size();
  std::vector<std::pair<std::int64_t, grading::Grade>> grades;
  each_row(db, review, factors, [&](const SnapshotRow& row) { grades.emplace_back(row.subject, row.grade); });
  return grades;
}

Json matrix_json(const grading::CountMatrix& counts) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < counts.size(); ++j) row.push_back(counts.at(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json rates_json(const grading::RateMatrix& rates) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < rates.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < rates.size(); ++j) row.push_back(rates.at(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Mover {
  std::int64_t subject;
  grading::Grade from;
  grading::Grade to;
  grading::Rule rule;
  std::int64_t value;
};

Json movers_json(Session& session, const grading::Scheme& scheme, std::vector<Mover> movers,
                 std::int64_t limit) {
  std::sort(movers.begin(), movers.end(), [](const Mover& a, const Mover& b) {
    return a.value != b.value ? a.value > b.value : a.subject < b.subject;
  });
  Json list = Json::array();
  for (std::size_t i = 0; i < movers.size() && static_cast<std::int64_t>(i) < limit; ++i) {
    const Mover& mover = movers[i];
    const auto who = find_customer(session, CustomerId{mover.subject});
    list.push_back({{"customer", who ? who->code : ""},
                    {"name", who ? who->name : ""},
                    {"from", scheme.grade_name(mover.from)},
                    {"to", scheme.grade_name(mover.to)},
                    {"rule", grading::rule_name(mover.rule)},
                    {"value", mover.value}});
  }
  return Json{{"count", movers.size()}, {"customers", std::move(list)}};
}

}  // namespace

std::vector<TierOfPyramid> pyramid_of(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const auto factor = value_factor(last.scheme);
  std::vector<grading::Grade> grades;
  std::vector<std::int64_t> values;
  each_row(db, last.row, last.scheme.factors.size(), [&](const SnapshotRow& row) {
    grades.push_back(row.grade);
    values.push_back(value_of(row.values, factor));
  });
  std::vector<TierOfPyramid> tiers;
  for (const grading::Tier& tier : grading::pyramid(grades, values, last.scheme.grades.size())) {
    tiers.push_back({std::string(last.scheme.grade_name(tier.grade)), tier.count, Money{tier.value}});
  }
  return tiers;
}

Json migration_of(Session& session, std::string_view scheme_code, ReviewId from, ReviewId to) {
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  const storage::ReviewRow first = require_review(db, from);
  const storage::ReviewRow second = require_review(db, to);
  for (const auto* row : {&first, &second}) {
    if (row->scheme != loaded.id) {
      throw Error(Code::invalid, fmt::format("review {} is one of another scheme", row->id.value), "/review");
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
  Json states = Json::array();
  for (const std::string& name : loaded.scheme.grades) states.push_back(name);
  for (const std::string_view name :
       {std::string_view("ungraded"), std::string_view(loaded.scheme.blocked_grade),
        std::string_view("absent")}) {
    states.push_back(name);
  }
  return {{"scheme", loaded.scheme.code},
          {"from", {{"review", from.value}, {"as_of", format_date(first.as_of)}}},
          {"to", {{"review", to.value}, {"as_of", format_date(second.as_of)}}},
          {"states", std::move(states)},
          {"counts", matrix_json(counts)},
          {"rates", rates_json(rates)},
          {"mobility", grading::shorrocks(rates)}};
}

Json movers_of(Session& session, std::string_view scheme_code, std::int64_t limit) {
  if (limit < 1 || limit > kListMax) {
    throw Error(Code::range, fmt::format("must be 1 to {}, is {}", kListMax, limit), "/limit");
  }
  sqlite::Connection& db = session.db();
  sqlite::ReadTransaction snapshot(db);
  const LastReview last = require_last_review(db, scheme_code);
  const auto factor = value_factor(last.scheme);
  std::vector<Mover> risers;
  std::vector<Mover> fallers;
  std::vector<Mover> falling;
  each_row(db, last.row, last.scheme.factors.size(), [&](const SnapshotRow& row) {
    const grading::Grade before = row.state.grade;
    const Mover mover{row.subject, before, row.grade, row.rule, value_of(row.values, factor)};
    if (grading::is_ranked(before) && grading::is_ranked(row.grade) && before != row.grade) {
      (row.grade < before ? risers : fallers).push_back(mover);
    }
    const bool is_held = row.rule == grading::Rule::streak || row.rule == grading::Rule::dwell;
    if (is_held && row.target.keep > row.computed) {
      falling.push_back({row.subject, row.grade, row.target.keep, row.rule, mover.value});
    }
  });
  return {{"scheme", last.scheme.code},
          {"review", last.row.id.value},
          {"as_of", format_date(last.row.as_of)},
          {"risers", movers_json(session, last.scheme, std::move(risers), limit)},
          {"fallers", movers_json(session, last.scheme, std::move(fallers), limit)},
          {"about_to_fall", movers_json(session, last.scheme, std::move(falling), limit)}};
}

Json reviews_of(Session& session, std::string_view scheme_code) {
  sqlite::Connection& db = session.db();
  const LoadedScheme loaded = load_scheme(db, scheme_code);
  constexpr std::string_view kKinds[] = {"scheduled", "ad_hoc", "correction"};
  Json list = Json::array();
  for (const auto& row : storage::ReviewStore(db).all(loaded.id)) {
    Json json{{"review", row.id.value},
              {"version", row.version},
              {"as_of", format_date(row.as_of)},
              {"kind", kKinds[row.kind]},
              {"subjects", row.subjects}};
    const Json summary = parse_json(row.summary);
    for (const char* key : {"placed", "promoted", "demoted", "warned", "blocked", "unblocked", "left"}) {
      json[key] = summary[key];
    }
    json["digest"] = to_hex(row.digest);
    list.push_back(std::move(json));
  }
  return {{"scheme", loaded.scheme.code}, {"reviews", std::move(list)}};
}

}  // namespace crmcore::engine
