// The gateway's way in: calling a method by name, and telling all of them.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Runs "name" or "name@version". Throws Error(not_found) for an unknown method, naming those of its room.
std::string call_method(Session& session, std::string_view method, std::string_view request);
// What another method answers, for one that puts answers together, and the schema of it. Precondition: there
// is such a method.
Json answer_of(Session& session, std::string_view method, const Json& request);
Json schema_of_answer(std::string_view method);
// All methods and error codes as JSON.
std::string describe_methods();

}  // namespace crmcore::engine
