// The contacts of a customer: what is given and what is there make what is to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

inline constexpr std::size_t kContactsMax = 100;  // of one customer
inline constexpr std::int64_t kContactNoMax = 1'000'000;
inline constexpr std::size_t kPhoneBytesMax = 64;

struct ContactChange {
  std::optional<Contact> before;  // nothing: a new one
  Contact after;
};

// Returns what changes: a contact is given whole, by its number, and one without a number is new and gets the
// next. Appends every violation to `found`, with paths below `path`; what is returned then means nothing.
// Precondition: `known` is ordered by number.
std::vector<ContactChange> merge_contacts(std::span<const Contact> known, std::span<const ContactInput> given,
                                          const std::string& path, std::vector<Diagnostic>& found);

}  // namespace crmcore::archive
