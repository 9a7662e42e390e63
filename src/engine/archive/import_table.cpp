// What a column is for is settled once, before the first row: by the mapping, then by name or ready heading
// for fields that the mapping does not mention. A value is brought into the library's own form here, so that
// the readers of all imports know one form only; a value that has that form already costs a look at it.
// tests/examples/exchange.py.
#include "engine/archive/import_table.hpp"

#include <algorithm>
#include <utility>

#include "base/decimal.hpp"
#include "base/diagnostics.hpp"
#include "base/encoding.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/moment.hpp"
#include "base/text.hpp"
#include "engine/archive/import_headings.hpp"

namespace crmcore::engine {
namespace {

constexpr std::size_t kOwnDateBytes = 10;  // YYYY-MM-DD

// Calls `take` for the parts between '|' until it says true; tells whether one did.
template <class Take>
bool any_part(std::string_view list, Take take) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('|'), list.size());
    if (take(list.substr(0, end))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::vector<DateFormat> date_formats(const std::vector<std::string>& forms, const std::string& path) {
  std::vector<DateFormat> formats;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    at_path(join_path(path + "/date_formats", i), [&] { formats.emplace_back(forms[i]); });
  }
  return formats;
}

bool is_named(const ImportField& field, std::string_view form) {
  const auto is_same = [&](std::string_view heading) { return heading_form(heading) == form; };
  return is_same(field.name) || any_part(field.headings, is_same);
}

}  // namespace

ImportTable::ImportTable(Session& session, const ByteSource& source, const ImportOptions& options,
                         std::vector<ImportField> fields, bool is_closed,
                         const std::vector<NamedColumn>& named)
    : report(options, ImportReport::Unit::line),
      session_(session),
      options_(options),
      fields_(std::move(fields)),
      columns_(fields_.size()),
      reader_(csv::decode(source, options.encoding, &encoding_), options.separator) {
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    columns_[field].heading = fields_[field].name;
    if (fields_[field].name == "currency") currency_ = field;
  }
  report.row = [this] { return row_as_it_is(); };
  read_header();
  plan_named(named);
  if (options_.mapping) plan_mapping();
  plan_names();
  plan_headings(is_closed);
  plan_forms();
}

void ImportTable::read_header() {
  if (!reader_.next()) throw Error(Code::invalid, "the file has no header line", "/lines/1");
  for (const std::string_view heading : reader_.fields())
    headings_.emplace_back(options_.is_lossless ? heading : csv::without_quote_sign(heading));
  if (options_.refusal_of_line) {
    if (const auto refusal = options_.refusal_of_line(reader_.line()))
      throw Error(Code::invalid, *refusal, "/lines/1");
  }
  // Spreadsheets write columns that were once used.
  while (headings_.size() > 1 && text::is_blank(headings_.back())) headings_.pop_back();
  if (headings_.size() == 1) require_divided(headings_.front(), options_.separator);
  are_spoken_for_.assign(headings_.size(), false);
  for (std::size_t place = 0; place < headings_.size(); ++place) {
    if (text::is_blank(headings_[place])) {
      throw Error(Code::invalid, fmt::format("column {} of the header is blank", place + 1), "/lines/1");
    }
    const auto end = headings_.begin() + static_cast<std::ptrdiff_t>(place);
    if (std::find(headings_.begin(), end, headings_[place]) != end) {
      throw Error(Code::invalid, fmt::format("the header names '{}' twice", headings_[place]), "/lines/1");
    }
  }
}

std::vector<std::pair<std::string, std::string>> ImportTable::row_as_it_is() const {
  std::vector<std::pair<std::string, std::string>> row;
  const auto& given = reader_.fields();
  for (std::size_t place = 0; place < std::max(headings_.size(), given.size()); ++place) {
    row.emplace_back(place < headings_.size() ? headings_[place] : std::string(),
                     place < given.size() ? std::string(given[place]) : std::string());
  }
  return row;
}

std::string ImportTable::field_names() const {
  std::string names;
  for (const ImportField& field : fields_) names += (names.empty() ? "" : ", ") + field.name;
  return names;
}

std::optional<std::size_t> ImportTable::find_heading(std::string_view heading) const {
  auto found = std::find(headings_.begin(), headings_.end(), heading);
  if (found == headings_.end()) {
    const std::string form = heading_form(heading);
    found = std::find_if(headings_.begin(), headings_.end(),
                         [&](const std::string& one) { return heading_form(one) == form; });
  }
  if (found == headings_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - headings_.begin());
}

std::size_t ImportTable::require_heading(std::string_view heading, const std::string& path) const {
  if (const auto place = find_heading(heading)) return *place;
  throw Error(Code::invalid,
              fmt::format("the file has no column '{}'; it has {}", heading, fmt::join(headings_, ", ")),
              path);
}

std::size_t ImportTable::require_field(std::string_view name, const std::string& path) const {
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    if (fields_[field].name == name) return field;
  }
  throw Error(Code::invalid, fmt::format("'{}' is none of {}", name, field_names()), path);
}

void ImportTable::use(std::size_t field, std::size_t place, std::string heading) {
  Column& column = columns_[field];
  if (column.is_used) {
    throw Error(Code::invalid,
                fmt::format("columns '{}' and '{}' are both for '{}'; ignore one of them in a mapping",
                            column.heading, heading, fields_[field].name),
                "/lines/1");
  }
  column.is_used = true;
  column.place = place;
  column.heading = std::move(heading);
  if (place != kConstant) are_spoken_for_[place] = true;
}

void ImportTable::plan_named(const std::vector<NamedColumn>& named) {
  for (const NamedColumn& one : named) {
    if (!one.is_required && !find_heading(one.heading)) continue;
    use(one.field, require_heading(one.heading, "/lines/1"), one.heading);
    columns_[one.field].is_told = true;
  }
}

void ImportTable::plan_mapping() {
  const ImportMapping& mapping = *options_.mapping;
  for (const ColumnMapping& given : mapping.columns) {
    const std::string path = join_path("/mapping/columns", given.heading);
    const std::size_t field = require_field(given.to, path);
    use(field, require_heading(given.heading, path), given.heading);
    Column& column = columns_[field];
    column.dates = date_formats(given.date_formats, path);
    column.is_told = true;
    column.power_of_ten = given.power_of_ten;
    for (const auto& [word, meant] : given.words) column.words.emplace(text::fold(word), meant);
  }
  for (const auto& [name, value] : mapping.constants) {
    const std::size_t field = require_field(name, join_path("/mapping/constants", name));
    use(field, kConstant, name);
    columns_[field].constant = value;
    columns_[field].is_told = true;
  }
  for (std::size_t i = 0; i < mapping.ignore.size(); ++i)
    are_spoken_for_[require_heading(mapping.ignore[i], join_path("/mapping/ignore", i))] = true;
  for (const auto& [heading, values] : mapping.only) {
    Filter filter{require_heading(heading, join_path("/mapping/only", heading)), {}};
    for (const std::string& value : values) filter.values.push_back(text::fold(value));
    filters_.push_back(std::move(filter));
  }
}

// A field's own name goes before ready headings.
void ImportTable::plan_names() {
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    if (columns_[field].is_used) continue;
    const auto place = find_heading(fields_[field].name);
    if (place && !are_spoken_for_[*place]) {
      use(field, *place, headings_[*place]);
      columns_[field].is_own_name = true;
    }
  }
}

void ImportTable::plan_headings(bool is_closed) {
  for (std::size_t place = 0; place < headings_.size(); ++place) {
    if (are_spoken_for_[place]) continue;
    const std::string form = heading_form(headings_[place]);
    std::string without_unit = form;
    const int power_of_ten = take_unit(without_unit);
    const auto is_meant = [&](const ImportField& field) {
      return is_named(field, field.form == ImportField::Form::amount ? without_unit : form);
    };
    const auto meant = std::find_if(fields_.begin(), fields_.end(), is_meant);
    if (meant != fields_.end()) {
      const auto field = static_cast<std::size_t>(meant - fields_.begin());
      if (columns_[field].is_told || columns_[field].is_own_name) continue;
      use(field, place, headings_[place]);
      columns_[field].power_of_ten = power_of_ten;
    } else if (is_closed && !options_.mapping) {
      throw Error(Code::invalid, fmt::format("column '{}' is none of {}", headings_[place], field_names()),
                  "/lines/1");
    }
  }
  // A row is also chosen by columns that are used for nothing else.
  for (const Filter& filter : filters_) are_spoken_for_[filter.place] = true;
}

void ImportTable::plan_forms() {
  std::vector<DateFormat> dates;
  if (options_.mapping) {
    dates = date_formats(options_.mapping->date_formats, "/mapping");
    if (dates.empty()) dates = plain_date_formats();
  }
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    Column& column = columns_[field];
    if (column.dates.empty()) column.dates = dates;
    any_part(fields_[field].words, [&](std::string_view part) {
      const std::size_t equals = part.find('=');
      column.words.emplace(text::fold(part.substr(0, equals)), part.substr(equals + 1));
      return false;
    });
    if (column.is_used) used_.push_back(field);
  }
}

std::string ImportTable::heading_of(std::string_view name) const {
  for (std::size_t field = 0; field < fields_.size(); ++field) {
    if (fields_[field].name == name) return columns_[field].heading;
  }
  return std::string(name);
}

void ImportTable::require(std::size_t field) const {
  if (columns_[field].is_used) return;
  throw Error(
      Code::invalid,
      fmt::format("the file has no column '{}'; it has {}", fields_[field].name, fmt::join(headings_, ", ")),
      "/lines/1");
}

void ImportTable::drop(std::size_t field) {
  Column& column = columns_[field];
  if (!column.is_used) return;
  if (column.place != kConstant) are_spoken_for_[column.place] = false;
  column.is_used = false;
  column.heading = fields_[field].name;
  column.text = column.written = {};
  std::erase(used_, field);
}

bool ImportTable::next() {
  while (read_row()) {
    if (is_blank_row()) continue;
    const std::size_t count = reader_.fields().size();
    const bool is_ragged =
        count < headings_.size() ||
        !std::all_of(reader_.fields().begin() + static_cast<std::ptrdiff_t>(headings_.size()),
                     reader_.fields().end(), text::is_blank);
    if (!is_ragged && !is_let_through()) {
      ++report.result.filtered;
      continue;
    }
    if (++report.result.rows % kRowsPerTick == 0) session_.tick(reader_.bytes_read(), 0);
    faults.clear();
    if (const auto refusal = options_.refusal_of_line ? options_.refusal_of_line(line()) : std::nullopt) {
      report.fail(line(), {{"", Code::invalid, *refusal, {}}});
      continue;
    }
    if (!is_ragged) {
      read_values();
      return true;
    }
    report.fail(
        line(),
        {{"", Code::invalid, fmt::format("{} fields where the header has {}", count, headings_.size()), {}}});
  }
  return false;
}

// A row whose text is not UTF-8 is passed over where rows may fail; what the source says ends the import.
bool ImportTable::read_row() {
  for (;;) {
    try {
      return reader_.next();
    } catch (const Error& error) {
      const bool may_go_on =
          error.code() == Code::utf8 && error.path().starts_with("/lines/") && !reader_.has_source_failed();
      if (!may_go_on || options_.on_failure == OnFailure::stop) throw;
      ++report.result.rows;
      report.fail(line(), {{"", error.code(), error.message(), "text that is not UTF-8"}});
    }
  }
}

bool ImportTable::is_blank_row() const {
  const auto& row = reader_.fields();
  return row.size() > 1 && row.front().empty() &&
         std::all_of(row.begin(), row.end(), [](std::string_view field) { return field.empty(); });
}

bool ImportTable::is_let_through() const {
  return std::all_of(filters_.begin(), filters_.end(), [&](const Filter& filter) {
    const std::string value = text::fold(reader_.fields()[filter.place]);
    return std::find(filter.values.begin(), filter.values.end(), value) != filter.values.end();
  });
}

// Without the signs by which texts are kept from a spreadsheet: our quote sign, or ="00017" of other
// programs.
std::string_view ImportTable::written_in(std::size_t place) const {
  const std::string_view field = reader_.fields()[place];
  if (options_.is_lossless || field.empty()) return field;
  const bool is_wrapped = options_.mapping && field.size() > 3 && field.starts_with("=\"") &&
                          field.ends_with('"') &&
                          field.substr(2, field.size() - 3).find('"') == std::string_view::npos;
  return is_wrapped ? field.substr(2, field.size() - 3) : csv::without_quote_sign(field);
}

void ImportTable::read_values() {
  for (const std::size_t field : used_) {
    Column& column = columns_[field];
    column.written = column.place == kConstant ? std::string_view(column.constant) : written_in(column.place);
    column.text = column.written;
  }
  for (const std::size_t field : used_) {
    if (!columns_[field].text.empty()) read_value(field);
  }
}

void ImportTable::read_value(std::size_t field) {
  Column& column = columns_[field];
  if (!column.words.empty()) {
    if (const auto word = column.words.find(text::fold(column.text)); word != column.words.end()) {
      column.text = word->second;
    }
  }
  bool is_fine = true;
  switch (fields_[field].form) {
    case ImportField::Form::text:
      return;
    case ImportField::Form::code:
      is_fine = !options_.mapping || read_code(field);
      break;
    case ImportField::Form::date:
      is_fine = read_date(field);
      break;
    case ImportField::Form::number:
    case ImportField::Form::amount:
      is_fine = read_number(field);
      break;
  }
  if (!is_fine) column.text = {};
}

// "1.23457E+17" is what a spreadsheet leaves of a code of 18 digits.
bool ImportTable::read_code(std::size_t field) {
  const std::string_view text = columns_[field].text;
  const std::size_t exponent = text.find("E+");
  const bool is_shortened =
      exponent != std::string_view::npos && exponent > 0 && exponent + 2 < text.size() &&
      text.substr(0, exponent).find_first_not_of("0123456789.") == std::string_view::npos &&
      text.substr(exponent + 2).find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_shortened) return true;
  refuse(field, Code::invalid,
         fmt::format(
             "'{}' is a number that a spreadsheet has shortened; make the column a text and save it again",
             text),
         "numbers that a spreadsheet has shortened");
  return false;
}

bool ImportTable::read_date(std::size_t field) {
  Column& column = columns_[field];
  std::optional<DateFormat::Found> found;
  if (options_.mapping) {
    found = find_date(column.text, column.dates);
  } else if (const auto date = parse_date(column.text.substr(0, kOwnDateBytes))) {
    found = DateFormat::Found{*date, kOwnDateBytes};
  }
  if (found) {
    const auto day = day_at(found->date, column.text.substr(found->size), session_.zone());
    if (!day) {
      refuse_form(field, fmt::format("a date with {} at most", kTimeForm));
      return false;
    }
    if (column.text.size() == kOwnDateBytes && !options_.mapping) return true;
    column.own = format_date(*day);
    column.text = column.own;
    return true;
  }
  std::vector<std::string_view> forms;
  if (!options_.mapping) forms = {"YYYY-MM-DD"};
  for (const DateFormat& format : column.dates) forms.push_back(format.form());
  refuse_form(field, "a date " + text::alternatives(forms));
  return false;
}

std::string_view ImportTable::currency_of_row() const {
  if (currency_ && has(*currency_) && !written(*currency_).empty()) return written(*currency_);
  return session_.file().facts().base_currency;
}

bool ImportTable::read_number(std::size_t field) {
  Column& column = columns_[field];
  const auto is_plain = [](std::string_view text) {
    return text.find_first_not_of("-0123456789.") == std::string_view::npos;
  };
  const char sign = options_.mapping ? options_.mapping->decimal_sign : '.';
  if (options_.mapping && (sign != '.' || !is_plain(column.text))) {
    auto number = read_written_number(column.text, sign);
    if (!number) {
      refuse_form(field, sign == '.' ? "a number such as 1,234.50" : "a number such as 1.234,50");
      return false;
    }
    const bool is_amount = fields_[field].form == ImportField::Form::amount;
    if (!number->currency.empty() && (!is_amount || !may_stand_for(number->currency, currency_of_row()))) {
      refuse_form(field, is_amount ? fmt::format("an amount in {}", currency_of_row())
                                   : "a number without a currency");
      return false;
    }
    column.own = std::move(number->plain);
    column.text = column.own;
  }
  if (column.power_of_ten != 0 && is_plain(column.text)) {
    column.own = times_power_of_ten(column.text, column.power_of_ten);
    column.text = column.own;
  }
  return true;
}

void ImportTable::refuse(std::size_t field, Code code, std::string message, std::string kind) {
  faults.push_back({columns_[field].heading, code, std::move(message), std::move(kind)});
}

void ImportTable::warn(std::size_t field, std::string message, std::string kind) {
  report.warn(line(), {columns_[field].heading, Code::invalid, std::move(message), std::move(kind)});
}

void ImportTable::refuse_form(std::size_t field, std::string_view allowed, Code code) {
  refuse(field, code, fmt::format("'{}' is not {}", columns_[field].written, allowed),
         fmt::format("not {}", allowed));
}

ImportResult ImportTable::finish() {
  for (std::size_t place = 0; place < headings_.size(); ++place) {
    if (!are_spoken_for_[place]) report.result.unused_columns.push_back(headings_[place]);
  }
  report.result.encoding = encoding_;
  return report.finish();
}

}  // namespace crmcore::engine
