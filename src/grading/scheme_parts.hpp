// The parts of a scheme document, as they are read one by one.
#pragma once

#include "base/limits.hpp"
#include "base/object_reader.hpp"
#include "grading/bounds.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Each reads one member of the document into `scheme` and reports what is wrong with it alone. Factors need
// grades; cut and caps need grades and factors.
void read_grades(ObjectReader& document, Scheme& scheme);
void read_population(ObjectReader& document, Scheme& scheme);
void read_calendar(ObjectReader& document, Scheme& scheme);
void read_factors(ObjectReader& document, Scheme& scheme);
void read_cut(ObjectReader& document, Scheme& scheme);
void read_caps(ObjectReader& document, Scheme& scheme);
void read_movement(ObjectReader& document, Scheme& scheme);

// Reports what the parts of a document, each sound in itself, say against each other.
void check_scheme(const Scheme& scheme, ObjectReader& document);

}  // namespace crmcore::grading
