// Factors, cut-off and caps: what a scheme makes of the numbers.
#pragma once

#include "base/object_reader.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Each reads one member of the document into `scheme` and reports what is wrong with it alone.
// Factors need grades; cut and caps need grades and factors.
void read_factors(ObjectReader& document, Scheme& scheme);
void read_cut(ObjectReader& document, Scheme& scheme);
void read_caps(ObjectReader& document, Scheme& scheme);

}  // namespace crmcore::grading
