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

// At least one of the two is there.
struct ContactChange {
  std::optional<Contact> before;  // nothing: a new one
  std::optional<Contact> after;   // nothing: it is taken away

  std::int64_t number() const { return (after ? after : before)->contact_no; }
};

// The contacts that a customer has. Precondition: ordered by number.
struct KnownContacts {
  std::span<const Contact> contacts;
  std::int64_t last_no = 0;  // the greatest number that was ever given, of contacts taken away too
};

// Returns what changes, by number. Appends every violation to `found`, with paths below `path`; what is
// returned then means nothing.
std::vector<ContactChange> merge_contacts(const KnownContacts& known, std::span<const ContactInput> given,
                                          bool replaces, const std::string& path,
                                          std::vector<Diagnostic>& found);

}  // namespace crmcore::archive
