#include "columns.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "guard.hpp"

namespace crmcore::c {

void Columns::add_texts(std::string_view name, const char* const* texts, const std::int64_t* sizes) {
  Column column(name);
  std::size_t bytes = 0;
  for (std::size_t row = 0; row < row_count_; ++row) {
    bytes += element(texts, sizes, row, "texts").value_or("").size();
  }
  column.bytes = std::make_unique<char[]>(bytes + 1);  // one more, so that an empty text has an address
  column.texts.reserve(row_count_);
  char* end = column.bytes.get();
  for (std::size_t row = 0; row < row_count_; ++row) {
    const auto text = element(texts, sizes, row, "texts");
    column.texts.emplace_back(text ? std::string_view(end, text->size()) : std::string_view());
    if (text) end = std::copy(text->begin(), text->end(), end);
  }
  add(std::move(column));
}

void Columns::add_integers(std::string_view name, const std::int64_t* integers,
                           const std::uint8_t* are_present) {
  Column column(name);
  column.integers.assign(integers, integers + row_count_);
  if (are_present) column.are_present.assign(are_present, are_present + row_count_);
  add(std::move(column));
}

void Columns::add(Column column) {
  constexpr std::size_t kColumnsMax = 1000;
  if (columns_.size() == kColumnsMax) {
    throw Error(Code::limit, "at most " + std::to_string(kColumnsMax) + " columns are allowed", "/columns");
  }
  columns_.push_back(std::move(column));
}

std::vector<ImportColumn> Columns::views() const {
  std::vector<ImportColumn> views;
  views.reserve(columns_.size());
  for (const Column& column : columns_) {
    views.push_back({column.name, column.texts, column.integers, column.are_present});
  }
  return views;
}

#pragma GCC visibility push(default)
extern "C" {

int32_t crmcore_columns_new(int64_t row_count, crmcore_columns** columns, crmcore_error** error) {
  return guard(error, [&] {
    constexpr std::int64_t kRowsMax = 10'000'000;
    crmcore_columns*& out = required(columns, "columns");
    out = make<crmcore_columns>(checked_count(row_count, kRowsMax, "row_count"));
  });
}

int32_t crmcore_columns_add_text(crmcore_columns* columns, const char* name, int64_t name_size,
                                 const char* const* texts, const int64_t* sizes, crmcore_error** error) {
  return guard(error, [&] {
    const Use use(columns, "columns");
    const auto named = text(name, name_size, "name");
    use->add_texts(named, required_array(texts, use->row_count(), "texts"), sizes);
  });
}

int32_t crmcore_columns_add_int64(crmcore_columns* columns, const char* name, int64_t name_size,
                                  const int64_t* integers, const uint8_t* are_present,
                                  crmcore_error** error) {
  return guard(error, [&] {
    const Use use(columns, "columns");
    const auto named = text(name, name_size, "name");
    use->add_integers(named, required_array(integers, use->row_count(), "integers"), are_present);
  });
}

void crmcore_columns_free(crmcore_columns* columns) {
  free_handle(columns);
}

}  // extern "C"
#pragma GCC visibility pop
}  // namespace crmcore::c
