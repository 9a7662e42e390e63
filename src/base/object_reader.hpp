// Reading the members of a JSON object: every field with its path, all violations collected. The same calls
// describe the object when the reader is made for a schema, so that what is published is what is read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"
#include "crmcore/words.hpp"

#include "base/function_ref.hpp"
#include "base/json.hpp"
#include "base/zone.hpp"

namespace crmcore {

// A member that is absent or null reads as nothing, but see absent_keeps(); a member never read is refused by
// finish().
// Example:
//   std::vector<Diagnostic> found;
//   ObjectReader in(json, "", found);
//   auto name = in.require_text("name", 512);
//   auto limit = in.integer_or("limit", 1, 10000, 50);
//   in.finish();
//   throw_if_any(std::move(found));
// Members that fail read as nothing (optional readers), as their default (…_or) or as an empty value
// (require_ readers).
//
// A function that reads must call the same readers whatever they return: only then does it describe itself.
class ObjectReader {
 public:
  // `json` and `found` must outlive the reader. Reports when `json` is not an object.
  ObjectReader(const Json& json, std::string path, std::vector<Diagnostic>& found);
  // Describes: makes `schema` the JSON Schema of the object that would be read. Every reader returns as if
  // its member were absent; a list or an object is read once, to describe its element. Nothing is a
  // violation.
  explicit ObjectReader(Json& schema);
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  // True while a schema is being made: for the rare reader that needs what it has read.
  bool is_describing() const noexcept { return schema_ != nullptr; }

  bool has(std::string_view key) const;      // present, and not null
  bool is_null(std::string_view key) const;  // present and null
  // The raw member, counted as read; nullptr when absent. It does not describe itself: see value().
  const Json* raw(std::string_view key);
  // The same, described by `schema`.
  const Json* value(std::string_view key, const Json& schema);
  const Json* require_value(std::string_view key, const Json& schema);
  std::string path_of(std::string_view key) const { return join_path(path_, key); }
  const std::string& path() const { return path_; }
  // The violations so far, for the reader of a member that is an object itself.
  std::vector<Diagnostic>& found() const { return *found_; }
  // For what is put, where what is absent stays as it is: from here on, and in the objects below, null is
  // refused with its path unless a clearable_ reader takes it.
  void absent_keeps();
  // The zone of day() and require_day(), here and in the objects below; must outlive the reader. Else UTC.
  void set_zone(const Zone* zone) noexcept { zone_ = zone; }
  const Zone* zone() const noexcept { return zone_; }
  // Says what the next member is about.
  ObjectReader& about(std::string_view description) {
    about_ = description;
    return *this;
  }

  std::optional<std::string> text(std::string_view key, std::size_t bytes_max);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view key, double min, double max);
  std::optional<bool> boolean(std::string_view key);
  std::optional<Date> date(std::string_view key) { return read_date(key, false); }
  // A date, or an instant as feeds tell it, which is the day in the reader's zone (base/moment.hpp).
  std::optional<Date> day(std::string_view key) { return read_date(key, true); }
  // One of the named words; the result is its index in `words`.
  std::optional<std::size_t> word(std::string_view key, std::span<const std::string_view> words);
  std::optional<std::size_t> word(std::string_view key, std::initializer_list<std::string_view> words) {
    return word(key, std::span(words.begin(), words.size()));
  }

  // Absent: nothing. Null, which clears: a value that is none, an empty text, the `cleared` word.
  std::optional<std::string> clearable_text(std::string_view key, std::size_t bytes_max);
  std::optional<std::optional<std::int64_t>> clearable_integer(std::string_view key, std::int64_t min,
                                                               std::int64_t max);
  std::optional<std::optional<Date>> clearable_date(std::string_view key);
  template <class Enum>
  std::optional<Enum> clearable_word(std::string_view key, Enum cleared) {
    if (take_null(key)) return cleared;
    const auto given = word<Enum>(key);
    describe_nullable(key);
    return given;
  }

  std::int64_t integer_or(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t otherwise);
  bool boolean_or(std::string_view key, bool otherwise);
  std::string text_or(std::string_view key, std::size_t bytes_max, std::string_view otherwise);

  std::string require_text(std::string_view key, std::size_t bytes_max);
  std::int64_t require_integer(std::string_view key, std::int64_t min, std::int64_t max);
  double require_number(std::string_view key, double min, double max);
  Date require_date(std::string_view key);
  Date require_day(std::string_view key);
  std::size_t require_word(std::string_view key, std::span<const std::string_view> words);
  std::size_t require_word(std::string_view key, std::initializer_list<std::string_view> words) {
    return require_word(key, std::span(words.begin(), words.size()));
  }

  // The value of an enum by its word (crmcore/words.hpp).
  template <class Enum>
  std::optional<Enum> word(std::string_view key) {
    const auto index = word(key, std::span<const std::string_view>(words_of(Enum{})));
    return index ? std::optional(static_cast<Enum>(*index)) : std::nullopt;
  }
  template <class Enum>
  Enum word_or(std::string_view key, Enum otherwise) {
    set_default(key, word_of(otherwise));
    return word<Enum>(key).value_or(otherwise);
  }
  template <class Enum>
  Enum require_word(std::string_view key) {
    return static_cast<Enum>(require_word(key, std::span<const std::string_view>(words_of(Enum{}))));
  }

  // Reads every element of an array member by `read(ObjectReader&)`, each refusing what it does not know;
  // absent is empty.
  template <class Read>
  auto objects(std::string_view key, std::size_t count_max, Read read) {
    std::vector<decltype(read(*this))> list;
    each_object(key, count_max, false, [&](ObjectReader& in) { list.push_back(read(in)); });
    return list;
  }
  template <class Read>
  auto require_objects(std::string_view key, std::size_t count_max, Read read) {
    std::vector<decltype(read(*this))> list;
    each_object(key, count_max, true, [&](ObjectReader& in) { list.push_back(read(in)); });
    return list;
  }
  // Reads a member that is an object itself by `read(ObjectReader&)`.
  template <class Read>
  auto object(std::string_view key, Read read) {
    std::optional<decltype(read(*this))> result;
    one_object(key, [&](ObjectReader& in) { result.emplace(read(in)); });
    return result;
  }
  std::vector<std::string> texts(std::string_view key, std::size_t count_max, std::size_t bytes_max);
  std::vector<std::string> require_texts(std::string_view key, std::size_t count_max, std::size_t bytes_max);

  using Each = FunctionRef<void(const Json&, const std::string&)>;
  using EachMember = FunctionRef<void(const std::string&, const Json&, const std::string&)>;
  // Calls `each(element, path_of_element)` for every element of an array member; absent is empty. Like
  // raw(), each() and each_member() do not describe their elements unless a schema says what they are.
  void each(std::string_view key, std::size_t count_max, Each each);
  void each(std::string_view key, std::size_t count_max, const Json& schema, Each each);
  // The same, and a violation when the member is absent.
  void require_each(std::string_view key, std::size_t count_max, Each each);
  // Calls `each(name, value, path)` for every member of an object member; absent is empty.
  void each_member(std::string_view key, std::size_t count_max, EachMember each);
  void each_member(std::string_view key, std::size_t count_max, const Json& schema, EachMember each);

  // Adds a violation at a member; nothing where there is no object that could have one.
  void fail(Code code, std::string_view key, std::string message);
  // Refuses every member that was not read: "unknown field; allowed: a, b, c".
  void finish();

 private:
  ObjectReader(const Json* json, Json* schema, std::string path, std::vector<Diagnostic>* found);

  const Json* find(std::string_view key) const;
  const Json* value_of(std::string_view key);  // counted as read; nullptr when absent or null
  bool take_null(std::string_view key);        // counted as read; true when present and null
  std::optional<Date> read_date(std::string_view key, bool may_have_time);
  void require(std::string_view key, std::string_view what);
  const Json* container(std::string_view key, std::size_t count_max, bool is_array);
  void each_object(std::string_view key, std::size_t count_max, bool is_required,
                   FunctionRef<void(ObjectReader&)> read);
  void one_object(std::string_view key, FunctionRef<void(ObjectReader&)> read);
  void report(Code code, std::string path, std::string message);
  // What was said of all that lies below holds for a reader of it.
  void hand_down(ObjectReader& below) const;

  // Describing.
  void describe(std::string_view key, Json schema);
  void describe_required(std::string_view key);
  void describe_nullable(std::string_view key);
  void set_default(std::string_view key, const Json& value);

  const Json* json_;        // nullptr while describing
  Json* schema_ = nullptr;  // nullptr while reading
  std::string path_;
  std::vector<Diagnostic>* found_;  // nullptr while describing
  std::vector<std::string> read_;
  std::string_view about_;
  bool refuses_null_ = false;
  const Zone* zone_ = nullptr;
};

}  // namespace crmcore
