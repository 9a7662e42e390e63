// What names a customer elsewhere: how it is written, and the form in which two of them are compared. A kind
// is a line of the table in identifiers.cpp. docs/archive.md has the rules in words,
// tests/archive/identifiers_test.cpp a second implementation of the check character.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

namespace crmcore::archive {

inline constexpr std::size_t kIdentifierBytesMax = 254;
inline constexpr std::size_t kIdentifierKinds = words_of(IdentifierKind{}).size();

// The form in which identifiers of the kind are compared; nothing for what is none. Texts of the same form
// are the same identifier.
std::optional<std::string> identifier_key(IdentifierKind kind, std::string_view text);
// What is allowed, for messages.
std::string_view identifier_rule(IdentifierKind kind) noexcept;
// Whether no two customers may have the same one, where the archive declares nothing.
bool is_unique_by_default(IdentifierKind kind) noexcept;
// Whether it names one customer alone, so that two different ones are two customers; a telephone may be
// shared.
bool is_identity(IdentifierKind kind) noexcept;

// At least one of the two is there.
struct IdentifierChange {
  std::optional<Identifier> before;
  std::optional<Identifier> after;
  std::size_t given = 0;  // the place in the list

  IdentifierKind kind() const { return (after ? after : before)->kind; }
};

// Returns what changes, by kind. Appends every violation to `found`, with paths below `path`; what is
// returned then means nothing. Precondition: `known` is ordered by kind.
std::vector<IdentifierChange> merge_identifiers(std::span<const Identifier> known,
                                                std::span<const IdentifierInput> given,
                                                const std::string& path, std::vector<Diagnostic>& found);

}  // namespace crmcore::archive
