// The parts of a scheme document, as they are read one by one.
#pragma once

#include "base/object_reader.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {

inline constexpr std::size_t kFactorsMax = 64;
inline constexpr std::size_t kCapsMax = 64;
inline constexpr std::size_t kSchemeCodeBytesMax = 128;
inline constexpr std::size_t kGradeNameBytesMax = 64;

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
