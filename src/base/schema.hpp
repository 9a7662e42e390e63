// JSON Schemas (draft 2020-12) of what the gateway takes and answers, put together from typed parts.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "base/json.hpp"

namespace crmcore::schema {

Json text();
// At most `bytes_max` bytes. JSON Schema counts characters, so "maxLength" refuses no text that the reader
// takes, and "maxBytes", a word of ours that validators pass over, says what holds.
Json text(std::size_t bytes_max);
Json date();
// A date, or an instant that is converted to one.
Json day();
Json integer();
Json integer(std::int64_t min, std::int64_t max);
Json number();
Json number(double min, double max);
Json boolean();
// One of the words.
Json word(std::span<const std::string_view> words);
template <class Enum>
Json word() {
  static constexpr auto kWords = words_of(Enum{});
  return word(kWords);
}
Json list(Json items);
Json list(Json items, std::size_t count_max);
// An object whose members have names of their own: codes, grades.
Json map(Json values);
// The same, or null.
Json nullable(Json schema);
Json nothing();
// A schema that the description as a whole keeps, under "documents": "scheme", "policy", or "json" for what
// may be any JSON.
Json reference(std::string_view document);
// One of several forms.
Json any_of(std::initializer_list<Json> forms);
// With a description.
Json about(std::string_view description, Json schema);

struct Member {
  std::string_view name;
  Json schema;
  bool is_optional = false;
};
inline Member optional(std::string_view name, Json schema) {
  return {name, std::move(schema), true};
}
// An object that is answered: always with the members that are not optional, perhaps with more.
Json object(std::initializer_list<Member> members);
// The same with the members of another behind its own.
Json extended(Json object, std::initializer_list<Member> members);
// The same but for one of its members.
Json without(Json object, std::string_view member);

}  // namespace crmcore::schema
