// A file that is being imported: rows in constant memory, columns that are found once, values in the
// library's own forms.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmcore/import.hpp"

#include "base/csv.hpp"
#include "base/date_format.hpp"
#include "engine/archive/import_report.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

// What a column can be for.
struct ImportField {
  // How values may be written otherwise than the library has them.
  enum class Form { text, code, date, number, amount };

  std::string name;      // in mappings, and a heading
  std::string headings;  // ready ones beside the name, separated by '|'
  Form form = Form::text;
  std::string_view words{};  // "公司=company|个人=person": other words for those that it takes
};

// A column that is for a field whatever the mapping and the headings say.
struct NamedColumn {
  std::string heading;
  std::size_t field;
  bool is_required;
};

class ImportTable {
 public:
  // Reads the header line and finds what each column is for: by the mapping, else by name or ready heading.
  // Throws Error(invalid) at "/lines/1" for a duplicate or blank heading, two columns for one field, or
  // without a mapping a column for none when `is_closed`; at "/mapping/…" for a heading that the file or a
  // field that the import has not.
  ImportTable(Session& session, const ByteSource& source, const ImportOptions& options,
              std::vector<ImportField> fields, bool is_closed, const std::vector<NamedColumn>& named = {});

  // By its place in the list of fields.
  bool has(std::size_t field) const noexcept { return columns_[field].is_used; }
  // True where the caller or the mapping says so, and not a heading alone.
  bool is_told(std::size_t field) const noexcept { return columns_[field].is_told; }
  // As the file, or else the library, calls it.
  const std::string& heading(std::size_t field) const noexcept { return columns_[field].heading; }
  std::string heading_of(std::string_view name) const;
  // Throws Error(invalid) naming the columns there are.
  void require(std::size_t field) const;
  // The column is not used.
  void drop(std::size_t field);

  // Goes to the next row that the mapping lets through; false at the end. Rows that cannot be read are
  // reported and passed over; values that have no allowed form are faults.
  bool next();
  // The value in the library's own form; empty when the row says nothing of the field, or a fault.
  std::string_view text(std::size_t field) const noexcept { return columns_[field].text; }
  // As the file has it.
  std::string_view written(std::size_t field) const noexcept { return columns_[field].written; }
  std::int64_t line() const noexcept { return reader_.line(); }

  // What is wrong with the current row.
  std::vector<RowFault> faults;
  void refuse(std::size_t field, Code code, std::string message, std::string kind = {});
  // The value is taken, and told.
  void warn(std::size_t field, std::string message, std::string kind);
  // The value is malformed: "'x' is not a date".
  void refuse_form(std::size_t field, std::string_view allowed, Code code = Code::invalid);

  ImportReport report;
  // Last.
  ImportResult finish();

 private:
  static constexpr std::size_t kConstant = static_cast<std::size_t>(-1);
  struct Column {
    bool is_used = false;
    bool is_told = false;
    bool is_own_name = false;       // found by it
    std::size_t place = kConstant;  // in the row
    std::string heading;
    std::vector<DateFormat> dates;
    int power_of_ten = 0;
    std::map<std::string, std::string, std::less<>> words;  // folded
    std::string constant;
    std::string own;  // memory of `text` where it is not the file's
    std::string_view written;
    std::string_view text;
  };
  struct Filter {
    std::size_t place;
    std::vector<std::string> values;  // folded
  };

  void read_header();
  void plan_named(const std::vector<NamedColumn>& named);
  void plan_mapping();
  void plan_names();
  void plan_headings(bool is_closed);
  void plan_forms();
  void use(std::size_t field, std::size_t place, std::string heading);
  std::optional<std::size_t> find_heading(std::string_view heading) const;
  std::size_t require_heading(std::string_view heading, const std::string& path) const;
  std::size_t require_field(std::string_view name, const std::string& path) const;
  std::string field_names() const;
  bool read_row();
  bool is_blank_row() const;
  std::vector<std::pair<std::string, std::string>> row_as_it_is() const;
  bool is_let_through() const;
  void read_values();
  void read_value(std::size_t field);
  std::string_view written_in(std::size_t place) const;
  bool read_code(std::size_t field);
  bool read_date(std::size_t field);
  bool read_number(std::size_t field);
  std::string_view currency_of_row() const;

  Session& session_;
  const ImportOptions& options_;
  std::vector<ImportField> fields_;
  std::vector<Column> columns_;  // by field
  std::vector<std::size_t> used_;
  std::optional<std::size_t> currency_;  // the field that says in what the amounts of a row are
  std::vector<Filter> filters_;
  std::string encoding_;
  csv::Reader reader_;
  std::vector<std::string> headings_;  // of the file
  std::vector<bool> are_spoken_for_;   // columns that are used or ignored, by place
};

}  // namespace crmcore::engine
