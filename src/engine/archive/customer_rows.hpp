// Customers that come row by row, from a file or from columns, and are put into the archive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/archive.hpp"

#include "engine/archive/import_report.hpp"
#include "engine/archive/row_duplicates.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// Tells whether a column of this name is a field of every customer, as "name" is.
bool is_customer_field(std::string_view name) noexcept;

// "identifier.uscc".
std::string identifier_column(IdentifierKind kind);

// What a column of an import fills in a customer: a field, an attribute, an identifier, or the class on an
// axis.
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
  std::optional<Refusal> set(CustomerInput& input, std::string_view written, const ArchiveFacts& facts) const;
  std::optional<Refusal> set(CustomerInput& input, std::int64_t integer) const;

 private:
  enum class Kind { code, name, kind, short_name, since, axis, attribute, identifier };
  std::string name_;
  Kind kind_ = Kind::code;
  const storage::AttributeDefinitionRow* attribute_ = nullptr;
  IdentifierKind identifier_ = IdentifierKind::uscc;
};

class CustomerRows {
 public:
  virtual ~CustomerRows() = default;
  // False at the end.
  virtual bool next() = 0;
  // Line or row, from 1.
  virtual std::int64_t place() const = 0;
  // Fills the input from the current row; what is wrong with values is added to `faults`.
  virtual void read(CustomerInput& input, std::vector<RowFault>& faults) = 0;
  // The current row was put; `is_unchanged` where all was so before.
  virtual void done(const CustomerInput&, [[maybe_unused]] bool is_unchanged) {}
  // How the row's source calls what the input calls `name`: "name", "contact.phone", "identifier.uscc", an
  // axis or attribute.
  virtual std::string column_of(const std::string& name) const { return name; }
};

// Puts every row, and reports those that fail, each with all that is wrong with it; all of it or, when a
// failure is thrown, nothing. With `is_once` a customer is named by one row alone. `duplicates` may be
// nullptr.
void put_rows(Session& session, WriteScope& write, CustomerRows& rows, ImportReport& report, bool is_once,
              RowDuplicates* duplicates = nullptr);

}  // namespace crmcore::engine
