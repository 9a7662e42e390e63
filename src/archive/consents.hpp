// Whether a customer or contact may be addressed: what was decided for it, the most particular decision
// first. tests/archive/consents_test.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crmcore/archive.hpp"
#include "crmcore/date.hpp"

namespace crmcore::archive {

struct ContactQuestion {
  std::string_view channel;  // phone, email, message, visit
  std::string_view purpose;
  std::int64_t contact_no = 0;  // 0: the customer
  Date on;
};

// The decision that holds on the day: one for the contact before one for all, then one for the channel before
// one for any. Nothing where there is none; one that begins later or has ended is none.
const Detail* deciding_consent(std::span<const Detail> details, const ContactQuestion& question);

}  // namespace crmcore::archive
