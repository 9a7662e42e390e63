// The contacts that are given and those that are there make the changes.
#include "archive/contacts.hpp"

#include <doctest/doctest.h>

namespace crmcore::archive {
namespace {

Contact known(std::int64_t number, std::string name) {
  Contact contact;
  contact.contact_no = number;
  contact.name = std::move(name);
  return contact;
}

ContactInput given(std::int64_t number, std::string name) {
  ContactInput contact;
  contact.contact_no = number;
  contact.name = std::move(name);
  return contact;
}

// "+3 x" for a new contact 3 with name x, "~3 x" for a changed one.
std::string told(const std::vector<ContactChange>& changes) {
  std::string text;
  for (const ContactChange& change : changes) {
    text += (text.empty() ? "" : ", ") + std::string(change.before ? "~" : "+") +
            std::to_string(change.after.contact_no) + " " + change.after.name;
  }
  return text;
}

TEST_CASE("contacts are known by their number, and one without a number is new") {
  struct Case {
    const char* what;
    std::vector<Contact> known;
    std::vector<ContactInput> given;
    const char* changes;
  };
  const Case cases[] = {
      {"nobody", {}, {}, ""},
      {"the first ones", {}, {given(0, "a"), given(0, "b")}, "+1 a, +2 b"},
      {"behind those that are there", {known(1, "a"), known(4, "d")}, {given(0, "x")}, "+5 x"},
      {"a number of the host's own", {}, {given(9, "a"), given(0, "b")}, "+9 a, +10 b"},
      {"a number below the greatest", {known(4, "d")}, {given(2, "b")}, "+2 b"},
      {"a change", {known(1, "a"), known(2, "b")}, {given(2, "x")}, "~2 x"},
      {"no change", {known(1, "a"), known(2, "b")}, {given(2, "b"), given(1, "a")}, ""},
      {"a change and a new one", {known(1, "a")}, {given(1, "x"), given(0, "y")}, "~1 x, +2 y"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    std::vector<Diagnostic> found;
    CHECK(told(merge_contacts(one.known, one.given, "", found)) == one.changes);
    CHECK(found.empty());
  }
}

TEST_CASE("a contact is given whole: each of its fields can change alone") {
  const Contact before = known(1, "a");
  ContactInput inputs[7];
  for (ContactInput& input : inputs) input = given(1, "a");
  inputs[0].level = ContactLevel::shareholder;
  inputs[1].name = "b";
  inputs[2].title = "Director";
  inputs[3].phone = "1";
  inputs[4].email = "a@b";
  inputs[5].channel = ContactChannel::visit;
  inputs[6].do_not_contact = true;
  for (const ContactInput& input : inputs) {
    std::vector<Diagnostic> found;
    const auto changes = merge_contacts({&before, 1}, {&input, 1}, "", found);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].before == before);
    CHECK(changes[0].after != before);
    CHECK(changes[0].after.title == input.title);
  }
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
  struct Case {
    std::vector<ContactInput> given;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {{given(0, "")}, Code::invalid, "/5/contacts/0/name"},
      {{bad_title}, Code::utf8, "/5/contacts/0/title"},
      {{given(0, "a"), long_phone}, Code::limit, "/5/contacts/1/phone"},
      {{long_email}, Code::limit, "/5/contacts/0/email"},
      {{bad_level}, Code::invalid, "/5/contacts/0/level"},
      {{bad_channel}, Code::invalid, "/5/contacts/0/channel"},
      {{given(-1, "a")}, Code::range, "/5/contacts/0/contact_no"},
      {{given(kContactNoMax + 1, "a")}, Code::range, "/5/contacts/0/contact_no"},
      {{given(2, "a"), given(2, "b")}, Code::invalid, "/5/contacts/1/contact_no"},
      {std::vector(101, given(0, "a")), Code::limit, "/5/contacts"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    std::vector<Diagnostic> found;
    merge_contacts({}, one.given, "/5", found);
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
  CHECK(merge_contacts(there, anew, "", found).size() == kContactsMax);
  CHECK(found.empty());
  anew.back().contact_no = 0;
  merge_contacts(there, anew, "", found);
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/contacts");
}

}  // namespace
}  // namespace crmcore::archive
