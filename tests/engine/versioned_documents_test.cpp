// Versioned documents, for every kind: a put is idempotent, versions have no gaps, used ones stay as they
// are.
#include <doctest/doctest.h>
#include <functional>
#include <string>
#include <vector>

#include "assignment_fixture.hpp"
#include "grading_world.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// One kind of document in an office: how it is put, and how its newest version is used.
struct DocumentKindCase {
  const char* noun;
  Json document;
  std::function<std::int32_t(Office&, const Json&)> put;
  std::function<void(Office&)> use;
};

std::vector<DocumentKindCase> document_kinds() {
  return {
      {"scheme", parse_json(kOfficeScheme),
       [](Office& office, const Json& json) { return office.grading.put_scheme(dump_json(json)).version; },
       [](Office& office) { office.review("2024-01-01"); }},
      {"policy", parse_json(kOfficePolicy),
       [](Office& office, const Json& json) { return office.assignment.put_policy(dump_json(json)).version; },
       [](Office& office) { office.run("2024-01-15"); }}};
}

Json named(Json document, const char* name) {
  document["name"] = name;
  return document;
}

Json numbered(Json document, std::int32_t version) {
  document["version"] = version;
  return document;
}

}  // namespace

TEST_CASE("the same document, put again, is the version that it is, and nothing is written") {
  for (const DocumentKindCase& kind : document_kinds()) {
    CAPTURE(std::string(kind.noun));
    Office office;
    const auto put = [&](const Json& json) { return kind.put(office, json); };
    CHECK(put(kind.document) == 1);
    const std::int64_t before = office.last_event();
    CHECK(put(kind.document) == 1);
    CHECK(put(numbered(kind.document, 1)) == 1);
    CHECK(put(numbered(kind.document, 2)) == 1);
    CHECK(put(named(kind.document, "")) == 1);  // a default that is stated
    CHECK(office.last_event() == before);

    CHECK(put(named(kind.document, "second")) == 2);
    CHECK(put(numbered(kind.document, 1)) == 1);  // the version that it names
    CHECK(office.last_event() == before + 1);
    CHECK(put(kind.document) == 3);  // what was in force before is in force again
    CHECK(office.last_event() == before + 2);
  }
}

TEST_CASE("versions have no gaps, and what was used is never changed") {
  for (const DocumentKindCase& kind : document_kinds()) {
    CAPTURE(std::string(kind.noun));
    Office office;
    const auto put = [&](const Json& json) { return kind.put(office, json); };
    office.add_customer("a", "北京", 100);
    office.add_manager("m1", "senior", "北京", 10);
    Json other = kind.document;
    other["code"] = "other";
    Refusal refusal = refusal_of([&] { put(numbered(other, 2)); });
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/version");

    put(kind.document);
    CHECK(put(numbered(named(kind.document, "changed"), 1)) == 1);  // not used yet: replaced
    refusal = refusal_of([&] { put(numbered(kind.document, 3)); });
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/version");
    if (kind.noun == std::string_view("policy")) office.review("2024-01-01");
    kind.use(office);
    const std::int64_t before = office.last_event();
    refusal = refusal_of([&] { put(numbered(kind.document, 1)); });
    CHECK(refusal.code == Code::conflict);
    CHECK(refusal.path == "/version");
    CHECK(refusal.message.find("used") != std::string::npos);
    CHECK(office.last_event() == before);
    CHECK(put(numbered(named(kind.document, "changed"), 1)) == 1);
    CHECK(put(numbered(kind.document, 2)) == 2);
  }
}

TEST_CASE("codes are looked up by their folded form") {
  for (const DocumentKindCase& kind : document_kinds()) {
    CAPTURE(std::string(kind.noun));
    Office office;
    Json composed = kind.document;
    composed["code"] = "caf\u00e9";
    Json decomposed = kind.document;
    decomposed["code"] = "cafe\u0301";
    CHECK(kind.put(office, composed) == 1);
    CHECK(kind.put(office, decomposed) == 1);
    CHECK(kind.put(office, named(decomposed, "second")) == 2);
  }
}

TEST_CASE("a streak survives when the scheme is put again as it is") {
  const auto reviewed_twice = [](const std::function<void(World&)>& between) {
    World world;
    world.review("2023-12-01");
    CHECK(world.grade(12) == "A");
    world.review("2024-04-01");  // nothing was bought any more
    CHECK(world.explain(12)["streak"] == 1);
    between(world);
    world.review("2024-05-01");
    return world.grade(12);
  };
  CHECK(reviewed_twice([](World&) {}) == "B");
  CHECK(reviewed_twice([](World& world) { world.grading.put_scheme(kScheme); }) == "B");
  // Under another version it is counted anew.
  CHECK(reviewed_twice([](World& world) {
          world.grading.put_scheme(dump_json(named(parse_json(kScheme), "second")));
        }) == "A");
}
