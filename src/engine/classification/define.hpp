// Defining axes.
#pragma once

#include "crmcore/classification.hpp"

#include "engine/archive/attributes.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Told in the journal.
inline constexpr ChangeKind kAxisDefined{11, "axis.defined", storage::ToldRows::catalogue};

Defined<AxisId> define_axis(Session& session, const AxisInput& axis);
// Region, ownership and asset band with attribute total_assets, as the glossary has them; those that
// exist already stay as they are. `has_regions`: with the provinces of China, unless they are there.
void define_ready_made(Session& session, bool has_regions = false);

}  // namespace crmcore::engine
