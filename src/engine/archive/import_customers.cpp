#include "engine/archive/import_customers.hpp"

#include "base/format.hpp"
#include "engine/archive/customer_rows.hpp"
#include "engine/archive/import_file.hpp"

namespace crmcore::engine {
namespace {

class FileRows final : public CustomerRows {
 public:
  FileRows(ImportFile& file, const Catalog& catalog, int currency_digits)
      : file_(file), currency_digits_(currency_digits) {
    for (const std::string& name : file.columns()) columns_.emplace_back(name, catalog, "/lines/1");
    file.require_column("code");
  }

  bool next() override { return file_.next(); }

  // A blank field says nothing about the customer.
  bool read(CustomerInput& input) override {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string_view text = file_.field(i);
      if (text.empty()) continue;
      if (const auto refusal = columns_[i].set(input, text, currency_digits_)) {
        fail(refusal->code, columns_[i].name(), fmt::format("'{}' is not {}", text, refusal->allowed));
        return false;
      }
    }
    return true;
  }

  void fail(Code code, std::string_view column, std::string_view message) override {
    file_.fail(code, column, message);
  }

 private:
  ImportFile& file_;
  int currency_digits_;
  std::vector<CustomerColumn> columns_;
};

}  // namespace

ImportResult import_customers(Session& session, const ByteSource& source, const ImportOptions& options) {
  WriteScope write(session);
  ImportFile file(session, source, options, ',');
  FileRows rows(file, session.catalog(), session.file().facts().currency_digits);
  put_rows(session, write, rows, file.result);
  if (!options.is_dry_run) write.commit();
  return std::move(file.result);
}

}  // namespace crmcore::engine
