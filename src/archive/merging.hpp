// What a customer is to be into whom another one is merged. Contents are JSON objects as of contents.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/id.hpp"
#include "crmcore/words.hpp"

#include "base/json.hpp"

namespace crmcore::archive {

// Whose value is kept where both have one and they differ.
enum class MergeSide : std::int32_t { into, from };
constexpr std::array<std::string_view, 2> words_of(MergeSide) noexcept {
  return {"into", "from"};
}

struct MergeChoices {
  std::map<std::string, MergeSide, std::less<>> fields;  // by member of the contents
  std::optional<MergeSide> otherwise;                    // for all others; none: they must be named
};

struct MergeConflict {
  std::string field;
  Json into;
  Json from;
  std::optional<MergeSide> kept;  // none: it was not said
};

struct MergedContents {
  Json changes = Json::object();  // members of `into` that change, by what they are to be
  std::vector<MergeConflict> conflicts;
};

struct MergeFacts {
  CustomerId into;
  CustomerId from;
  std::int64_t contact_last = 0;  // the greatest number that a contact of `into` ever had
  Date today;
};

// Contacts of `from` who are not there get the next numbers, and so do notes; who is there
// (contact_match.hpp) gets what it lacks. "since" is the earlier of both; "code" stays; of two names the one
// that is not kept becomes an alias, observed today. Everything else that only one of both has is taken.
MergedContents merge_contents(const Json& into, const Json& from, const MergeChoices& choices,
                              const MergeFacts& facts);

}  // namespace crmcore::archive
