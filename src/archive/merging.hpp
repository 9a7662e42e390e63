// What a customer is to be into whom another one is merged. Contents are JSON objects as of contents.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// `contact_last`: the greatest number that a contact of `into` ever had; contacts of `from` who are not there
// get the next ones. Who is there (contact_match.hpp) gets what it lacks.
// "since" is the earlier of both; "code" stays. Everything else that only one of both has is taken.
MergedContents merge_contents(const Json& into, const Json& from, const MergeChoices& choices,
                              std::int64_t contact_last);

}  // namespace crmcore::archive
