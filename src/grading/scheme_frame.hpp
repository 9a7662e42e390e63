// Grades, population, calendar and movement: what a scheme says beside its factors.
#pragma once

#include "base/object_reader.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

// Each reads one member of the document into `scheme` and reports what is wrong with it alone.
void read_grades(ObjectReader& document, Scheme& scheme);
void read_population(ObjectReader& document, Scheme& scheme);
void read_calendar(ObjectReader& document, Scheme& scheme);
void read_movement(ObjectReader& document, Scheme& scheme);

}  // namespace crmcore::grading
