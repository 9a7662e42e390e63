// Why a customer has its class on an axis.
#pragma once

#include <string>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Answers as class_explained_answer() says. Throws Error(not_found) at "/customer" and "/axis".
Json explain_class(Session& session, const std::string& customer, const std::string& axis);
Json class_explained_answer();

}  // namespace crmcore::engine
