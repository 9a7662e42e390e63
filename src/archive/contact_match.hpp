// Which contact a host means that does not say its number.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

// For each that is given the index of the known contact that it means; nothing for a new one. Appends to
// `found`, with paths below `path`, what means one contact twice, or cannot be told apart.
std::vector<std::optional<std::size_t>> match_contacts(std::span<const Contact> known,
                                                       std::span<const ContactInput> given,
                                                       const std::string& path,
                                                       std::vector<Diagnostic>& found);

}  // namespace crmcore::archive
