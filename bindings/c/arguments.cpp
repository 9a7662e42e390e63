#include "arguments.hpp"

#include <cstring>
#include <string>

namespace crmcore::c {
namespace {

// The bytes of a text; nothing when it is absent. `path` gives where it stands, when that is needed.
template <class Path>
std::optional<std::string_view> bytes_of(const char* data, std::int64_t size, std::int64_t size_max,
                                         Path path) {
  if (size < -1) {
    throw Misuse(
        CRMCORE_E_MISUSE_SIZE,
        "a size of " + std::to_string(size) + "; 0 or more, or -1 for a text that ends with NUL, is allowed",
        path());
  }
  if (!data) {
    if (size > 0) throw Misuse(CRMCORE_E_MISUSE_NULL, "a text with a size is NULL", path());
    return std::nullopt;
  }
  if (size == -1) size = static_cast<std::int64_t>(std::strlen(data));
  if (size > size_max) {
    throw Error(Code::limit,
                std::to_string(size) + " bytes; at most " + std::to_string(size_max) + " are allowed",
                path());
  }
  return std::string_view(data, static_cast<std::size_t>(size));
}

std::string_view present(const std::optional<std::string_view>& given, std::int64_t size, const char* name) {
  if (given) return *given;
  if (size != 0) throw_null(name);
  return "";
}

}  // namespace

std::optional<std::string_view> optional_text(const char* data, std::int64_t size, const char* name) {
  const auto given = bytes_of(data, size, kArgumentBytesMax, [&] { return path_of(name); });
  if (given) require_text(*given, static_cast<std::size_t>(kArgumentBytesMax), path_of(name));
  return given;
}

std::string_view text(const char* data, std::int64_t size, const char* name) {
  return present(optional_text(data, size, name), size, name);
}

std::string_view file_bytes(const char* data, std::int64_t size, const char* name) {
  return present(bytes_of(data, size, kFileBytesMax, [&] { return path_of(name); }), size, name);
}

std::optional<Date> optional_day(std::int32_t day, const char* name) {
  if (day == CRMCORE_NO_DAY) return std::nullopt;
  if (day < kDateMin.days || day > kDateMax.days) {
    throw Error(Code::range, "day " + std::to_string(day) + " lies outside the years 1 to 9999",
                path_of(name));
  }
  return Date{day};
}

std::size_t checked_count(std::int64_t given, std::int64_t count_max, const char* name) {
  if (given < 0) {
    throw Misuse(CRMCORE_E_MISUSE_SIZE, std::string("'") + name + "' is " + std::to_string(given),
                 path_of(name));
  }
  if (given > count_max) {
    throw Error(Code::limit,
                std::to_string(given) + "; at most " + std::to_string(count_max) + " are allowed at once",
                path_of(name));
  }
  return static_cast<std::size_t>(given);
}

std::optional<std::string_view> element(const char* const* texts, const std::int64_t* sizes,
                                        std::size_t index, const char* name) {
  return bytes_of(texts[index], sizes ? sizes[index] : -1, kArgumentBytesMax,
                  [&] { return element_path(name, index); });
}

std::string element_path(const char* name, std::size_t index) {
  return path_of(name) + "/" + std::to_string(index);
}

}  // namespace crmcore::c
