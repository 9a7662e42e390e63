// A change in words, with the names of what it speaks of.
#pragma once

#include <string>

#include "crmcore/database.hpp"

#include "engine/core/language.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// One line that says what happened: axes, nodes, attributes and managers by the names they have now.
std::string change_words(Session& session, const Change& change, Language language);

}  // namespace crmcore::engine
