// The frame is literal; the kinds of metric, scale and cut add their own parameters, so that a new kind is
// described where it is defined. A schema cannot say what members say against each other: parse_scheme()
// refuses more, never less. tests/python/scheme_schema.py compares both over
// tests/grading/scheme_cases.json.
#include "grading/scheme_schema.hpp"

#include "base/format.hpp"
#include "base/json.hpp"
#include "grading/cut.hpp"
#include "grading/metric.hpp"
#include "grading/registry.hpp"
#include "grading/scale.hpp"
#include "grading/scheme.hpp"

namespace crmcore::grading {
namespace {

constexpr std::string_view kWindow = R"("window": {"oneOf": [
  {"type": "object", "required": ["kind", "months"], "additionalProperties": false, "properties":
    {"kind": {"const": "rolling"}, "months": {"type": "integer", "minimum": 1, "maximum": 120}}},
  {"type": "object", "required": ["kind", "unit"], "additionalProperties": false, "properties":
    {"kind": {"enum": ["calendar", "fiscal"]}, "unit": {"enum": ["month", "quarter", "year"]},
     "count": {"type": "integer", "minimum": 1, "default": 1}}},
  {"type": "object", "required": ["kind"], "additionalProperties": false, "properties":
    {"kind": {"const": "lifetime"}}}]})";

// Stands for @value@.
constexpr std::string_view kValue = R"({"type": ["number", "string"], "pattern": "^-?[0-9]+([.][0-9]+)?$",
  "description": "in the metric's unit (x-unit). Money: a number in minor units (fen, cents), or a text in units of the currency, \"10000.00\""})";

Json parse_with_values(std::string_view text) {
  constexpr std::string_view kMark = "@value@";
  std::string whole(text);
  for (std::size_t at = whole.find(kMark); at != std::string::npos;
       at = whole.find(kMark, at + kValue.size()))
    whole.replace(at, kMark.size(), kValue);
  return parse_json(whole);
}

constexpr std::string_view kFrame = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "crmcore grading scheme",
  "type": "object",
  "additionalProperties": false,
  "required": ["code", "factors", "cut"],
  "properties": {
    "code": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "\\S"},
    "version": {"type": "integer", "minimum": 1, "maximum": 1000000,
      "description": "the next one of this code when it is put; absent: that one"},
    "name": {"type": "string", "maxLength": 512},
    "subject": {"type": "string", "pattern": "^[a-z_]{1,32}$", "default": "customer"},
    "population": {"type": "object", "additionalProperties": false, "properties": {
      "status": {"type": "array", "minItems": 1, "uniqueItems": true,
        "items": {"enum": ["prospect", "existing"]}, "default": ["existing"]},
      "classes": {"type": "array", "maxItems": 12, "items": {"type": "object",
        "additionalProperties": false, "required": ["axis", "nodes"], "properties": {
          "axis": {"type": "string"},
          "nodes": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"type": "string"}}}}}}},
    "grades": {"type": "object", "additionalProperties": false, "properties": {
      "order": {"type": "array", "minItems": 2, "maxItems": 26, "uniqueItems": true,
        "items": {"type": "string", "minLength": 1, "maxLength": 64}, "default": ["A", "B", "C"]},
      "blocked": {"type": "string", "minLength": 1, "maxLength": 64, "default": "X"}}},
    "calendar": {"type": "object", "additionalProperties": false, "required": ["timezone"], "properties": {
      "timezone": {"type": "string", "minLength": 1, "maxLength": 64},
      "fiscal_month": {"type": "integer", "minimum": 1, "maximum": 12}}},
    "reviews": {"type": "object", "additionalProperties": false, "required": ["first", "every_months"],
      "properties": {"first": {"type": "string", "format": "date"},
        "every_months": {"type": "integer", "minimum": 1, "maximum": 120}}},
    "returns": {"enum": ["gross", "net_own", "net_original"]},
    "money_digits": {"type": "integer", "minimum": 0, "maximum": 6,
      "description": "decimals of amounts; absent: those of the archive's currency"},
    "factors": {"type": "array", "minItems": 1, "maxItems": 64, "items": {"type": "object",
      "additionalProperties": false, "required": ["code", "metric"],
      "dependentRequired": {"weight": ["scale"], "scale": ["weight"]},
      "if": {"required": ["missing"], "properties": {"missing": {"const": "fixed"}}},
      "then": {"required": ["missing_score"]},
      "else": {"properties": {"missing_score": false}},
      "properties": {
        "code": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "\\S"},
        "metric": {"oneOf": []},
        "direction": {"enum": ["higher", "lower"], "default": "higher"},
        "weight": {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
        "scale": {"oneOf": []},
        "missing": {"enum": ["reweight", "fixed", "worst", "ungraded"]},
        "missing_score": {"type": "number", "minimum": 0, "maximum": 100}}}},
    "coverage_min": {"type": "number", "minimum": 0, "maximum": 100, "default": 0},
    "cut": {"oneOf": []},
    "caps": {"type": "array", "maxItems": 64, "items": {"type": "object", "additionalProperties": false,
      "required": ["factor", "grade"],
      "anyOf": [{"required": ["below"]}, {"required": ["above"]}, {"required": ["when_missing"]}],
      "properties": {"factor": {"type": "string"},
        "below": @value@, "above": @value@, "when_missing": {"type": "boolean"},
        "grade": {"type": "string"}}}},
    "movement": {"type": "object", "additionalProperties": false, "properties": {
      "up": {"type": "object", "additionalProperties": false, "properties": {
        "streak": {"type": "integer", "minimum": 1, "maximum": 24, "default": 1},
        "max_steps": {"type": "integer", "minimum": 1, "maximum": 25, "default": 1}}},
      "down": {"type": "object", "additionalProperties": false, "properties": {
        "streak": {"type": "integer", "minimum": 1, "maximum": 24, "default": 2},
        "max_steps": {"type": "integer", "minimum": 1, "maximum": 25, "default": 1}}},
      "dwell_months": {"type": "integer", "minimum": 0, "maximum": 120, "default": 0},
      "grace_months": {"type": "integer", "minimum": 0, "maximum": 120, "default": 0},
      "warning_months": {"type": "integer", "minimum": 0, "maximum": 120, "default": 1}}}
  }
})";

// One alternative of a "oneOf": the registry's row with its parameters. A parameter that says "required":
// true must be given.
template <class Kind>
Json alternative(const Kind& kind, std::string_view more) {
  std::string properties(kind.parameters);
  if (!more.empty()) properties += fmt::format("{}{}", properties.empty() ? "" : ", ", more);
  Json json = Json::object();
  json["description"] = fmt::format("{}: {}", kind.summary, kind.formula);
  json["type"] = "object";
  json["additionalProperties"] = false;
  json["required"] = Json::array({"kind"});
  json["properties"]["kind"]["const"] = kind.id;
  json["properties"]["version"]["const"] = kind.version;
  const Json parameters = parse_with_values(fmt::format("{{{}}}", properties));
  for (const auto& [name, value] : parameters.items()) {
    Json property = value;
    if (property.erase("required")) json["required"].push_back(name);
    json["properties"][name] = std::move(property);
  }
  return json;
}

}  // namespace

Json scheme_schema() {
  Json schema = parse_with_values(kFrame);
  Json& factor = schema["properties"]["factors"]["items"]["properties"];
  for (const MetricKind* kind : metric_kinds()) {
    Json one = alternative(*kind, kind->has_window ? kWindow : std::string_view());
    one["x-unit"] = word_of(kind->unit);
    if (kind->has_window) one["required"].push_back("window");
    factor["metric"]["oneOf"].push_back(std::move(one));
  }
  for (const ScaleKind* kind : scale_kinds()) factor["scale"]["oneOf"].push_back(alternative(*kind, {}));
  for (const CutKind* kind : cut_kinds()) {
    schema["properties"]["cut"]["oneOf"].push_back(alternative(*kind, {}));
  }
  return schema;
}

}  // namespace crmcore::grading
