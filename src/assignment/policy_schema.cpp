// The frame is described by the policy's own reader, the parameters of a rule by the rule's. A stage is one
// object with the members of all; which rule it names narrows the parameters ("oneOf"), so that no kind's
// parameters are written more than three times. Reader and schema refuse and accept the same, as far as a
// schema can say it: tests/python/policy_schema.py.
#include "assignment/policy_schema.hpp"

#include <algorithm>

#include "assignment/policy.hpp"
#include "assignment/registry.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"
#include "base/schema.hpp"

namespace crmcore::assignment {
namespace {

// One alternative: the rule, its version and its parameters.
Json alternative(const RuleKind& kind) {
  Json parameters = parameters_schema(kind);
  const bool needs_parameters = !parameters["required"].empty() || parameters.contains("anyOf");
  Json json = Json::object();
  json["description"] = kind.summary;
  json["properties"]["rule"]["const"] = kind.id;
  json["properties"]["version"]["const"] = kind.version;
  json["properties"]["params"] = std::move(parameters);
  if (needs_parameters) json["required"] = Json::array({"params"});
  if (kind.place == RulePlace::present) {
    json["properties"]["on_no_candidate"]["const"] = word_of(NoCandidate::next);
  }
  return json;
}

// An object that uses one of the rules that may stand in these places.
Json use_schema(std::initializer_list<RulePlace> places) {
  Json rules = Json::array();
  Json alternatives = Json::array();
  for (const RuleKind& kind : rule_kinds()) {
    if (std::find(places.begin(), places.end(), kind.place) == places.end()) continue;
    rules.push_back(kind.id);
    alternatives.push_back(alternative(kind));
  }
  Json json = Json::object();
  json["type"] = "object";
  json["properties"]["rule"]["enum"] = std::move(rules);
  json["properties"]["version"] = schema::integer();
  json["properties"]["version"]["default"] = 1;
  json["properties"]["params"]["type"] = "object";
  json["required"] = Json::array({"rule"});
  json["additionalProperties"] = false;
  json["oneOf"] = std::move(alternatives);
  return json;
}

// A list of names: at least one, none of them blank, none twice.
void refine_words(Json& schema, std::string_view key) {
  Json& words = schema["properties"][key];
  words["minItems"] = 1;
  words["uniqueItems"] = true;
  words["items"]["minLength"] = 1;
  words["items"]["pattern"] = "\\S";
  schema["required"].push_back(key);
}

}  // namespace

Json stage_schema() {
  Json json = use_schema({RulePlace::anywhere, RulePlace::choosing, RulePlace::stage, RulePlace::present});
  json["properties"]["requires"] =
      schema::about("must accept as well", schema::list(use_schema({RulePlace::anywhere}), kUsesMax));
  json["properties"]["prefers"] =
      schema::about("tried first, in this order, before those they reject",
                    schema::list(use_schema({RulePlace::anywhere, RulePlace::choosing}), kUsesMax));
  json["properties"]["on_no_candidate"] = schema::word<NoCandidate>();
  json["properties"]["on_no_candidate"]["default"] = word_of(NoCandidate::next);
  return json;
}

Json policy_schema() {
  Json read;
  ObjectReader in(read);
  static_cast<void>(read_policy(in));
  Json schema = Json::object();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "crmcore assignment policy";
  schema.update(read);
  schema["properties"]["code"]["minLength"] = 1;
  schema["properties"]["code"]["pattern"] = "\\S";
  refine_words(schema, "grades");
  refine_words(schema, "levels");
  schema["properties"]["stages"]["minItems"] = 1;
  schema["required"].push_back("stages");
  return schema;
}

}  // namespace crmcore::assignment
