// Two customers who may be one: what they are compared by, the keys under which those who may be one are
// found, and the score with its reasons. docs/archive.md has the points; tests/archive/duplicates_test.cpp
// has a second implementation of keys and score.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"
#include "crmcore/id.hpp"

#include "archive/core_name.hpp"

namespace crmcore::archive {

// An identifier, or a telephone number or address of the customer or a contact, as a number: the kind in its
// two lowest bits, above them a hash of the form.
using Mark = std::uint64_t;
Mark mark_of(IdentifierKind kind, std::string_view key) noexcept;
// Adds that of a contact's number or address as it was written; nothing for what is none.
void add_mark(IdentifierKind kind, std::string_view written, std::vector<Mark>& marks);

// What a customer is compared by; borrows its texts.
struct Profile {
  std::string_view core;       // of the name (core_name.hpp)
  std::uint32_t division = 0;  // that the name says
  bool is_person = false;      // or a household
  NodeId region;               // the class on the axis of regions; none: unknown
  std::span<const Mark> marks;
};

// By what two customers are found.
enum class DuplicateKey : std::uint8_t {
  mark,         // the same identifier, telephone number or address
  core,         // companies: the core of the name; persons: the name and the region
  pinyin,       // likewise, as it is read
  initials,     // with the region
  all_but_one,  // companies: the core without one of its characters, with the region
  first_two,    // companies: the first two characters of the core, with the region
};
inline constexpr std::size_t kDuplicateKeys = 6;
constexpr std::array<std::string_view, kDuplicateKeys> words_of(DuplicateKey) noexcept {
  return {"mark", "core", "pinyin", "initials", "all_but_one", "first_two"};
}

// A key as a number: a hash, below it the DuplicateKey, and kKeyPlaceBits that are 0.
inline constexpr int kKeyPlaceBits = 10;
DuplicateKey kind_of_key(std::uint64_t key) noexcept;
// Each once, ascending.
void keys_of(const Profile& profile, std::vector<std::uint64_t>& keys);

enum class DuplicateReason : std::uint8_t {
  identifier,
  name,           // the cores are equal
  pinyin,         // they are read alike
  one_character,  // they differ in one
  similar,
  phone,
  email,
  region,
  region_word,
  other_region,
};
constexpr std::array<std::string_view, 10> words_of(DuplicateReason) noexcept {
  return {"identifier", "name",  "pinyin", "one_character", "similar",
          "phone",      "email", "region", "region_word",   "other_region"};
}

struct Score {
  struct Part {
    DuplicateReason reason = DuplicateReason::identifier;
    std::int32_t points = 0;
  };
  static constexpr std::int32_t kMost = 100;

  std::int32_t points = 0;  // 0 to kMost; 0 as well where two identifiers say that it is two customers
  std::array<Part, 5> parts{};
  std::size_t count = 0;

  std::span<const Part> reasons() const noexcept { return std::span(parts).first(count); }
};
// The same for (a, b) and (b, a).
Score score_of(const Profile& a, const Profile& b);

}  // namespace crmcore::archive
