// Who serves whom, and why.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/assignment.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/language.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

std::vector<Serving> serving_of(Session& session, CustomerId customer, std::optional<Date> as_of);
std::vector<LoadOfManager> loads_of(Session& session, std::string_view policy, std::optional<Date> as_of);
struct ExplainOptions {
  std::string policy = {};  // by which all managers are judged; empty: the only one
  Language language = Language::en;
};
Json explain_assignment(Session& session, CustomerId customer, const ExplainOptions& options = {});
Json explain_assignment_answer();

}  // namespace crmcore::engine
