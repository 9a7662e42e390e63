// A reader of JSON objects that knows the path of every field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/date.hpp"
#include "crmcore/error.hpp"

#include "base/json.hpp"

namespace crmcore {

// More violations than this are not collected from one input.
inline constexpr std::size_t kDiagnosticsMax = 100;

// Reads the members of one JSON object, collecting every violation instead of stopping at the first.
// A member that is absent or null reads as nothing; a member never read is refused by finish().
// Example:
//   std::vector<Diagnostic> found;
//   ObjectReader in(json, "", found);
//   auto name = in.require_text("name", 512);
//   auto limit = in.integer("limit", 1, 10000);
//   in.finish();
//   throw_if_any(std::move(found));
// Members that fail read as nothing (optional readers) or as an empty value (require_ readers).
class ObjectReader {
 public:
  // `json` and `found` must outlive the reader. Reports when `json` is not an object.
  ObjectReader(const Json& json, std::string path, std::vector<Diagnostic>& found);

  bool has(std::string_view key) const;      // present, null included
  bool is_null(std::string_view key) const;  // present and null
  // The raw member, counted as read; nullptr when absent.
  const Json* raw(std::string_view key);
  std::string path_of(std::string_view key) const { return join_path(path_, key); }
  const std::string& path() const { return path_; }
  // The violations so far, for the reader of a member that is an object itself.
  std::vector<Diagnostic>& found() const { return found_; }

  std::optional<std::string> text(std::string_view key, std::size_t bytes_max);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view key, double min, double max);
  std::optional<bool> boolean(std::string_view key);
  std::optional<Date> date(std::string_view key);
  // One of the named words; the result is its index in `words`.
  std::optional<std::size_t> word(std::string_view key, std::initializer_list<std::string_view> words);

  std::string require_text(std::string_view key, std::size_t bytes_max);
  std::int64_t require_integer(std::string_view key, std::int64_t min, std::int64_t max);
  double require_number(std::string_view key, double min, double max);
  Date require_date(std::string_view key);
  std::size_t require_word(std::string_view key, std::initializer_list<std::string_view> words);

  // Calls `each(element, path_of_element)` for every element of an array member; absent is empty.
  template <class Each>
  void each(std::string_view key, std::size_t count_max, const Each& each) {
    const Json* array = container(key, count_max, true);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size(); ++i) each((*array)[i], join_path(path_of(key), i));
  }
  // The same, and a violation when the member is absent.
  template <class Each>
  void require_each(std::string_view key, std::size_t count_max, const Each& each) {
    require_array(key, count_max);
    this->each(key, count_max, each);
  }
  // Calls `each(name, value, path)` for every member of an object member; absent is empty.
  template <class Each>
  void each_member(std::string_view key, std::size_t count_max, const Each& each) {
    const Json* object = container(key, count_max, false);
    if (object == nullptr) return;
    for (const auto& [name, value] : object->items()) each(name, value, join_path(path_of(key), name));
  }

  // Adds a violation at a member.
  void fail(Code code, std::string_view key, std::string message);
  // Refuses every member that was not read: "unknown field; allowed: a, b, c".
  void finish();

 private:
  const Json* value_of(std::string_view key);  // counted as read; nullptr when absent or null
  void require(std::string_view key, std::string_view what);
  void require_array(std::string_view key, std::size_t count_max);
  const Json* container(std::string_view key, std::size_t count_max, bool is_array);
  void report(Code code, std::string path, std::string message);

  const Json& json_;
  std::string path_;
  std::vector<Diagnostic>& found_;
  std::vector<std::string> read_;
};

}  // namespace crmcore
