// Numbers are the identity of contacts and are never given twice. A contact without one gets the number after
// the greatest that is there or stands before it in the list, so that the order of the list decides and a
// repeated delivery of the same list with numbers changes nothing. tests/archive/contacts_test.cpp has the
// cases.
#include "archive/contacts.hpp"

#include <algorithm>
#include <cassert>
#include <set>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

void check_contact(const ContactInput& given, const std::string& path, std::vector<Diagnostic>& found) {
  collect(found, path, "/name", [&] { text::require_name(given.name, {}); });
  collect(found, path, "/title", [&] { text::require_text(given.title, kNameBytesMax, {}); });
  collect(found, path, "/phone", [&] { text::require_text(given.phone, kPhoneBytesMax, {}); });
  collect(found, path, "/email", [&] { text::require_text(given.email, kNameBytesMax, {}); });
  if (given.contact_no < 0 || given.contact_no > kContactNoMax) {
    found.push_back({Code::range, path + "/contact_no", fmt::format("0 to {} are allowed", kContactNoMax)});
  }
  const auto check_word = [&](std::string_view field, auto value) {
    if (!word_of(value).empty()) return;
    found.push_back({Code::invalid, path + "/" + std::string(field),
                     fmt::format("unknown {}; {} are allowed", field, text::alternatives(words_of(value)))});
  };
  check_word("level", given.level);
  check_word("channel", given.channel);
}

}  // namespace

std::vector<ContactChange> merge_contacts(std::span<const Contact> known, std::span<const ContactInput> given,
                                          const std::string& path, std::vector<Diagnostic>& found) {
  assert(std::is_sorted(known.begin(), known.end(),
                        [](const Contact& a, const Contact& b) { return a.contact_no < b.contact_no; }));
  std::vector<ContactChange> changes;
  std::int64_t last_no = known.empty() ? 0 : known.back().contact_no;
  std::set<std::int64_t> numbers;
  std::size_t count = known.size();
  for (std::size_t i = 0; i < given.size() && i <= kContactsMax; ++i) {
    const ContactInput& one = given[i];
    const std::string at = fmt::format("{}/contacts/{}", path, i);
    const std::size_t found_before = found.size();
    check_contact(one, at, found);
    if (found.size() != found_before) continue;
    const std::int64_t number = one.contact_no != 0 ? one.contact_no : last_no + 1;
    last_no = std::max(last_no, number);
    if (!numbers.insert(number).second) {
      found.push_back({Code::invalid, at + "/contact_no", fmt::format("contact {} is given twice", number)});
      continue;
    }
    Contact after{number,    one.level, one.name,    one.title,
                  one.phone, one.email, one.channel, one.do_not_contact};
    const auto before = std::find_if(known.begin(), known.end(),
                                     [&](const Contact& contact) { return contact.contact_no == number; });
    if (before == known.end()) {
      ++count;
      changes.push_back({std::nullopt, std::move(after)});
    } else if (*before != after) {
      changes.push_back({*before, std::move(after)});
    }
  }
  if (count > kContactsMax || given.size() > kContactsMax) {
    found.push_back({Code::limit, path + "/contacts", fmt::format("more than {} contacts", kContactsMax)});
  }
  return changes;
}

}  // namespace crmcore::archive
