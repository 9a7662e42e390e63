// Factors, cut-off and caps: what a scheme makes of the numbers.
#pragma once

#include "base/object_reader.hpp"
#include "grading/scheme.hpp"
#include "grading/values.hpp"

namespace crmcore::grading {

// Each reads one member of the document into `scheme` and reports what is wrong with it alone.
// Factors need grades; cut and caps need grades and factors.
void read_factors(ObjectReader& document, Scheme& scheme);
void read_cut(ObjectReader& document, Scheme& scheme);
void read_caps(ObjectReader& document, Scheme& scheme);

// Reads values of a factor.
ValueReader values_of(const Factor& factor, std::int32_t money_digits);

}  // namespace crmcore::grading
