// What the rules of movement say, in words.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/language.hpp"
#include "grading/movement.hpp"
#include "storage/override_store.hpp"

namespace crmcore::engine {

// Segments have no lines: what stands there for the band is a target that is the grade already.
std::string_view words_of_rule(grading::Rule rule, bool is_by_segments, Language language) noexcept;

// What somebody decided: who, which grade, since when, until when and why.
std::string words_of_override(const storage::OverrideRow& row, std::string_view grade, Language language);
std::string words_of_blacklisting(const storage::BlacklistRow& row, Language language);

}  // namespace crmcore::engine
