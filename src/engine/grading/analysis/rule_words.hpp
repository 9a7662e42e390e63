// What the rules of movement say, in words.
#pragma once

#include <string_view>

#include "engine/core/language.hpp"
#include "grading/movement.hpp"

namespace crmcore::engine {

// Segments have no lines: what stands there for the band is a target that is the grade already.
std::string_view words_of_rule(grading::Rule rule, bool is_by_segments, Language language) noexcept;

}  // namespace crmcore::engine
