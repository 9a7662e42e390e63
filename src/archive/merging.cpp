// tests/archive/merging_test.cpp.
#include "archive/merging.hpp"

#include <string_view>
#include <utility>

#include "archive/contact_match.hpp"

namespace crmcore::archive {
namespace {

constexpr std::string_view kMergedContact = "contact:";
constexpr std::string_view kMergedAttribute = "attribute:";
constexpr std::string_view kMergedIdentifier = "identifier:";

bool is_blank(const Json& value) {
  return value.is_null() || (value.is_string() && value.text().empty());
}

// A value of an attribute is as good whenever it was observed, an identifier however it is written.
bool is_same_value(std::string_view member, const Json& a, const Json& b) {
  if (member.starts_with(kMergedAttribute)) return a["value"] == b["value"];
  return member.starts_with(kMergedIdentifier) ? a["key"] == b["key"] : a == b;
}

bool is_same_person(const Json& a, const Json& b) {
  const auto marks = [](const Json& contact) {
    return marks_of(contact["name"].text(), contact["phone"].text(), contact["email"].text());
  };
  return marks(a).is_same_person(marks(b));
}

// The contact with what it lacks; who is not to be contacted on one side is not on the other.
Json filled(Json contact, const Json& other) {
  for (const std::string_view member : {"title", "phone", "email"}) {
    if (is_blank(contact[member])) contact[member] = other[member];
  }
  if (contact["channel"] == Json("unspecified")) contact["channel"] = other["channel"];
  if (other["do_not_contact"] == Json(true)) contact["do_not_contact"] = true;
  return contact;
}

void add_contact(const Json& into, const Json& contact, std::int64_t& last, Json& changes) {
  for (const auto& [member, known] : into.items()) {
    if (!member.starts_with(kMergedContact) || !is_same_person(known, contact)) continue;
    Json after = filled(changes.contains(member) ? changes[member] : known, contact);
    if (after != known) changes[member] = std::move(after);
    return;
  }
  Json added = contact;
  added["contact_no"] = ++last;
  changes[std::string(kMergedContact) + std::to_string(last)] = std::move(added);
}

}  // namespace

MergedContents merge_contents(const Json& into, const Json& from, const MergeChoices& choices,
                              std::int64_t contact_last) {
  MergedContents merged;
  for (const auto& [member, value] : from.items()) {
    if (member == "code" || is_blank(value)) continue;
    if (member.starts_with(kMergedContact)) {
      add_contact(into, value, contact_last, merged.changes);
      continue;
    }
    const Json* known = into.find(member);
    if (known == nullptr || is_blank(*known)) {
      merged.changes[member] = value;
    } else if (member == "since") {
      if (value.text() < known->text()) merged.changes[member] = value;  // YYYY-MM-DD
    } else if (!is_same_value(member, *known, value)) {
      const auto choice = choices.fields.find(member);
      const auto kept = choice == choices.fields.end() ? choices.otherwise : std::optional(choice->second);
      if (kept == MergeSide::from) merged.changes[member] = value;
      merged.conflicts.push_back({member, *known, value, kept});
    }
  }
  return merged;
}

}  // namespace crmcore::archive
