// JSON at the boundary: the value, strict parsing and writing. Members are read by base/object_reader.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmcore {

// One JSON value. Members keep the order in which they were added, so that the same input gives the same
// bytes. An access that the kind of the value does not allow throws Error(internal): documents from outside
// are read by ObjectReader, which says what is wrong with them.
// Example:
//   Json json{{"code", "00123"}, {"grades", {"A", "B"}}};  // pairs that begin with a text are an object
//   json["total"] = 7;
//   dump_json(json) == R"({"code":"00123","grades":["A","B"],"total":7})"
// It is made for programs that run out of memory: giving it back never allocates and never fails.
class Json {
 public:
  class Item;  // one element of a braced list
  using Items = std::initializer_list<Item>;
  using Elements = std::vector<Json>;
  using Members = std::vector<std::pair<std::string, Json>>;

  Json() noexcept = default;  // null
  Json(std::nullptr_t) noexcept {}
  // Templates where an argument's conversion would choose the wrong one, as a pointer's to bool does.
  template <std::same_as<bool> Boolean>
  Json(Boolean value) noexcept : kind_(Kind::boolean) {
    held_.boolean = value;
  }
  // Throws Error(internal) for what no int64 holds.
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Json(Integer value)
  noexcept(sizeof(Integer) < 8 || std::is_signed_v<Integer>) : kind_(Kind::integer) {
    if constexpr (sizeof(Integer) == 8 && std::is_unsigned_v<Integer>) {
      if (value > static_cast<Integer>(INT64_MAX)) refuse("an integer of 64 bits");
    }
    held_.integer = static_cast<std::int64_t>(value);
  }
  template <std::floating_point Real>
  Json(Real value) noexcept : kind_(Kind::real) {
    held_.real = static_cast<double>(value);
  }
  Json(const char* text);
  template <std::same_as<std::string_view> Text>
  Json(Text text) : Json(own(std::string(text))) {}
  template <std::same_as<std::string> Text>
  Json(Text text) : Json(own(std::move(text))) {}
  template <class Element>
  requires std::constructible_from<Json, const Element&> Json(const std::vector<Element>& values)
      : Json(array()) {
    held_.elements->reserve(values.size());
    for (const Element& value : values) held_.elements->emplace_back(value);
  }
  // An object when every element is a pair that begins with a text, else an array. Of two equal keys the
  // first stays.
  Json(Items items);

  Json(const Json& other);
  Json(Json&& other) noexcept
      : held_(other.held_), kind_(std::exchange(other.kind_, Kind::null)) {}  // `other` becomes null
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json() {
    if (kind_ >= Kind::text) release();
  }

  static Json array(Items items = {});
  static Json object(Items items = {});

  bool is_null() const noexcept { return kind_ == Kind::null; }
  bool is_boolean() const noexcept { return kind_ == Kind::boolean; }
  bool is_number() const noexcept { return is_number_integer() || is_number_float(); }
  bool is_number_integer() const noexcept { return kind_ == Kind::integer; }
  bool is_number_float() const noexcept { return kind_ == Kind::real; }
  bool is_string() const noexcept { return kind_ == Kind::text; }
  bool is_array() const noexcept { return kind_ == Kind::array; }
  bool is_object() const noexcept { return kind_ == Kind::object; }

  // bool, std::int64_t, double (of integers too) or std::string.
  template <class Value>
  Value get() const {
    if constexpr (std::is_same_v<Value, bool>) {
      return boolean();
    } else if constexpr (std::is_same_v<Value, std::int64_t>) {
      return integer();
    } else if constexpr (std::is_same_v<Value, double>) {
      return number();
    } else {
      static_assert(std::is_same_v<Value, std::string>);
      return text();
    }
  }
  const std::string& text() const;
  const Elements& elements() const;
  Elements& elements();
  // Whoever adds members here answers for their keys being different.
  const Members& items() const;
  Members& items();

  // Null has none; what is no container counts as one.
  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  // The elements of an array; none for null.
  const Json* begin() const { return is_null() ? nullptr : elements().data(); }
  const Json* end() const { return is_null() ? nullptr : elements().data() + elements().size(); }
  Json* begin() { return is_null() ? nullptr : elements().data(); }
  Json* end() { return is_null() ? nullptr : elements().data() + elements().size(); }

  // The member, or nullptr when there is none; a value that is no object has none.
  const Json* find(std::string_view key) const noexcept;
  Json* find(std::string_view key) noexcept;
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
  // The member must be there.
  const Json& operator[](std::string_view key) const;
  // Adds the member as null when it is absent; null becomes an object.
  Json& operator[](std::string_view key);
  const Json& operator[](std::size_t index) const;
  Json& operator[](std::size_t index);
  const Json& back() const;

  // Null becomes an array, or an object.
  void push_back(Json value) { emplace_back(std::move(value)); }
  template <class Value>
  Json& emplace_back(Value&& value) {
    become(Kind::array);
    return elements().emplace_back(std::forward<Value>(value));
  }
  // Sets all members of another object.
  void update(const Json& other);
  // Takes a member out; false when there was none.
  bool erase(std::string_view key);

  // An integer equals the real of the same value; objects are equal in the same order only.
  friend bool operator==(const Json& left, const Json& right) noexcept;
  // For the messages of tests.
  friend std::ostream& operator<<(std::ostream& out, const Json& json);

 private:
  // Those from `text` on own what they point to.
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, array, object };
  union Held {
    std::int64_t integer;
    bool boolean;
    double real;
    std::string* text;
    Elements* elements;
    Members* members;
  };

  static Json own(std::string text);
  [[noreturn]] static void refuse(const char* wanted);
  bool boolean() const;
  std::int64_t integer() const;
  double number() const;
  void become(Kind kind);  // an empty container, when it is null
  void release() noexcept;

  Held held_{};
  Kind kind_ = Kind::null;
};

// Holds its value until the container takes it: the elements of an initializer_list cannot be moved from.
class Json::Item {
 public:
  Item() noexcept = default;
  Item(Items items) : value_(items) {}
  template <class Value>
  requires(!std::same_as<std::remove_cvref_t<Value>, Item> && std::constructible_from<Json, Value>)
      Item(Value&& value)
      : value_(std::forward<Value>(value)) {}

  const Json& value() const noexcept { return value_; }
  Json take() const noexcept { return std::move(value_); }

 private:
  mutable Json value_;
};

// Appends a member or index to a JSON Pointer, escaping '~' and '/'.
std::string join_path(std::string_view path, std::string_view key);
std::string join_path(std::string_view path, std::size_t index);

}  // namespace crmcore

// Whoever has the value reads and writes it.
#include "base/json_parse.hpp"
#include "base/json_write.hpp"
