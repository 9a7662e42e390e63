// Units and account managers, inserted or changed by code.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "crmcore/assignment.hpp"

#include "engine/assignment/over_span.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kUnitPut{56, "unit.put", storage::ToldRows::unit};
inline constexpr ChangeKind kManagerPut{50, "manager.put", storage::ToldRows::manager};

inline constexpr std::size_t kManagerPhoneBytesMax = 64;
inline constexpr std::size_t kManagerListMax = 1000;  // of segments, skills, certificates

PutResult put_units(Session& session, std::span<const UnitInput> units, const std::string& path = "");

struct ManagersPut {
  PutResult counts;
  std::vector<OverSpan> over_span;  // of those whose span was given
};
ManagersPut put_managers(Session& session, std::span<const ManagerInput> managers,
                         const std::string& path = "");

}  // namespace crmcore::engine
