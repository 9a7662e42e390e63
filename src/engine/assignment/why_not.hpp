// Why every manager does or does not serve a customer, as of today, in codes and in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assignment/decision.hpp"
#include "base/json_fwd.hpp"
#include "engine/core/language.hpp"
#include "engine/core/session.hpp"
#include "storage/assignment_rows.hpp"

namespace crmcore::engine {

// {"policy", "version", "as_of", "managers": […]} by the policy of this code, or the only one; null where
// there is none to choose. Asks nobody whose level the policy does not know: null, too. `decision` is the
// run's that gave the customer to its present manager, where one did: who could serve as well is told what
// came between them then.
Json why_not_json(Session& session, CustomerId customer, std::string_view policy, Language language,
                  const std::optional<storage::DecisionRow>& decision);
Json why_not_answer();

// What a rejection says, and why somebody is left without manager.
std::string_view words_for(assignment::Rejection rejection, Language language) noexcept;
std::string_view words_for(assignment::UnassignedReason reason, Language language) noexcept;

}  // namespace crmcore::engine
