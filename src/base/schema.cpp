#include "base/schema.hpp"

#include <cstdint>
#include <utility>

namespace crmcore::schema {
namespace {

Json typed(std::string_view type) {
  Json json = Json::object();
  json["type"] = type;
  return json;
}

}  // namespace

Json text() {
  return typed("string");
}

Json text(std::size_t bytes_max) {
  Json json = typed("string");
  json["maxLength"] = static_cast<std::int64_t>(bytes_max);
  json["maxBytes"] = static_cast<std::int64_t>(bytes_max);
  return json;
}

Json date() {
  Json json = typed("string");
  json["format"] = "date";
  return json;
}

Json day() {
  Json json = typed("string");
  // A format of ours, which validators pass over (docs/c-api.md).
  json["format"] = "day";
  return json;
}

Json integer() {
  return typed("integer");
}

Json integer(std::int64_t min, std::int64_t max) {
  Json json = typed("integer");
  json["minimum"] = min;
  json["maximum"] = max;
  return json;
}

Json number() {
  return typed("number");
}

Json number(double min, double max) {
  Json json = typed("number");
  json["minimum"] = min;
  json["maximum"] = max;
  return json;
}

Json boolean() {
  return typed("boolean");
}

Json word(std::span<const std::string_view> words) {
  Json list = Json::array();
  for (const std::string_view one : words) list.push_back(one);
  Json json = typed("string");
  json["enum"] = std::move(list);
  return json;
}

Json list(Json items) {
  Json json = typed("array");
  json["items"] = std::move(items);
  return json;
}

Json list(Json items, std::size_t count_max) {
  Json json = list(std::move(items));
  json["maxItems"] = static_cast<std::int64_t>(count_max);
  return json;
}

Json map(Json values) {
  Json json = typed("object");
  json["additionalProperties"] = std::move(values);
  return json;
}

Json nullable(Json schema) {
  return any_of({std::move(schema), nothing()});
}

Json nothing() {
  return typed("null");
}

Json reference(std::string_view document) {
  Json json = Json::object();
  json["$ref"] = std::string("#/documents/").append(document);
  return json;
}

Json any_of(std::initializer_list<Json> forms) {
  Json list = Json::array();
  for (const Json& form : forms) list.push_back(form);
  Json json = Json::object();
  json["anyOf"] = std::move(list);
  return json;
}

Json about(std::string_view description, Json schema) {
  schema["description"] = description;
  return schema;
}

Json object(std::initializer_list<Member> members) {
  Json json = typed("object");
  json["properties"] = Json::object();
  json["required"] = Json::array();
  return extended(std::move(json), members);
}

Json extended(Json object, std::initializer_list<Member> members) {
  for (const Member& member : members) {
    object["properties"][member.name] = member.schema;
    if (!member.is_optional) object["required"].push_back(member.name);
  }
  return object;
}

Json without(Json object, std::string_view member) {
  object["properties"].erase(member);
  Json required = Json::array();
  for (const Json& name : object["required"]) {
    if (name != member) required.push_back(name);
  }
  object["required"] = std::move(required);
  return object;
}

}  // namespace crmcore::schema
