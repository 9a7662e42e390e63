#include "base/json.hpp"

#include <algorithm>
#include <memory>

#include "crmcore/error.hpp"

namespace crmcore {

Json::Json(const char* text) : Json(own(text)) {}

Json::Json(Items items) {
  const bool is_object = std::all_of(items.begin(), items.end(), [](const Item& item) {
    const Json& value = item.value();
    return value.is_array() && value.size() == 2 && value[0].is_string();
  });
  *this = is_object ? object(items) : array(items);
}

Json::Json(const Json& other) : held_(other.held_) {
  // The kind last: until then there is nothing to give back.
  if (other.kind_ == Kind::text) held_.text = std::make_unique<std::string>(*other.held_.text).release();
  if (other.kind_ == Kind::array) {
    held_.elements = std::make_unique<Elements>(*other.held_.elements).release();
  }
  if (other.kind_ == Kind::object) held_.members = std::make_unique<Members>(*other.held_.members).release();
  kind_ = other.kind_;
}

Json& Json::operator=(const Json& other) {
  return *this = Json(other);
}

Json& Json::operator=(Json&& other) noexcept {
  // Through a third value: `other` may be a part of this one.
  Json taken(std::move(other));
  std::swap(held_, taken.held_);
  std::swap(kind_, taken.kind_);
  return *this;
}

Json Json::array(Items items) {
  Json json;
  json.become(Kind::array);
  json.held_.elements->reserve(items.size());
  for (const Item& item : items) json.held_.elements->push_back(item.take());
  return json;
}

Json Json::object(Items items) {
  Json json;
  json.become(Kind::object);
  json.held_.members->reserve(items.size());
  for (const Item& item : items) {
    Json pair = item.take();
    if (!pair.is_array() || pair.size() != 2) refuse("a pair of key and value");
    if (!json.contains(pair[0].text())) {
      json.held_.members->emplace_back(std::move(*pair[0].held_.text), std::move(pair[1]));
    }
  }
  return json;
}

Json Json::own(std::string text) {
  Json json;
  json.held_.text = std::make_unique<std::string>(std::move(text)).release();
  json.kind_ = Kind::text;
  return json;
}

void Json::refuse(const char* wanted) {
  throw Error(Code::internal, std::string("a JSON value is not ") + wanted);
}

bool Json::boolean() const {
  if (kind_ != Kind::boolean) refuse("true or false");
  return held_.boolean;
}

std::int64_t Json::integer() const {
  if (kind_ != Kind::integer) refuse("an integer");
  return held_.integer;
}

double Json::number() const {
  if (kind_ == Kind::integer) return static_cast<double>(held_.integer);
  if (kind_ != Kind::real) refuse("a number");
  return held_.real;
}

const std::string& Json::text() const {
  if (kind_ != Kind::text) refuse("a text");
  return *held_.text;
}

const Json::Elements& Json::elements() const {
  if (kind_ != Kind::array) refuse("an array");
  return *held_.elements;
}

Json::Elements& Json::elements() {
  if (kind_ != Kind::array) refuse("an array");
  return *held_.elements;
}

const Json::Members& Json::items() const {
  if (kind_ != Kind::object) refuse("an object");
  return *held_.members;
}

Json::Members& Json::items() {
  if (kind_ != Kind::object) refuse("an object");
  return *held_.members;
}

std::size_t Json::size() const noexcept {
  if (kind_ == Kind::array) return held_.elements->size();
  if (kind_ == Kind::object) return held_.members->size();
  return is_null() ? 0 : 1;
}

const Json* Json::find(std::string_view key) const noexcept {
  if (kind_ != Kind::object) return nullptr;
  for (const auto& [name, value] : *held_.members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Json* Json::find(std::string_view key) noexcept {
  return const_cast<Json*>(std::as_const(*this).find(key));
}

const Json& Json::operator[](std::string_view key) const {
  const Json* member = find(key);
  if (member == nullptr) refuse("an object with the member that is asked for");
  return *member;
}

Json& Json::operator[](std::string_view key) {
  become(Kind::object);
  if (Json* member = find(key)) return *member;
  return items().emplace_back(key, nullptr).second;
}

const Json& Json::operator[](std::size_t index) const {
  if (index >= elements().size()) refuse("an array with the element that is asked for");
  return (*held_.elements)[index];
}

Json& Json::operator[](std::size_t index) {
  return const_cast<Json&>(std::as_const(*this)[index]);
}

const Json& Json::back() const {
  return (*this)[elements().size() - 1];
}

void Json::update(const Json& other) {
  for (const auto& [key, value] : other.items()) (*this)[key] = value;
}

bool Json::erase(std::string_view key) {
  const auto has_key = [&](const auto& member) { return member.first == key; };
  return std::erase_if(items(), has_key) > 0;
}

bool operator==(const Json& left, const Json& right) noexcept {
  using Kind = Json::Kind;
  if (left.kind_ != right.kind_) {
    return left.is_number() && right.is_number() && left.number() == right.number();
  }
  switch (left.kind_) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return left.held_.boolean == right.held_.boolean;
    case Kind::integer:
      return left.held_.integer == right.held_.integer;
    case Kind::real:
      return left.held_.real == right.held_.real;
    case Kind::text:
      return *left.held_.text == *right.held_.text;
    case Kind::array:
      return *left.held_.elements == *right.held_.elements;
    case Kind::object:
      return *left.held_.members == *right.held_.members;
  }
  return false;
}

void Json::become(Kind kind) {
  if (!is_null()) return;
  if (kind == Kind::array) held_.elements = std::make_unique<Elements>().release();
  if (kind == Kind::object) held_.members = std::make_unique<Members>().release();
  kind_ = kind;
}

void Json::release() noexcept {
  if (kind_ == Kind::text) delete held_.text;
  if (kind_ == Kind::array) delete held_.elements;
  if (kind_ == Kind::object) delete held_.members;
}

}  // namespace crmcore
