// Customers that come row by row, from a file or from columns, and are put into the archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crmcore/archive.hpp"

#include "engine/core/session.hpp"

namespace crmcore::engine {

// After so many rows of an import the host is told how far it is.
inline constexpr std::int64_t kRowsPerTick = 4096;

// Tells whether a column of this name is a field of every customer, as "name" is.
bool is_customer_field(std::string_view name) noexcept;

// What a column of an import fills in a customer: a field, an attribute, or the class on an axis.
class CustomerColumn {
 public:
  // Throws Error(invalid) at `path` when the name is none of them.
  CustomerColumn(std::string name, const Catalog& catalog, const std::string& path);

  const std::string& name() const noexcept { return name_; }
  bool is_code() const noexcept { return kind_ == Kind::code; }

  // Fill the customer; when the value is malformed or too large they tell instead what is allowed.
  struct Refusal {
    Code code;
    std::string allowed;
  };
  std::optional<Refusal> set(CustomerInput& input, std::string_view written, int currency_digits) const;
  std::optional<Refusal> set(CustomerInput& input, std::int64_t integer) const;

 private:
  enum class Kind { code, name, kind, short_name, since, axis, attribute };
  std::string name_;
  Kind kind_ = Kind::code;
  const storage::AttributeDefinitionRow* attribute_ = nullptr;
};

class CustomerRows {
 public:
  virtual ~CustomerRows() = default;
  // False at the end.
  virtual bool next() = 0;
  // Fills the input from the current row; false when a value is malformed (reported).
  virtual bool read(CustomerInput& input) = 0;
  // Reports the current row; throws it as an Error when failures are to stop the import.
  virtual void fail(Code code, std::string_view column, std::string_view message) = 0;
};

// Puts every row; all of it or, when a failure is thrown, nothing. Counts in `result`.
void put_rows(Session& session, WriteScope& write, CustomerRows& rows, ImportResult& result);

// Adds a failed row to the report; throws it as an Error when failures are to stop the import. `unit` is what
// the import counts: "line" or "row".
void report_failure(ImportResult& result, OnFailure on_failure, std::string_view unit, RowFailure failure);

}  // namespace crmcore::engine
