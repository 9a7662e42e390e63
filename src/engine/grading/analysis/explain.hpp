// Why a customer has its grade.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crmcore/id.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/language.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// The grade in force; nothing when it was never graded.
std::optional<std::string> grade_of(Session& session, CustomerId customer, std::string_view scheme);
// Throws Error(not_found) at "/customer" or "/scheme".
Json explain_grade(Session& session, CustomerId customer, std::string_view scheme,
                   Language language = Language::en);
Json explain_answer();

}  // namespace crmcore::engine
