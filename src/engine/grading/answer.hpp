// Parts that many answers of the gateway have in common.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "engine/core/session.hpp"
#include "grading/grade.hpp"
#include "grading/stats/migration.hpp"

namespace crmcore::engine {

// The most that a list of customers may hold, and what it holds when nothing is said.
inline constexpr std::int64_t kCustomersMax = 10'000;
inline constexpr std::int64_t kCustomersDefault = 50;

// Throws Error(range) at "/limit".
void require_limit(std::int64_t limit);

// By ReviewKind.
inline constexpr std::string_view kReviewKinds[] = {"scheduled", "ad_hoc", "correction"};

// {"customer": code, "name": …}; both empty for one that is not in the archive.
Json customer_json(Session& session, SubjectId subject);
// 0 to 100; null for none.
Json points_json(grading::Points points);

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

inline constexpr std::string_view kSchemeRequest =
    R"({"type":"object","properties":{"scheme":{"type":"string"}},"required":["scheme"],"additionalProperties":false})";
inline constexpr std::string_view kOfReviewRequest =
    R"({"type":"object","properties":{"scheme":{"type":"string"},"review":{"type":"integer","minimum":1,"description":"the last one when absent"}},"required":["scheme"],"additionalProperties":false})";

}  // namespace crmcore::engine
