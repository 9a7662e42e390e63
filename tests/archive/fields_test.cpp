// What is given of a customer and what is there make what is to be.
#include "archive/fields.hpp"

#include <doctest/doctest.h>
#include <functional>

namespace crmcore::archive {
namespace {

constexpr Date kDelivered{19'737};

CustomerInput given(std::string code, std::optional<std::string> name = {}) {
  CustomerInput input;
  input.code = std::move(code);
  input.name = std::move(name);
  return input;
}

Customer spruce() {
  Customer customer;
  customer.id = CustomerId{7};
  customer.code = "C-1";
  customer.name = "Spruce";
  customer.short_name = "S";
  customer.kind = CustomerKind::household;
  customer.status = CustomerStatus::existing;
  customer.since = Date{100};
  customer.version = 12;
  return customer;
}

TEST_CASE("what no customer may have is refused at its field") {
  struct Case {
    std::function<void(CustomerInput&)> change;
    Code code;
    std::string path;
  };
  const Case cases[] = {
      {[](auto& c) { c.code = ""; }, Code::invalid, "/customers/3/code"},
      {[](auto& c) { c.code = std::string(128, 'x') + "x"; }, Code::limit, "/customers/3/code"},
      {[](auto& c) { c.code = "a\xE2\x80\xAE"; }, Code::invalid, "/customers/3/code"},
      {[](auto& c) { c.name = " "; }, Code::invalid, "/customers/3/name"},
      {[](auto& c) { c.name = std::string(513, 'x'); }, Code::limit, "/customers/3/name"},
      {[](auto& c) { c.short_name = std::string(513, 'x'); }, Code::limit, "/customers/3/short_name"},
      {[](auto& c) { c.short_name = "\xFF"; }, Code::utf8, "/customers/3/short_name"},
      {[](auto& c) { c.kind = static_cast<CustomerKind>(3); }, Code::invalid, "/customers/3/kind"},
      {[](auto& c) { c.kind = static_cast<CustomerKind>(-1); }, Code::invalid, "/customers/3/kind"},
      {[](auto& c) { c.since = Date{kDateMax.days + 1}; }, Code::range, "/customers/3/since"},
      {[](auto& c) { c.since = Date{kDateMin.days - 1}; }, Code::range, "/customers/3/since"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    CustomerInput input = given("C-1", "Spruce");
    one.change(input);
    std::vector<Diagnostic> found;
    check_fields(input, "/customers/3", found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == one.code);
    CHECK(found[0].path == one.path);
  }
}

TEST_CASE("all fields at fault are told at once, and none when there is none") {
  CustomerInput input = given("", "");
  input.kind = static_cast<CustomerKind>(9);
  std::vector<Diagnostic> found;
  check_fields(input, "", found);
  CHECK(found.size() == 3);
  CHECK(found.back().message == "unknown kind; company, household or person are allowed");

  found.clear();
  input = given(std::string(128, 'x'), std::string(512, 'x'));
  input.short_name = "";
  input.since = kDateMax;
  check_fields(input, "", found);
  CHECK(found.empty());
}

TEST_CASE("a new customer has what is given, else the defaults") {
  std::vector<Diagnostic> found;
  const auto bare = merge_fields(nullptr, given("C-2", "Oak"), kDelivered, "", found);
  REQUIRE(bare);
  CHECK(bare->code == "C-2");
  CHECK(bare->name == "Oak");
  CHECK(bare->short_name.empty());
  CHECK(bare->kind == CustomerKind::company);
  CHECK(bare->since == kDelivered);
  CHECK(!bare->id);

  CustomerInput input = given("C-2", "Oak");
  input.kind = CustomerKind::person;
  input.short_name = "O";
  input.since = Date{5};
  const auto full = merge_fields(nullptr, input, kDelivered, "", found);
  REQUIRE(full);
  CHECK(full->kind == CustomerKind::person);
  CHECK(full->short_name == "O");
  CHECK(full->since == Date{5});
  CHECK(found.empty());
}

TEST_CASE("what is absent stays as it is") {
  const Customer known = spruce();
  std::vector<Diagnostic> found;
  const auto same = merge_fields(&known, given("C-1"), kDelivered, "", found);
  REQUIRE(same);
  CHECK(has_same_fields(known, *same));
  CHECK(same->id == known.id);
  CHECK(same->status == known.status);

  struct Case {
    const char* field;
    std::function<void(CustomerInput&)> change;
    std::function<bool(const Customer&)> is_changed;
  };
  const Case cases[] = {
      {"name", [](auto& c) { c.name = "Fir"; }, [](auto& c) { return c.name == "Fir"; }},
      {"code", [](auto& c) { c.new_code = "C-2"; }, [](auto& c) { return c.code == "C-2"; }},
      {"kind", [](auto& c) { c.kind = CustomerKind::person; },
       [](auto& c) { return c.kind == CustomerKind::person; }},
      {"short_name", [](auto& c) { c.short_name = ""; }, [](auto& c) { return c.short_name.empty(); }},
      {"since", [](auto& c) { c.since = Date{99}; }, [](auto& c) { return c.since == Date{99}; }},
  };
  for (const Case& one : cases) {
    CAPTURE(one.field);
    CustomerInput input = given("C-1");
    input.version = known.version;
    one.change(input);
    const auto merged = merge_fields(&known, input, kDelivered, "", found);
    REQUIRE(merged);
    CHECK(one.is_changed(*merged));
    CHECK(!has_same_fields(known, *merged));
  }
  CHECK(found.empty());
}

TEST_CASE("what contradicts the customer that is there is refused") {
  const Customer known = spruce();
  CustomerInput other_version = given("C-1", "Fir");
  other_version.version = 11;
  Customer accented = spruce();
  accented.code = "caf\u00e9";
  CustomerInput renamed = given("C-9", "Fir");
  renamed.new_code = "C-10";
  CustomerInput version_of_nobody = given("C-9", "Fir");
  version_of_nobody.version = 1;
  struct Case {
    const Customer* known;
    CustomerInput input;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {&accented, given("cafe\u0301", "Fir"), Code::conflict, "/2/code"},
      {nullptr, renamed, Code::not_found, "/2/new_code"},
      {&known, other_version, Code::conflict, "/2/version"},
      {nullptr, version_of_nobody, Code::conflict, "/2/version"},
      {nullptr, given("C-9"), Code::invalid, "/2/name"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.path);
    std::vector<Diagnostic> found;
    CHECK(!merge_fields(one.known, one.input, kDelivered, "/2", found));
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == one.code);
    CHECK(found[0].path == one.path);
  }
}

}  // namespace
}  // namespace crmcore::archive
