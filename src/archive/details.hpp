// What is known of a customer beside its fields, of each kind as much as there is: aliases, addresses,
// consents, notes, holdings, preferences, evidence. A kind is a line of the table in details.cpp, which says
// how its fields are called, what they may be and which of them are its key; reading, writing and telling
// follow it. docs/archive.md has the kinds in words, tests/archive/details_test.cpp the cases.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

#include "base/json.hpp"

namespace crmcore::archive {

inline constexpr std::size_t kDetailKinds = words_of(DetailKind{}).size();
inline constexpr std::size_t kDetailsMax = 200;                   // of a kind, of one customer
inline constexpr std::string_view kContactEvidence = "contact:";  // a field of evidence, with a number
inline constexpr std::int64_t kNoteNoMax = 1'000'000;
inline constexpr std::size_t kDetailSourceBytesMax = 512;

enum class DetailPart : std::uint8_t { use, label, place, text, number, amount, customer };

struct DetailField {
  std::string_view name;  // in JSON
  DetailPart part;
  bool is_key = false;
  bool is_required = false;
  std::size_t bytes_max = 0;                // of a text that is no word
  std::span<const std::string_view> words;  // the first is the default of one that is not required
  std::string_view about;
};

struct DetailForm {
  std::string_view plural;  // in JSON
  std::string_view key_rule;
  std::span<const DetailField> fields;
  bool is_confidence_required = false;
};

const DetailForm& form_of(DetailKind kind) noexcept;

// At least one of the two is there.
struct DetailChange {
  std::optional<Detail> before;
  std::optional<Detail> after;
  std::size_t given = 0;  // the place in the list of its kind

  const Detail& any() const { return after ? *after : *before; }
};

// By kind and key, as details are ordered.
bool is_before(const Detail& a, const Detail& b) noexcept;

// Kinds of links of which a customer has at most one, and that make trees.
enum class TreeLink : std::int32_t { parent, group, household, referral };
constexpr std::array<std::string_view, 4> words_of(TreeLink) noexcept {
  return {"parent", "group", "household", "referral"};
}
bool is_tree_link(std::string_view use) noexcept;

// Returns what changes, by kind and key. Appends every violation to `found`, with paths below `path`, such as
// "/aliases/0/name"; what is returned then means nothing. Precondition: `known` is ordered, and
// `number` of a link is the other customer.
std::vector<DetailChange> merge_details(std::span<const Detail> known, std::span<const DetailInput> given,
                                        Date today, const std::string& path, std::vector<Diagnostic>& found);

// With the key that its parts make.
Detail keyed(Detail detail);
// Throws Error(corrupt) for one with a part that its kind does not have, of which nothing would be told.
void require_form(const Detail& detail);
// "<kind>:<key>", the member of contents.
std::string member_of(const Detail& detail);
// The kind whose member it is; nothing for another one.
std::optional<DetailKind> detail_kind_of(std::string_view member) noexcept;

// The fields that are there, as they are called in JSON, in the order of the form.
Json detail_json(const Detail& detail);
// Of what detail_json() made. Throws Error(corrupt) for what it cannot have made.
Detail told_detail(std::string_view member, const Json& json);

}  // namespace crmcore::archive
