// Checking and taking over what a caller passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/date.hpp"

#include "misuse.hpp"
#include "terms.hpp"

namespace crmcore::c {

// The parts of a document (a code, a name, a JSON request) are limited by the library; this is what is looked
// at.
inline constexpr std::int64_t kArgumentBytesMax = std::int64_t{64} << 20;
inline constexpr std::int64_t kFileBytesMax = std::int64_t{4} << 30;

// The text of a parameter; nothing when it is absent. Throws Misuse for a size below -1, Error at "/<name>":
// utf8, limit, invalid for a NUL inside.
std::optional<std::string_view> optional_text(const char* data, std::int64_t size, const char* name);
// The same where it may not be absent; NULL with size 0 is empty.
std::string_view text(const char* data, std::int64_t size, const char* name);
// A text of any encoding.
std::string_view file_bytes(const char* data, std::int64_t size, const char* name);

// A day; nothing for CRMCORE_NO_DAY. Throws Error(range) at "/<name>" outside the years 1 to 9999.
std::optional<Date> optional_day(std::int32_t day, const char* name);

// A number of elements; throws Misuse below 0, Error(limit) beyond `count_max`.
std::size_t checked_count(std::int64_t given, std::int64_t count_max, const char* name);
// One text of an array; nothing when it is absent. `sizes` is optional.
std::optional<std::string_view> element(const char* const* texts, const std::int64_t* sizes,
                                        std::size_t index, const char* name);
// Where it stands: "/codes/3".
std::string element_path(const char* name, std::size_t index);

// Options that are optional: their defaults when they are absent. What is no such JSON is told at "/options".
template <class Options>
Options options_of(const char* data, std::int64_t size, Options (*read)(std::string_view json)) {
  const auto json = optional_text(data, size, "options");
  return in_terms({{"", "/options"}}, [&] { return read(json.value_or("{}")); });
}

// Refuses NULL.
template <class T>
T& required(T* pointer, const char* name) {
  if (!pointer) throw_null(name);
  return *pointer;
}
// An array of `size` elements, which may be NULL when there are none.
template <class T>
T* required_array(T* pointer, std::size_t size, const char* name) {
  if (!pointer && size > 0) throw_null(name);
  return pointer;
}

}  // namespace crmcore::c
