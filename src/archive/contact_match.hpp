// Which contact a host means that does not say its number.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

// What a contact is known by, in the form in which it is compared.
struct ContactMarks {
  std::string name;
  std::string phone;
  std::string email;

  bool has_address() const noexcept { return !phone.empty() || !email.empty(); }
  bool shares_address(const ContactMarks& other) const noexcept {
    return (!phone.empty() && phone == other.phone) || (!email.empty() && email == other.email);
  }
  // The same name with an address in common, or both without any.
  bool is_same_person(const ContactMarks& other) const noexcept {
    return name == other.name && (shares_address(other) || (!has_address() && !other.has_address()));
  }
};

ContactMarks marks_of(std::string_view name, std::string_view phone, std::string_view email);

// For each that is given the index of the known contact that it means; nothing for a new one. Appends to
// `found`, with paths below `path`, what means one contact twice, or cannot be told apart.
std::vector<std::optional<std::size_t>> match_contacts(std::span<const Contact> known,
                                                       std::span<const ContactInput> given,
                                                       const std::string& path,
                                                       std::vector<Diagnostic>& found);

}  // namespace crmcore::archive
