// The class of one customer on one axis.
#pragma once

#include <optional>
#include <string_view>

#include "crmcore/classification.hpp"

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Throw Error(not_found) at "/customer" and "/axis"; what else is wrong is told at "/axis" or "/node".
ClassOf class_of(Session& session, CustomerId customer, std::string_view axis, std::optional<Date> as_of);
void set_class(Session& session, CustomerId customer, std::string_view axis, std::string_view node);

// As the gateway answers them.
Json class_json(const ClassOf& of);
Json resolved_json(const std::optional<Node>& node);

}  // namespace crmcore::engine
