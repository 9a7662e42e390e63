// The gateway: every capability as a named method from JSON to JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json_fwd.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// One method. The table of a room is constexpr; the schemas are JSON Schema texts of what is accepted
// and answered. A method changes only by adding; what cannot be added gets a new version.
struct Method {
  std::string_view name;  // "room.verb"
  std::int32_t version;
  std::string_view summary;
  std::string_view request;
  std::string_view response;
  Json (*run)(Session& session, const Json& request);
};

// The tables of the rooms; gateway.cpp lists them.
std::span<const Method> archive_methods() noexcept;
std::span<const Method> classification_methods() noexcept;
std::span<const Method> ledger_methods() noexcept;
std::span<const Method> database_methods() noexcept;
std::span<const Method> grading_methods() noexcept;
std::span<const Method> override_methods() noexcept;
std::span<const Method> analysis_methods() noexcept;
std::span<const Method> assignment_methods() noexcept;
std::span<const Method> manager_methods() noexcept;

// Runs "name" or "name@version". Throws Error(not_found) for an unknown method, naming the nearest.
std::string call_method(Session& session, std::string_view method, std::string_view request);
// All methods and error codes as JSON.
std::string describe_methods();

}  // namespace crmcore::engine
