// Columns of values that a caller hands over: copies of its arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

#include "handles.hpp"

namespace crmcore::c {

class Columns {
 public:
  explicit Columns(std::size_t row_count) : row_count_(row_count) {}

  std::size_t row_count() const noexcept { return row_count_; }
  // Throw Error(limit) at "/columns".
  void add_texts(std::string_view name, const char* const* texts, const std::int64_t* sizes);
  void add_integers(std::string_view name, const std::int64_t* integers, const std::uint8_t* are_present);

  // Valid until the next one is added.
  std::vector<ImportColumn> views() const;

 private:
  struct Column {
    explicit Column(std::string_view named) : name(named) {}
    std::string name;
    std::unique_ptr<char[]> bytes;
    std::vector<std::string_view> texts;
    std::vector<std::int64_t> integers;
    std::vector<std::uint8_t> are_present;
  };

  void add(Column column);

  std::size_t row_count_;
  std::vector<Column> columns_;
};

}  // namespace crmcore::c

struct crmcore_columns final : crmcore::c::Shell<crmcore::c::Columns, crmcore::c::Kind::columns, true> {
  using Shell::Shell;
};
