// What a scheme names of the archive: axes, nodes, attributes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/zone.hpp"
#include "engine/core/catalog.hpp"
#include "grading/metric.hpp"
#include "grading/scheme.hpp"

namespace crmcore::engine {

// Throws Error with every name that is not defined, or is of the wrong kind, at its place in the document.
void require_scheme_names(const Catalog& catalog, const grading::Scheme& scheme);

// Throws Error at "/calendar/timezone" for a zone that is none, or another than the archive's: dates of
// entries are days there, and one of them is today in every answer.
void require_scheme_zone(const Zone& zone, const grading::Scheme& scheme);

// What a factor's values are numbers of: of an attribute of money it is money.
grading::Unit unit_of(const Catalog& catalog, const grading::Factor& factor);

inline constexpr std::int64_t kDecimalParts = 1'000'000;  // of one, in an attribute of type decimal
// What the values of each factor are counted in (grading::Outcome::parts).
std::vector<std::int64_t> parts_of(const Catalog& catalog, const grading::Scheme& scheme);

}  // namespace crmcore::engine
