// Units and account managers, inserted or changed by code.
#pragma once

#include <span>
#include <string>

#include "crmcore/assignment.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

PutResult put_units(Session& session, std::span<const UnitInput> units, const std::string& path = "");
PutResult put_managers(Session& session, std::span<const ManagerInput> managers,
                       const std::string& path = "");

}  // namespace crmcore::engine
