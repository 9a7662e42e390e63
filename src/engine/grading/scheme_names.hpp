// What a scheme names of the archive: axes, nodes, attributes.
#pragma once

#include "engine/core/catalog.hpp"
#include "grading/metric.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

// Throws Error with every name that is not defined, or is of the wrong kind, at its place in the document.
void require_scheme_names(const Catalog& catalog, const grading::Scheme& scheme);

// What a factor's values are numbers of: of an attribute of money it is money.
grading::Unit unit_of(const Catalog& catalog, const grading::Factor& factor);

}  // namespace crmcore::engine
