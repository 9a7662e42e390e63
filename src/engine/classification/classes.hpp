// Setting and telling the class of one customer on one axis.
#pragma once

#include <string_view>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Throws Error(not_found) at "/customer" and "/axis"; what else is wrong is told at "/axis" or "/node".
void set_class(Session& session, CustomerId customer, std::string_view axis, std::string_view node);

// As the gateway answers it.
Json class_json(const ClassOf& of);
Json class_answer();

}  // namespace crmcore::engine
