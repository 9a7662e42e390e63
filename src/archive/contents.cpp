#include "archive/contents.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "crmcore/archive.hpp"
#include "crmcore/error.hpp"

#include "archive/details.hpp"
#include "base/json.hpp"

namespace crmcore::archive {
namespace {

constexpr std::string_view kFields[] = {"code", "name", "kind", "short_name", "since"};
constexpr std::string_view kClassPrefix = "class:";
constexpr std::string_view kPastClassPrefix = "class_past:";
constexpr std::string_view kAttributePrefix = "attribute:";
constexpr std::string_view kContactPrefix = "contact:";
constexpr std::string_view kIdentifierPrefix = "identifier:";

template <class Names>
std::int64_t place_in(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) - std::begin(names);
}

// Where a member stands: the group, and the place within it.
std::tuple<int, std::int64_t, std::string_view> place_of(std::string_view member,
                                                         const ContentsOrder& order) {
  if (member.starts_with(kClassPrefix))
    return {1, place_in(order.axes, member.substr(kClassPrefix.size())), {}};
  if (member.starts_with(kAttributePrefix))
    return {2, place_in(order.attributes, member.substr(kAttributePrefix.size())), {}};
  if (member.starts_with(kContactPrefix))
    return {3, std::strtoll(std::string(member.substr(kContactPrefix.size())).c_str(), nullptr, 10), {}};
  if (member.starts_with(kIdentifierPrefix))
    return {4, place_in(words_of(IdentifierKind{}), member.substr(kIdentifierPrefix.size())), {}};
  if (const auto detail = detail_kind_of(member)) return {5, static_cast<std::int64_t>(*detail), member};
  return {0, place_in(kFields, member), {}};
}

Json parse_stored(std::string_view text) {
  try {
    Json json = parse_json(text);
    if (json.is_object()) return json;
  } catch (const Error&) {
  }
  throw Error(Code::corrupt, "a change of a customer has no readable body");
}

bool is_absent(const Json& value) {
  return value.is_null() || (value.is_string() && value.text().empty());
}

// Whether that is what a change left behind.
bool is_after(const Json* held, const Json& after) {
  return held == nullptr ? is_absent(after) : *held == after;
}

}  // namespace

std::string undo_updates(std::string_view contents, std::span<const std::string> updates,
                         const ContentsOrder& order) {
  Json json = parse_stored(contents);
  for (std::size_t i = updates.size(); i-- > 0;) {
    const Json update = parse_stored(updates[i]);
    for (const auto& [member, change] : update.items()) {
      if (member.starts_with(kPastClassPrefix)) continue;      // what was over is not what it was
      const bool is_class = member.starts_with(kClassPrefix);  // with the day on which the one before ends
      if (!change.is_array() || (change.size() != 2 && !(is_class && change.size() == 3)))
        throw Error(Code::corrupt, "a change of a customer has no readable body");
      if (!is_after(json.find(member), change[1]))
        throw Error(Code::corrupt, "a customer is not what its last change told");
      if (is_absent(change[0])) {
        json.erase(member);
      } else {
        json[member] = change[0];
      }
    }
  }
  std::stable_sort(json.items().begin(), json.items().end(), [&](const auto& a, const auto& b) {
    return place_of(a.first, order) < place_of(b.first, order);
  });
  return dump_json(json);
}

}  // namespace crmcore::archive
