// Parts that many requests and answers of the gateway have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"
#include "engine/grading/review/report.hpp"
#include "grading/scheme.hpp"
#include "grading/stats/migration.hpp"

namespace crmcore::engine {

// What a list of customers holds when nothing is said.
inline constexpr std::int64_t kCustomersDefault = 50;

std::string read_scheme_code(ObjectReader& in);
std::int64_t read_limit(ObjectReader& in);
// "review", about which the answer shall be.
std::optional<ReviewId> read_review_number(ObjectReader& in);

// {"customer": code, "name": …}; both empty for one that is not in the archive.
Json customer_json(Session& session, SubjectId subject);
Json customer_answer();
// 0 to 100; null for none.
Json points_json(grading::Points points);
Json points_answer();
// The grades, best first, then "ungraded" and the blocked one: rows and columns of a matrix.
Json states_json(const grading::Scheme& scheme);
Json states_answer();
// The word of the rule that decided.
Json rule_answer();

// Rows of columns.
template <class Number>
Json matrix_json(const grading::SquareMatrix<Number>& matrix) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < matrix.size(); ++j) row.push_back(matrix.at(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}
Json matrix_answer(Json cell);

}  // namespace crmcore::engine
