// The contacts that are given and those that are there make the changes.
#include "archive/contacts.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <random>

namespace crmcore::archive {
namespace {

Contact known(std::int64_t number, std::string name, std::string phone = "", std::string email = "") {
  Contact contact;
  contact.contact_no = number;
  contact.name = std::move(name);
  contact.phone = std::move(phone);
  contact.email = std::move(email);
  return contact;
}

ContactInput given(std::int64_t number, std::string name) {
  ContactInput contact;
  contact.contact_no = number;
  contact.name = std::move(name);
  return contact;
}

ContactInput reached(std::string name, std::optional<std::string> phone,
                     std::optional<std::string> email = {}) {
  ContactInput contact = given(0, std::move(name));
  contact.phone = std::move(phone);
  contact.email = std::move(email);
  return contact;
}

ContactInput gone(ContactInput contact) {
  contact.remove = true;
  return contact;
}

// "+3 x" for a new contact 3 with name x, "~3 x" for a changed one, "-3" for one that goes.
std::string told(const std::vector<ContactChange>& changes) {
  std::string text;
  for (const ContactChange& change : changes) {
    text += text.empty() ? "" : ", ";
    text += !change.after ? "-" : change.before ? "~" : "+";
    text += std::to_string(change.number()) + (change.after ? " " + change.after->name : "");
  }
  return text;
}

std::vector<ContactChange> merged(const std::vector<Contact>& there, const std::vector<ContactInput>& given,
                                  std::vector<Diagnostic>& found) {
  return merge_contacts({there, 0}, given, false, "", found);
}

TEST_CASE("contacts are known by their number, else by name with phone or e-mail") {
  struct Case {
    const char* what;
    std::vector<Contact> known;
    std::vector<ContactInput> given;
    const char* changes;
  };
  const std::vector<Contact> two = {known(1, "王芳", "138", "w@x"), known(2, "王芳", "139")};
  const Case cases[] = {
      {"nobody", {}, {}, ""},
      {"the first ones", {}, {given(0, "a"), given(0, "b")}, "+1 a, +2 b"},
      {"behind those that are there", {known(1, "a"), known(4, "d")}, {given(0, "x")}, "+5 x"},
      {"a number of the host's own", {}, {given(9, "a"), given(0, "b")}, "+9 a, +10 b"},
      {"a number that a new one must not get", {}, {given(0, "a"), given(1, "b")}, "+1 b, +2 a"},
      {"a number below the greatest", {known(4, "d")}, {given(2, "b")}, "+2 b"},
      {"a change", {known(1, "a"), known(2, "b")}, {given(2, "x")}, "~2 x"},
      {"no change", {known(1, "a"), known(2, "b")}, {given(2, "b"), given(1, "a")}, ""},
      {"a change and a new one", {known(1, "a")}, {given(1, "x"), given(0, "y")}, "~1 x, +2 y"},
      {"by phone", two, {reached("王芳", "139")}, ""},
      {"by phone that is written otherwise", two, {reached("王芳", "1-3 9")}, "~2 王芳"},
      {"by e-mail, with another phone", two, {reached("王芳", "137", "W@X")}, "~1 王芳"},
      {"by neither", two, {reached("王芳", "137", "v@x")}, "+3 王芳"},
      {"by a name alone", {known(3, "Li")}, {reached("LI", "137")}, "~3 LI"},
      {"a name alone for who is reached", {known(3, "Li", "137")}, {given(0, "Li")}, ""},
      {"who says more chooses first", {known(3, "Li")}, {reached("Li", "137"), given(0, "Li")}, "+4 Li"},
      {"another name with the same phone", {known(3, "Li", "137")}, {reached("Wu", "137")}, "+4 Wu"},
      {"one goes by number", two, {gone(given(2, "whoever"))}, "-2"},
      {"one goes by name and phone", two, {gone(reached("王芳", "138"))}, "-1"},
      {"who is not there need not go", two, {gone(reached("Wu", "138")), gone(given(7, "Li"))}, ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    std::vector<Diagnostic> found;
    CHECK(told(merged(one.known, one.given, found)) == one.changes);
    CHECK(found.empty());
  }
}

TEST_CASE("a list that replaces takes those away whom it does not name, and no number is given again") {
  const std::vector<Contact> there = {known(1, "a"), known(2, "b"), known(3, "c")};
  std::vector<Diagnostic> found;
  CHECK(told(merge_contacts({there, 0}, {}, true, "", found)) == "-1, -2, -3");
  const ContactInput inputs[] = {given(0, "b"), given(0, "x")};
  CHECK(told(merge_contacts({there, 9}, inputs, true, "", found)) == "-1, -3, +10 x");
  CHECK(found.empty());
}

// A put of name and e-mail erased the phone, made an executive operational and lifted do_not_contact.
TEST_CASE("what is absent stays, and each field can change alone") {
  Contact before = known(1, "王芳", "138", "w@x");
  before.level = ContactLevel::executive;
  before.title = "Director";
  before.channel = ContactChannel::email;
  before.do_not_contact = true;
  ContactInput number_only;
  number_only.contact_no = 1;
  std::vector<Diagnostic> found;
  CHECK(merge_contacts({{&before, 1}, 0}, {&number_only, 1}, false, "", found).empty());
  ContactInput inputs[7];
  for (ContactInput& input : inputs) input.contact_no = 1;
  inputs[0].level = ContactLevel::shareholder;
  inputs[1].name = "b";
  inputs[2].title = "";
  inputs[3].phone = "1";
  inputs[4].email = "a@b";
  inputs[5].channel = ContactChannel::unspecified;
  inputs[6].do_not_contact = false;
  Contact all = before;
  for (const ContactInput& input : inputs) {
    const auto changes = merge_contacts({{&all, 1}, 0}, {&input, 1}, false, "", found);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].before == all);
    all = *changes[0].after;
  }
  CHECK(found.empty());
  Contact expected = known(1, "b", "1", "a@b");
  expected.level = ContactLevel::shareholder;
  CHECK(all == expected);
}

TEST_CASE("what is wrong with a contact is refused at its field") {
  ContactInput bad_level = given(0, "a");
  bad_level.level = static_cast<ContactLevel>(3);
  ContactInput bad_channel = given(0, "a");
  bad_channel.channel = static_cast<ContactChannel>(-1);
  ContactInput long_phone = given(0, "a");
  long_phone.phone = std::string(kPhoneBytesMax + 1, '1');
  ContactInput bad_title = given(0, "a");
  bad_title.title = "\xFF";
  ContactInput long_email = given(0, "a");
  long_email.email = std::string(513, 'x');
  ContactInput nameless;
  nameless.phone = "138";
  ContactInput unknown;
  unknown.contact_no = 8;
  const std::vector<Contact> two = {known(1, "Li", "138", "a"), known(2, "Li", "139", "b")};
  struct Case {
    std::vector<ContactInput> given;
    Code code;
    const char* path;
    std::vector<Contact> known;
  };
  const Case cases[] = {
      {{given(0, "")}, Code::invalid, "/5/contacts/0/name", {}},
      {{nameless}, Code::invalid, "/5/contacts/0/name", two},
      {{unknown}, Code::invalid, "/5/contacts/0/name", two},
      {{bad_title}, Code::utf8, "/5/contacts/0/title", {}},
      {{given(0, "a"), long_phone}, Code::limit, "/5/contacts/1/phone", {}},
      {{long_email}, Code::limit, "/5/contacts/0/email", {}},
      {{bad_level}, Code::invalid, "/5/contacts/0/level", {}},
      {{bad_channel}, Code::invalid, "/5/contacts/0/channel", {}},
      {{given(-1, "a")}, Code::range, "/5/contacts/0/contact_no", {}},
      {{given(kContactNoMax + 1, "a")}, Code::range, "/5/contacts/0/contact_no", {}},
      {{given(2, "a"), given(2, "b")}, Code::invalid, "/5/contacts/1/contact_no", {}},
      {{given(0, "a"), given(0, "A")}, Code::invalid, "/5/contacts/1", {}},
      {{reached("a", "1"), given(0, "b"), reached("a", "1")}, Code::invalid, "/5/contacts/2", {}},
      {{reached("Li", "138", "b")}, Code::conflict, "/5/contacts/0", two},
      {{given(0, "Li")}, Code::conflict, "/5/contacts/0", two},
      {std::vector(101, given(0, "a")), Code::limit, "/5/contacts", {}},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    std::vector<Diagnostic> found;
    merge_contacts({one.known, 0}, one.given, false, "/5", found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == one.code);
    CHECK(found[0].path == one.path);
  }
}

// Of a customer with 60 contacts, 50 could not be given anew: those that replace one were counted twice.
TEST_CASE("a contact that replaces one counts once towards the limit") {
  std::vector<Contact> there;
  std::vector<ContactInput> anew;
  for (std::int64_t number = 1; number <= std::int64_t{kContactsMax}; ++number) {
    there.push_back(known(number, "a"));
    anew.push_back(given(number, "b"));
  }
  std::vector<Diagnostic> found;
  CHECK(merged(there, anew, found).size() == kContactsMax);
  CHECK(found.empty());
  anew.back().contact_no = 0;
  merged(there, anew, found);
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/contacts");
}

// 25,000 contacts of 5,000 customers after five deliveries of one list without numbers.
TEST_CASE("any list that is taken changes nothing when it is put again") {
  std::mt19937 random(20241129);
  const auto below = [&](std::uint64_t bound) { return static_cast<std::int64_t>(random() % bound); };
  const auto text_of = [&](const char* prefix) { return prefix + std::to_string(below(3)); };
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Contact> there;
    std::vector<ContactInput> list;
    const auto put = [&](std::vector<Diagnostic>& found) {
      const auto changes = merged(there, list, found);
      if (!found.empty()) return std::string();
      for (const ContactChange& change : changes) {
        std::erase_if(there, [&](const Contact& one) { return one.contact_no == change.number(); });
        if (change.after) there.push_back(*change.after);
      }
      std::sort(there.begin(), there.end(), [](auto& a, auto& b) { return a.contact_no < b.contact_no; });
      return told(changes);
    };
    for (int delivery = 0; delivery < 4; ++delivery) {
      list.clear();
      for (std::int64_t i = 0, count = below(4); i < count; ++i) {
        ContactInput one = given(below(4) == 0 ? 1 + below(4) : 0, text_of("n"));
        if (below(2) == 0) one.phone = below(5) == 0 ? std::string() : text_of("p");
        if (below(2) == 0) one.email = below(5) == 0 ? std::string() : text_of("e");
        one.remove = below(6) == 0;
        list.push_back(std::move(one));
      }
      std::vector<Diagnostic> found;
      put(found);
      if (!found.empty()) continue;
      ++taken;
      const std::string again = put(found);
      CAPTURE(round);
      CHECK(again.empty());
      CHECK(found.empty());
    }
  }
  CHECK(taken > 10'000);
}

}  // namespace
}  // namespace crmcore::archive
