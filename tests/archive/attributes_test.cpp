// What a definition of an attribute allows, and how values are read and merged.
#include "archive/attributes.hpp"

#include <doctest/doctest.h>

namespace crmcore::archive {
namespace {

constexpr Date kToday{19'737};
constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;

AttributeRule rule(AttributeType type, std::optional<std::int64_t> minimum = {},
                   std::optional<std::int64_t> maximum = {}) {
  return {AttributeId{static_cast<std::int64_t>(type) + 1}, "x", type, minimum, maximum};
}

TEST_CASE("a definition that contradicts itself is refused") {
  struct Case {
    AttributeDefinition definition;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {{"", "X", AttributeType::integer, {}, {}}, Code::invalid, "/code"},
      {{"x", "", AttributeType::integer, {}, {}}, Code::invalid, "/name"},
      {{"x", "X", static_cast<AttributeType>(6), {}, {}}, Code::invalid, "/type"},
      {{"x", "X", static_cast<AttributeType>(-1), {}, {}}, Code::invalid, "/type"},
      {{"x", {}, AttributeType::integer, {}, {}}, Code::invalid, "/name"},
      {{"x", "X", {}, {}, {}}, Code::invalid, "/type"},
      {{"x", "X", AttributeType::integer, 2, 1}, Code::invalid, "/minimum"},
      {{"x", "X", AttributeType::text, 2, {}}, Code::invalid, "/minimum"},
      {{"x", "X", AttributeType::boolean, {}, 1}, Code::invalid, "/maximum"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    try {
      merge_terms(nullptr, one.definition);
      FAIL("was accepted");
    } catch (const Error& error) {
      CHECK(error.code() == one.code);
      CHECK(error.path() == one.path);
    }
  }
  CHECK_NOTHROW(merge_terms(nullptr, {"x", "X", AttributeType::date, 0, 0}));
}

// A definition that was put with another name lost its limits.
TEST_CASE("what a definition does not say stays, and a limit is lifted by saying so") {
  const AttributeTerms before{"X", AttributeType::money, 1, 9};
  AttributeDefinition given{"x", "Y", {}, {}, {}};
  CHECK(merge_terms(&before, given) == AttributeTerms{"Y", AttributeType::money, 1, 9});
  given.minimum.emplace();
  given.maximum = 7;
  CHECK(merge_terms(&before, given) == AttributeTerms{"Y", AttributeType::money, std::nullopt, 7});
  CHECK(merge_terms(&before, {"x", {}, {}, {}, {}}) == before);
  CHECK_THROWS_AS(merge_terms(&before, {"x", {}, AttributeType::text, {}, {}}), Error);
}

TEST_CASE("a value fits the type and lies between the least and the greatest") {
  struct Case {
    AttributeRule rule;
    std::variant<std::int64_t, std::string, std::monostate> value;
    Code code;  // ok: is taken
  };
  const Case cases[] = {
      {rule(AttributeType::integer), kMost, Code::ok},
      {rule(AttributeType::integer), kMost + 1, Code::range},
      {rule(AttributeType::money), -kMost, Code::ok},
      {rule(AttributeType::money), -kMost - 1, Code::range},
      {rule(AttributeType::decimal, 0, 10), std::int64_t{10}, Code::ok},
      {rule(AttributeType::decimal, 0, 10), std::int64_t{11}, Code::range},
      {rule(AttributeType::decimal, 0, 10), std::int64_t{-1}, Code::range},
      {rule(AttributeType::boolean), std::int64_t{1}, Code::ok},
      {rule(AttributeType::boolean), std::int64_t{2}, Code::range},
      {rule(AttributeType::date), std::int64_t{kDateMin.days}, Code::ok},
      {rule(AttributeType::date), std::int64_t{kDateMax.days} + 1, Code::range},
      {rule(AttributeType::date, 0, kMost), std::int64_t{kDateMax.days} + 1, Code::range},
      {rule(AttributeType::text), std::string(kAttributeTextBytesMax, 'x'), Code::ok},
      {rule(AttributeType::text), std::string(kAttributeTextBytesMax + 1, 'x'), Code::limit},
      {rule(AttributeType::text), std::string("\xFF"), Code::utf8},
      {rule(AttributeType::text), std::int64_t{1}, Code::invalid},
      {rule(AttributeType::integer), std::string("1"), Code::invalid},
      {rule(AttributeType::date), std::string("2024-01-01"), Code::invalid},
  };
  for (const Case& one : cases) {
    CAPTURE(word_of(one.rule.type));
    const AttributeInput input{"x", one.value, {}};
    GivenAttribute given{&input, one.rule, {}};
    std::vector<Diagnostic> found;
    const auto changes = merge_attributes({&given, 1}, kToday, "/customers/0", found);
    if (one.code == Code::ok) {
      CHECK(found.empty());
      REQUIRE(changes.size() == 1);
      const auto* text = std::get_if<std::string>(&one.value);
      const AttributeValue value =
          text ? AttributeValue(*text) : AttributeValue(std::get<std::int64_t>(one.value));
      CHECK(changes[0].after == DatedValue{value, kToday});
    } else {
      REQUIRE(found.size() == 1);
      CHECK(found[0].code == one.code);
      CHECK(found[0].path == "/customers/0/attributes/x");
      CHECK(changes.empty());
    }
  }
}

TEST_CASE("only what differs in value or day is a change") {
  const AttributeInput today{"x", std::int64_t{5}, {}};
  const AttributeInput earlier{"x", std::int64_t{5}, Date{3}};
  const AttributeInput none{"x", std::monostate(), {}};
  struct Case {
    const AttributeInput* given;
    std::optional<DatedValue> known;
    bool is_change;
  };
  const Case cases[] = {
      {&today, {}, true},
      {&today, DatedValue{std::int64_t{5}, kToday}, false},
      {&today, DatedValue{std::int64_t{5}, Date{3}}, false},  // as old as it is
      {&none, {}, false},
      {&none, DatedValue{std::int64_t{5}, kToday}, true},
      {&today, DatedValue{std::int64_t{6}, kToday}, true},
      {&earlier, DatedValue{std::int64_t{5}, Date{3}}, false},
      {&earlier, DatedValue{std::int64_t{5}, kToday}, true},
  };
  for (const Case& one : cases) {
    GivenAttribute given{one.given, rule(AttributeType::integer), one.known};
    std::vector<Diagnostic> found;
    const auto changes = merge_attributes({&given, 1}, kToday, "", found);
    CHECK(changes.size() == (one.is_change ? 1u : 0u));
    if (one.is_change) CHECK(changes.at(0).before == one.known);
    CHECK(found.empty());
  }
}

TEST_CASE("an attribute that is given twice is refused the second time") {
  const AttributeInput first{"x", std::int64_t{1}, {}};
  const AttributeInput second{"x", std::int64_t{2}, {}};
  GivenAttribute given[] = {{&first, rule(AttributeType::integer), {}},
                            {&second, rule(AttributeType::integer), {}}};
  std::vector<Diagnostic> found;
  merge_attributes(given, kToday, "", found);
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == "attribute 'x' is given twice");
  CHECK(found[0].path == "/attributes/x");
}

TEST_CASE("texts of files are read by type") {
  struct Case {
    const char* text;
    AttributeType type;
    std::optional<AttributeValue> value;
    Code code;
    const char* allowed;
  };
  const Case cases[] = {
      {"12", AttributeType::integer, std::int64_t{12}, Code::ok, ""},
      {"12.5", AttributeType::integer, {}, Code::invalid, "a whole number"},
      {"9007199254740992", AttributeType::integer, {}, Code::range, "within 2^53 - 1"},
      {"-12.5", AttributeType::money, std::int64_t{-1250}, Code::ok, ""},
      {"12.345", AttributeType::money, {}, Code::invalid, "a decimal amount"},
      {"0.5", AttributeType::decimal, std::int64_t{500'000}, Code::ok, ""},
      {"x", AttributeType::decimal, {}, Code::invalid, "a decimal with up to 6 places"},
      {"true", AttributeType::boolean, std::int64_t{1}, Code::ok, ""},
      {"0", AttributeType::boolean, std::int64_t{0}, Code::ok, ""},
      {"yes", AttributeType::boolean, {}, Code::invalid, "true or false"},
      {"1970-01-02", AttributeType::date, std::int64_t{1}, Code::ok, ""},
      {"2023-02-29", AttributeType::date, {}, Code::invalid, "a date YYYY-MM-DD"},
      {"12", AttributeType::text, std::string("12"), Code::ok, ""},
  };
  for (const Case& one : cases) {
    CAPTURE(one.text);
    const auto read = parse_value(one.text, one.type, 2);
    if (one.value) {
      REQUIRE(std::holds_alternative<AttributeValue>(read));
      CHECK(std::get<AttributeValue>(read) == *one.value);
    } else {
      REQUIRE(std::holds_alternative<ValueRefusal>(read));
      CHECK(std::get<ValueRefusal>(read).code == one.code);
      CHECK(std::get<ValueRefusal>(read).allowed == one.allowed);
    }
  }
}

}  // namespace
}  // namespace crmcore::archive
