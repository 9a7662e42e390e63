// What people say against the rules: overrides, the blacklist, urgent triggers.
#pragma once

#include <cstdint>
#include <string_view>

#include "crmcore/grading.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

std::int64_t put_override(Session& session, const OverrideInput& input);
void lift_override(Session& session, CustomerId customer, std::string_view scheme, std::int64_t override_no,
                   std::string_view reason);
void decide_override(Session& session, CustomerId customer, std::string_view scheme, std::int64_t override_no,
                     bool is_approved);
void blacklist(Session& session, CustomerId customer, std::string_view reason);
void unblacklist(Session& session, CustomerId customer, std::string_view reason);
void put_trigger(Session& session, CustomerId customer, std::string_view scheme, std::string_view reason);

}  // namespace crmcore::engine
