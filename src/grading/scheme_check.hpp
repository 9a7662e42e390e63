// What the parts of a scheme document say against each other.
#pragma once

#include "base/object_reader.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Reports contradictions between parts each of which is sound in itself.
void check_scheme(const Scheme& scheme, ObjectReader& document);
// Refuses what a factor says of missing values where nothing reads it.
void check_missing(const Scheme& scheme, ObjectReader& document);

}  // namespace crmcore::grading
