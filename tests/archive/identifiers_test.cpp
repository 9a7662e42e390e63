// Check characters against a second implementation, and how telephone numbers are written.
#include "archive/identifiers.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

namespace crmcore::archive {
namespace {

// GB 32100-2015 as the standard says it: C18 = 31 - (sum of Ci · Wi mod 31), Wi = 3^(i-1) mod 31.
char check_character(const std::string& first17) {
  const std::string characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const int weights[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  int sum = 0;
  for (std::size_t i = 0; i < first17.size(); ++i)
    sum += static_cast<int>(characters.find(first17[i])) * weights[i];
  return characters[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

TEST_CASE("a unified social credit code is known by its check character, however it is written") {
  const auto key = [](std::string_view text) { return identifier_key(IdentifierKind::uscc, text); };
  for (const char* text : {"91350100M000100Y43", "91350100m000100y43", " 9135 0100-M000 100Y 43 ",
                           "９１３５０１００Ｍ０００１００Ｙ４３"}) {
    CAPTURE(text);
    CHECK(key(text) == "91350100M000100Y43");
  }
  for (const char* text : {"", "91350100M000100Y44", "91350100M000100Y4", "91350100M000100Y431",
                           "9135O100M000100Y43", "91350100M0001_0Y43", "统一社会信用代码"}) {
    CAPTURE(text);
    CHECK_FALSE(key(text).has_value());
  }
  rc::check("made codes are valid, and no other last character is", [&] {
    const std::string characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    std::string code;
    for (int i = 0; i < 17; ++i) code += characters[*rc::gen::inRange<std::size_t>(0, 31)];
    const char right = check_character(code);
    for (const char last : characters) RC_ASSERT(key(code + last).has_value() == (last == right));
    // One character that is another, or two that changed places, show.
    code += right;
    const auto at = *rc::gen::inRange<std::size_t>(0, 17);
    std::string other = code;
    other[at] = characters[(characters.find(code[at]) + *rc::gen::inRange<std::size_t>(1, 31)) % 31];
    RC_ASSERT_FALSE(key(other).has_value());
    std::string turned = code;
    std::swap(turned[at], turned[at + 1]);
    RC_ASSERT(key(turned).has_value() == (turned == code));
  });
}

TEST_CASE("telephone numbers have one form each") {
  const std::pair<const char*, const char*> cases[] = {
      {"138 0013 8000", "13800138000"},
      {"１３８００１３８０００", "13800138000"},
      {"+86 138-0013-8000", "13800138000"},
      {"0086 13800138000", "13800138000"},
      {"8613800138000", "13800138000"},
      {"(0571) 8888 1234", "057188881234"},
      {"0571-88881234", "057188881234"},
      {"+86 571 8888 1234", "057188881234"},
      {"+86 (0)571 8888 1234", "057188881234"},
      {"86-571-88881234", "057188881234"},
      {"010-88881234-801", "01088881234"},
      {"010-88881234转801", "01088881234"},
      {"010-88881234 ext. 801", "01088881234"},
      {"400-820-8820", "4008208820"},
      {"+86 400 820 8820", "4008208820"},
      {"88881234", "88881234"},
      {"+1 (415) 555-0100", "+14155550100"},
      {"001 415 555 0100", "+14155550100"},
      {"95588", "95588"},
      {"", ""},
      {"1234", ""},
      {"123456789012345678901", ""},
      {"010-8888abcd", ""},
      {"13800138000;13900139000", ""},
  };
  for (const auto& one : cases) {
    CAPTURE(one.first);
    CHECK(identifier_key(IdentifierKind::phone, one.first).value_or("") == one.second);
  }
}

TEST_CASE("tax numbers and addresses have one form each") {
  CHECK(identifier_key(IdentifierKind::tax_number, "de 123-456-789") == "DE123456789");
  CHECK(identifier_key(IdentifierKind::tax_number, "110108801234567") == "110108801234567");
  for (const char* text : {"", "1234", "ABCDEF", "123456789012345678901", "12345/6"})
    CHECK_FALSE(identifier_key(IdentifierKind::tax_number, text).has_value());
  CHECK(identifier_key(IdentifierKind::email, " Info@Example.COM ") == "info@example.com");
  for (const char* text :
       {"", "info", "@x.cn", "a@b", "a@@b.cn", "a@.cn", "a@b.", "a b@c.cn", "a@b.cn,c@d.cn"})
    CHECK_FALSE(identifier_key(IdentifierKind::email, text).has_value());
}

TEST_CASE("a form is its own form") {
  rc::check([](const std::string& text) {
    for (std::size_t i = 0; i < kIdentifierKinds; ++i) {
      const auto kind = static_cast<IdentifierKind>(i);
      for (const std::string& one :
           {text, std::string("138") + text, std::string("+86 010 8888 1234") + text}) {
        try {
          const auto key = identifier_key(kind, one);
          if (key) RC_ASSERT(identifier_key(kind, *key) == key);
        } catch (const Error& error) {
          RC_ASSERT(error.code() == Code::utf8);
        }
      }
    }
  });
}

TEST_CASE("kinds that are not named stay, and what is removed is said") {
  const Identifier phone{IdentifierKind::phone, "010 88881234", "01088881234"};
  const std::vector<Identifier> known = {phone};
  std::vector<Diagnostic> found;
  const auto merge = [&](std::vector<IdentifierInput> given) {
    found.clear();
    return merge_identifiers(known, given, "/customers/0", found);
  };
  CHECK(merge({}).empty());
  CHECK(merge({{IdentifierKind::phone, "010 88881234"}}).empty());
  CHECK(merge({{IdentifierKind::uscc, {}, true}}).empty());
  CHECK(merge({{IdentifierKind::phone, "010 9999 9999", true}}).empty());
  auto changes =
      merge({{IdentifierKind::phone, "(010) 8888-1234", true}, {IdentifierKind::uscc, "91350100m000100y43"}});
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].after->key == "91350100M000100Y43");
  CHECK(changes[0].given == 1);
  CHECK(changes[1].before == phone);
  CHECK_FALSE(changes[1].after.has_value());
  changes = merge({{IdentifierKind::phone, "010 88881235"}});
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].after->value == "010 88881235");
  CHECK(found.empty());
  merge({{IdentifierKind::phone, "x"},
         {IdentifierKind::phone, "010 88881234"},
         {IdentifierKind::email, {}},
         {static_cast<IdentifierKind>(9), "x"}});
  REQUIRE(found.size() == 4);
  CHECK(found[0].path == "/customers/0/identifiers/0/value");
  CHECK(found[1].path == "/customers/0/identifiers/1/kind");
  CHECK(found[2].path == "/customers/0/identifiers/2/value");
  CHECK(found[3].path == "/customers/0/identifiers/3/kind");
}

}  // namespace
}  // namespace crmcore::archive
