// Scheme documents: what is accepted comes back the same, what contradicts itself is refused with its places.
#include <doctest/doctest.h>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "grading/cut.hpp"
#include "grading/fixture.hpp"
#include "grading/metric.hpp"
#include "grading/registry.hpp"
#include "grading/scale.hpp"
#include "grading/scheme_schema.hpp"
#include "grading/scheme_write.hpp"

namespace crmcore::grading {
namespace {

// A document with everything, and what is to be refused of it: shared with tests/python/scheme_schema.py.
const Json& cases() {
  static const Json read = [] {
    std::ifstream file(CRMCORE_SOURCE_DIR "/tests/grading/scheme_cases.json");
    std::stringstream text;
    text << file.rdbuf();
    return parse_json(text.str());
  }();
  return read;
}

std::string full() {
  return dump_json(cases()["document"]);
}

TEST_CASE("a document comes back in its canonical form") {
  const Scheme scheme = scheme_of(full());
  const std::string canonical = dump_json(scheme_json(scheme));
  CHECK(dump_json(scheme_json(scheme_of(canonical))) == canonical);
  const Json json = parse_json(canonical);
  CHECK(json["factors"][0]["metric"]["version"] == 1);
  CHECK(json["factors"][0]["weight"] == 50.5);
  CHECK(json["factors"][2]["direction"] == "lower");
  CHECK(json["cut"]["thresholds"][1]["keep"] == 52.5);
  CHECK(json["movement"]["down"]["max_steps"] == 1);
  CHECK(scheme.grade_name(1) == "B");
  CHECK(scheme.grade_name(kBlocked) == "X");
  CHECK(scheme.grade_name(kUngraded).empty());
  CHECK(scheme.grade_named("X") == kBlocked);
  CHECK(!scheme.grade_named("Q"));
  CHECK(scheme.factor_named("credit") == 5);
}

// The canonical form, or where it is refused.
std::string outcome_of(const Json& document) {
  try {
    return dump_json(scheme_json(scheme_of(dump_json(document))));
  } catch (const Error& error) {
    return "refused";
  }
}

// Calls `each(path, set)` with each member of each object in turn; set(true) makes it null, set(false) takes
// it away.
void each_null(Json& place, const std::string& path,
               const std::function<void(const std::string&, const std::function<void(bool)>&)>& each) {
  if (place.is_array()) {
    for (std::size_t i = 0; i < place.size(); ++i) each_null(place[i], path + "/" + std::to_string(i), each);
    return;
  }
  if (!place.is_object()) return;
  std::vector<std::string> members;
  for (const auto& entry : place.items()) members.emplace_back(entry.first);
  for (const std::string& member : members) {
    const Json kept = place;
    each(path + "/" + member, [&](bool is_null) {
      place = kept;
      if (is_null) {
        place[member] = Json();
      } else {
        place.erase(member);
      }
    });
    place = kept;
    each_null(place[member], path + "/" + member, each);
  }
}

TEST_CASE("a member that is null is refused, or as one that is not there") {
  std::vector<Json> documents = {cases()["document"]};
  for (const char* cut : {R"({"kind": "pareto", "on": "f0", "cuts": [80, 95]})",
                          R"({"kind": "share", "on": "f0", "cuts": [20, 50]})"})
    documents.push_back(scheme_json(attribute_scheme({""}, cut)));
  for (Json document : documents) {
    int tried = 0;
    each_null(document, "", [&](const std::string& path, const auto& set) {
      CAPTURE(path);
      set(true);
      const std::string with_null = outcome_of(document);
      set(false);
      CHECK((with_null == "refused" || with_null == outcome_of(document)));
      ++tried;
    });
    CHECK(tried > 20);
  }
}

TEST_CASE("what is left out takes the documented defaults") {
  const Scheme scheme = attribute_scheme({""}, R"({"kind": "share", "on": "f0", "cuts": [20, 50]})");
  CHECK(scheme.subject == "customer");
  CHECK(scheme.grades == std::vector<std::string>{"A", "B", "C"});
  CHECK(scheme.blocked_grade == "X");
  CHECK(scheme.population.statuses == std::vector<CustomerStatus>{CustomerStatus::existing});
  CHECK(scheme.movement == MovementRules{});
  CHECK(scheme.movement.streak_up == 1);
  CHECK(scheme.movement.streak_down == 2);
  CHECK(parse_json(dump_json(scheme_json(scheme)))["cut"]["band"] == 2.5);
}

TEST_CASE("the JSON Schema names every kind") {
  const Json schema = scheme_schema();
  const Json& factor = schema["properties"]["factors"]["items"]["properties"];
  CHECK(factor["metric"]["oneOf"].size() == metric_kinds().size());
  CHECK(factor["scale"]["oneOf"].size() == scale_kinds().size());
  CHECK(schema["properties"]["cut"]["oneOf"].size() == cut_kinds().size());
}

// Goes one step of a JSON Pointer down; the element after the last is added.
Json& member_of(Json& parent, const std::string& key) {
  if (!parent.is_array()) return parent[key];
  const std::size_t index = std::stoul(key);
  return index == parent.size() ? parent.emplace_back(nullptr) : parent[index];
}

// Puts a value at a JSON Pointer of the full document; null removes what is there.
std::string with(const std::string& pointer, const Json& value) {
  Json json = cases()["document"];
  Json* parent = &json;
  std::stringstream steps(pointer.substr(1));
  std::string key;
  for (std::getline(steps, key, '/'); !steps.eof(); std::getline(steps, key, '/')) {
    parent = &member_of(*parent, key);
  }
  if (!value.is_null()) {
    member_of(*parent, key) = value;
  } else if (parent->is_array()) {
    parent->elements().erase(parent->elements().begin() + std::stol(key));
  } else {
    parent->erase(key);
  }
  return dump_json(json);
}

TEST_CASE("contradictions are refused, each with its code, its path and the other place") {
  const Json& refused = cases()["refused"];
  CHECK(refused.size() >= 90);
  CHECK(refusals(full()).empty());
  std::set<std::string> names;
  for (const Json& one : refused) {
    CAPTURE(one["what"].get<std::string>());
    CHECK(names.insert(one["what"].text()).second);
    const auto found = refusals(with(one["at"].text(), one["put"]));
    const std::string other = one.contains("names") ? one["names"].text() : std::string();
    const auto match = std::find_if(found.begin(), found.end(), [&](const Diagnostic& diagnostic) {
      return diagnostic.path == one["path"].get<std::string>() &&
             code_name(diagnostic.code) == one["code"].get<std::string>() &&
             diagnostic.message.find(other) != std::string::npos;
    });
    if (match == found.end()) {
      for (const Diagnostic& diagnostic : found) MESSAGE(diagnostic.path << ": " << diagnostic.message);
    }
    CHECK(match != found.end());
  }
}

TEST_CASE("numbers that are not finite are refused, though JSON has none") {
  for (const double value : {std::numeric_limits<double>::infinity(), kNaN}) {
    Json json = cases()["document"];
    json["factors"][6]["metric"]["r"] = value;
    CHECK_THROWS_AS(parse_scheme(json), Error);
  }
}

// `missing` was written for every factor, and decided nothing where only a cap reads the value.
TEST_CASE("what decides nothing is not written, and is read of stored documents only") {
  Json json = cases()["document"];
  json["factors"][5]["missing"] = "ungraded";
  CHECK_THROWS_AS(parse_scheme(json), Error);
  const Json written = scheme_json(parse_scheme(json, 2, true));
  CHECK(!written["factors"][5].contains("missing"));
  CHECK(written["factors"][4]["missing"] == "reweight");
  CHECK(dump_json(written) == dump_json(scheme_json(scheme_of(full()))));
}

TEST_CASE("all violations of a document are reported at once") {
  const auto found =
      refusals(R"({"code": "", "version": 0, "grades": {"order": ["A"]}, "factors": [{"code": "a"}],
    "cut": {"kind": "score", "thresholds": []}, "more": 1})");
  CHECK(found.size() >= 6);
  CHECK(refusals("[]").size() == 1);
  CHECK(refusals("{}").size() >= 3);
}

}  // namespace
}  // namespace crmcore::grading
