// Deciding by hand what a derived class is, and taking that back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json_fwd.hpp"
#include "base/object_reader.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kClassOverridden{16, "class.overridden", storage::ToldRows::class_overrides};
inline constexpr ChangeKind kClassOverrideLifted{17, "class.override_lifted",
                                                 storage::ToldRows::class_overrides};

inline constexpr std::int64_t kClassOverridesMax = 1000;  // of a page
inline constexpr std::int64_t kClassOverridesDefault = 100;

struct ClassOverrideRequest {
  std::string customer;
  std::string axis;
  std::string node;  // by code, name or alias
  std::string reason;
};
struct ClassLiftRequest {
  std::string customer;
  std::string axis;
  std::string reason;
};
struct ClassOverridesRequest {
  std::optional<std::string> axis;
  std::optional<std::string> customer;
  bool has_lifted = false;
  std::int64_t after = 0;
  std::int64_t limit = kClassOverridesDefault;
};

// Decides the class from today on. Throws Error: not_found (customer, axis, node), invalid (an axis that
// refuses, no reason), conflict (one stands).
Json override_class(Session& session, const ClassOverrideRequest& request);
Json class_overridden_answer();
// The class follows from its facts again, from today on. Throws Error(not_found) where none stands.
Json lift_class_override(Session& session, const ClassLiftRequest& request);
Json class_lifted_answer();
Json list_class_overrides(Session& session, const ClassOverridesRequest& request);
Json class_overrides_answer();

ClassOverrideRequest read_class_override(ObjectReader& in);
ClassLiftRequest read_class_lift(ObjectReader& in);
ClassOverridesRequest read_class_overrides(ObjectReader& in);

}  // namespace crmcore::engine
