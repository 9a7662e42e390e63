// Numbers are the identity of contacts and are never given twice, not even after a contact was taken away. A
// new contact without one gets the number after the greatest that there was or stands in the list. Whom a
// contact without a number means is said by contact_match.hpp. tests/archive/contacts_test.cpp has the cases.
#include "archive/contacts.hpp"

#include <algorithm>
#include <cassert>

#include "archive/contact_match.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

void check_contact(const ContactInput& given, const std::string& path, std::vector<Diagnostic>& found) {
  if (given.name) {
    collect(found, path, "/name", [&] { text::require_name(*given.name, {}); });
  } else if (given.contact_no == 0) {
    found.push_back(
        {Code::invalid, path + "/name", "is required: a contact without contact_no is found by it"});
  }
  const auto check_text = [&](std::string_view field, const std::optional<std::string>& value,
                              std::size_t bytes_max) {
    if (value) collect(found, path, field, [&] { text::require_text(*value, bytes_max, {}); });
  };
  check_text("/title", given.title, kNameBytesMax);
  check_text("/phone", given.phone, kPhoneBytesMax);
  check_text("/email", given.email, kNameBytesMax);
  if (given.contact_no < 0 || given.contact_no > kContactNoMax) {
    found.push_back({Code::range, path + "/contact_no", fmt::format("0 to {} are allowed", kContactNoMax)});
  }
  const auto check_word = [&](std::string_view field, auto value) {
    if (!value || !word_of(*value).empty()) return;
    found.push_back({Code::invalid, path + "/" + std::string(field),
                     fmt::format("unknown {}; {} are allowed", field, text::alternatives(words_of(*value)))});
  };
  check_word("level", given.level);
  check_word("channel", given.channel);
}

Contact merged(Contact contact, const ContactInput& given) {
  if (given.level) contact.level = *given.level;
  if (given.name) contact.name = *given.name;
  if (given.title) contact.title = *given.title;
  if (given.phone) contact.phone = *given.phone;
  if (given.email) contact.email = *given.email;
  if (given.channel) contact.channel = *given.channel;
  if (given.do_not_contact) contact.do_not_contact = *given.do_not_contact;
  return contact;
}

}  // namespace

std::vector<ContactChange> merge_contacts(const KnownContacts& known, std::span<const ContactInput> given,
                                          bool replaces, const std::string& path,
                                          std::vector<Diagnostic>& found) {
  const std::span<const Contact> there = known.contacts;
  assert(std::is_sorted(there.begin(), there.end(),
                        [](const Contact& a, const Contact& b) { return a.contact_no < b.contact_no; }));
  const auto refuse_count = [&] {
    found.push_back({Code::limit, path + "/contacts", fmt::format("more than {} contacts", kContactsMax)});
    return std::vector<ContactChange>();
  };
  if (given.size() > kContactsMax) return refuse_count();
  const std::size_t found_before = found.size();
  for (std::size_t i = 0; i < given.size(); ++i)
    check_contact(given[i], fmt::format("{}/contacts/{}", path, i), found);
  if (found.size() != found_before) return {};
  const auto matches = match_contacts(there, given, path, found);
  if (found.size() != found_before) return {};
  std::vector<ContactChange> changes;
  std::int64_t last_no = std::max(known.last_no, there.empty() ? 0 : there.back().contact_no);
  for (const ContactInput& one : given) last_no = std::max(last_no, one.contact_no);
  std::vector<bool> stays(there.size(), !replaces);
  std::size_t count = there.size();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const ContactInput& one = given[i];
    if (matches[i]) {
      const Contact& before = there[*matches[i]];
      stays[*matches[i]] = !one.remove;
      Contact after = merged(before, one);
      if (!one.remove && after != before) changes.push_back({before, std::move(after)});
    } else if (!one.remove) {  // who is not there need not go
      Contact fresh;
      fresh.contact_no = one.contact_no != 0 ? one.contact_no : last_no + 1;
      if (!one.name) {
        found.push_back(
            {Code::invalid, fmt::format("{}/contacts/{}/name", path, i),
             fmt::format("there is no contact {}, and a new one needs a name", fresh.contact_no)});
        continue;
      }
      last_no = std::max(last_no, fresh.contact_no);
      ++count;
      changes.push_back({std::nullopt, merged(std::move(fresh), one)});
    }
  }
  for (std::size_t k = 0; k < there.size(); ++k) {
    if (stays[k]) continue;
    --count;
    changes.push_back({there[k], std::nullopt});
  }
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return a.number() < b.number(); });
  if (count > kContactsMax) return refuse_count();
  return changes;
}

}  // namespace crmcore::archive
