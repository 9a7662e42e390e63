// tests/archive/merging_test.cpp.
#include "archive/merging.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>
#include <utility>

#include "archive/contact_match.hpp"
#include "archive/details.hpp"

namespace crmcore::archive {
namespace {

constexpr std::string_view kMergedContact = "contact:";
constexpr std::string_view kMergedAttribute = "attribute:";
constexpr std::string_view kMergedIdentifier = "identifier:";

bool is_blank(const Json& value) {
  return value.is_null() || (value.is_string() && value.text().empty());
}

// Whenever it was observed, and whoever said it; another name is the same one whatever its use.
bool is_same_detail(Detail a, const Detail& b) {
  if (a.kind == DetailKind::alias) return true;
  a.observed = b.observed;
  a.source = b.source;
  a.confidence = b.confidence;
  a.label = b.label;  // the key is the same
  a.place = b.kind == DetailKind::address ? a.place : b.place;
  return a == b;
}

// A value of an attribute is as good whenever it was observed, an identifier however it is written.
bool is_same_value(std::string_view member, const Json& a, const Json& b) {
  if (detail_kind_of(member)) return is_same_detail(told_detail(member, a), told_detail(member, b));
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

class ContentsMerger {
 public:
  ContentsMerger(const Json& into, const MergeChoices& choices, const MergeFacts& facts)
      : into_(into), choices_(choices), facts_(facts), contact_last_(facts.contact_last) {
    for (const auto& [member, value] : into.items()) {
      if (detail_kind_of(member) == DetailKind::link && told_detail(member, value).number == facts.from.value)
        merged_.changes[member] = Json();  // nobody is linked to itself
      if (detail_kind_of(member) == DetailKind::note)
        note_last_ = std::max(note_last_, told_detail(member, value).number);
    }
  }

  // Contacts come before the details that name them.
  MergedContents run(const Json& from) {
    for (const auto& [member, value] : from.items()) {
      if (member == "code" || is_blank(value)) continue;
      if (member.starts_with(kMergedContact)) {
        contacts_[value["contact_no"].get<std::int64_t>()] = add_contact(value);
      } else if (detail_kind_of(member)) {
        add_detail(told_detail(member, value));
      } else {
        add(member, value);
      }
    }
    return std::move(merged_);
  }

 private:
  // Returns the number that the contact has from now on.
  std::int64_t add_contact(const Json& contact) {
    for (const auto& [member, known] : into_.items()) {
      if (!member.starts_with(kMergedContact) || !is_same_person(known, contact)) continue;
      Json after = filled(merged_.changes.contains(member) ? merged_.changes[member] : known, contact);
      if (after != known) merged_.changes[member] = std::move(after);
      return known["contact_no"].get<std::int64_t>();
    }
    Json added = contact;
    added["contact_no"] = ++contact_last_;
    merged_.changes[std::string(kMergedContact) + std::to_string(contact_last_)] = std::move(added);
    return contact_last_;
  }

  // Notes get the next numbers; what names a contact names the one that it is now.
  void add_detail(Detail detail) {
    if (detail.kind == DetailKind::link && detail.number == facts_.into.value) return;
    if (detail.kind == DetailKind::note) {
      detail.number = ++note_last_;
    } else if (detail.kind == DetailKind::consent && detail.number != 0) {
      detail.number = contact_now(detail.number);
    } else if (detail.kind == DetailKind::evidence && detail.label.starts_with(kContactEvidence)) {
      const std::string number = detail.label.substr(kContactEvidence.size());
      detail.label = std::string(kContactEvidence)
                         .append(std::to_string(contact_now(std::strtoll(number.c_str(), nullptr, 10))));
    }
    detail = keyed(std::move(detail));
    add(member_of(detail), detail_json(detail));
  }

  // One that was taken away has no other.
  std::int64_t contact_now(std::int64_t number) const {
    const auto now = contacts_.find(number);
    return now == contacts_.end() ? number : now->second;
  }

  void add(const std::string& member, const Json& value) {
    const Json* known = into_.find(member);
    if (known == nullptr || is_blank(*known)) {
      merged_.changes[member] = value;
    } else if (member == "since") {
      if (value.text() < known->text()) merged_.changes[member] = value;  // YYYY-MM-DD
    } else if (!is_same_value(member, *known, value)) {
      const auto choice = choices_.fields.find(member);
      const auto kept = choice == choices_.fields.end() ? choices_.otherwise : std::optional(choice->second);
      if (kept == MergeSide::from) merged_.changes[member] = value;
      if (kept && member == "name") add_alias(kept == MergeSide::from ? *known : value);
      merged_.conflicts.push_back({member, *known, value, kept});
    }
  }

  // Under the name that is not kept the customer is found as well.
  void add_alias(const Json& name) {
    Detail alias;
    alias.kind = DetailKind::alias;
    alias.label = name.text();
    alias.use = "alias";
    alias.observed = facts_.today;
    alias = keyed(std::move(alias));
    const std::string member = member_of(alias);
    if (!into_.contains(member)) merged_.changes[member] = detail_json(alias);
  }

  const Json& into_;
  const MergeChoices& choices_;
  const MergeFacts& facts_;
  std::int64_t contact_last_;
  std::int64_t note_last_ = 0;
  std::map<std::int64_t, std::int64_t> contacts_;  // numbers of now by those of before
  MergedContents merged_;
};

}  // namespace

MergedContents merge_contents(const Json& into, const Json& from, const MergeChoices& choices,
                              const MergeFacts& facts) {
  return ContentsMerger(into, choices, facts).run(from);
}

}  // namespace crmcore::archive
