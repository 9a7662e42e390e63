#include "engine/archive/import_json.hpp"

#include <span>
#include <utility>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/core/request.hpp"

namespace crmcore {
namespace engine {

namespace {

constexpr std::size_t kMappedColumnsMax = 1024;
constexpr std::size_t kFormsMax = 16;
constexpr std::size_t kFormBytesMax = 64;
constexpr std::int32_t kPowerOfTenMax = 12;

// Whether a form is one is said where it is used.
std::vector<std::string> read_date_formats(ObjectReader& in) {
  return in.about("\"MM/DD/YYYY\", \"YYYY年M月D日\"; absent: those that begin with the year")
      .texts("date_formats", kFormsMax, kFormBytesMax);
}

std::string text_at(ObjectReader& in, const Json& value, const std::string& path) {
  if (!value.is_string()) {
    in.found().push_back({Code::invalid, path, "must be a text"});
    return {};
  }
  collect(in.found(), path, {}, [&] { text::require_text(value.text(), kTextBytesMax, {}); });
  return value.text();
}

// The members of an object whose values are texts.
std::vector<std::pair<std::string, std::string>> read_texts(ObjectReader& in, std::string_view key) {
  std::vector<std::pair<std::string, std::string>> texts;
  in.each_member(key, kMappedColumnsMax, in.is_describing() ? schema::text(kTextBytesMax) : Json(),
                 [&](const std::string& name, const Json& value, const std::string& path) {
                   texts.emplace_back(name, text_at(in, value, path));
                 });
  return texts;
}

// Those whose values are lists of texts.
std::vector<std::pair<std::string, std::vector<std::string>>> read_lists(ObjectReader& in,
                                                                         std::string_view key) {
  std::vector<std::pair<std::string, std::vector<std::string>>> lists;
  const Json schema =
      in.is_describing() ? schema::list(schema::text(kTextBytesMax), kMappedColumnsMax) : Json();
  in.each_member(
      key, kMappedColumnsMax, schema,
      [&](const std::string& name, const Json& values, const std::string& path) {
        std::vector<std::string> list;
        if (!values.is_array()) {
          in.found().push_back({Code::invalid, path, "must be a list of texts"});
        } else if (values.size() > kMappedColumnsMax) {
          in.found().push_back({Code::limit, path, fmt::format("more than {} texts", kMappedColumnsMax)});
        } else {
          for (std::size_t i = 0; i < values.size(); ++i)
            list.push_back(text_at(in, values[i], join_path(path, i)));
        }
        lists.emplace_back(name, std::move(list));
      });
  return lists;
}

ColumnMapping read_column(ObjectReader& in) {
  ColumnMapping column;
  column.to = in.about("\"name\", \"region\", \"contact.phone\"").require_text("to", kTextBytesMax);
  column.date_formats = read_date_formats(in);
  column.power_of_ten =
      static_cast<std::int32_t>(in.about("amounts are in units of 10 to the power of it: 4 for 万元")
                                    .integer_or("power_of_ten", -kPowerOfTenMax, kPowerOfTenMax, 0));
  column.words = read_texts(in.about("what is written → what is meant"), "words");
  return column;
}

Json column_schema() {
  Json described;
  ObjectReader in(described);
  read_column(in);
  return schema::any_of({schema::text(kTextBytesMax), std::move(described)});
}

std::vector<ColumnMapping> read_columns(ObjectReader& in) {
  std::vector<ColumnMapping> columns;
  const auto read = [&](const std::string& heading, const Json& value, const std::string& path) {
    ColumnMapping column;
    if (value.is_string()) {
      column.to = text_at(in, value, path);
    } else {
      ObjectReader part(value, path, in.found());
      column = read_column(part);
      part.finish();
    }
    column.heading = heading;
    columns.push_back(std::move(column));
  };
  in.about("heading → field, or {to, …}")
      .each_member("columns", kMappedColumnsMax, in.is_describing() ? column_schema() : Json(), read);
  return columns;
}

ImportMapping read_mapping(ObjectReader& in) {
  ImportMapping mapping;
  mapping.columns = read_columns(in);
  mapping.constants = read_texts(in.about("field → its value in every row"), "constants");
  mapping.ignore =
      in.about("headings of columns that are not used").texts("ignore", kMappedColumnsMax, kTextBytesMax);
  mapping.only = read_lists(in.about("heading → values; other rows are passed over"), "only");
  mapping.date_formats = read_date_formats(in);
  constexpr char kDecimalSigns[] = {'.', ','};
  mapping.decimal_sign = kDecimalSigns[in.word("decimal_sign", {".", ","}).value_or(0)];
  return mapping;
}

}  // namespace

ImportOptions read_import_options(ObjectReader& in) {
  ImportOptions options;
  options.on_failure = in.word_or("on_failure", OnFailure::stop);
  options.is_dry_run = in.boolean_or("is_dry_run", false);
  options.on_repeat =
      in.about("a row that names what a row before it named").word_or("on_repeat", OnRepeat::fail);
  options.duplicates =
      in.about("of customers: rows that are probably somebody who is there already, or in the file twice")
          .word_or("duplicates", OnDuplicate::ignore);
  options.is_lossless =
      in.about("texts keep the quote sign that exports put before formulae").boolean_or("is_lossless", false);
  options.mapping = in.object("mapping", read_mapping);
  options.separator = read_separator(in);
  return options;
}

char read_separator(ObjectReader& in) {
  constexpr std::string_view kSeparators[] = {",", ";", "\t", "\\t", "|", ":", "^", "~", "#", "!", "&", " "};
  const auto given = in.about("between fields; \"\\t\" is a tab").word("separator", std::span(kSeparators));
  if (!given) return ',';
  return kSeparators[*given].size() == 1 ? kSeparators[*given].front() : '\t';
}

void read_encoding(ObjectReader& in, ImportOptions& options) {
  constexpr std::string_view kNames[] = {"utf-8",  "gb18030",  "gbk",      "gb2312",
                                         "utf-16", "utf-16le", "utf-16be", "auto"};
  options.encoding = kNames[in.word("encoding", std::span(kNames)).value_or(0)];
}

namespace {

Json kinds_json(const std::vector<FailureKind>& kinds, bool is_failure) {
  Json list = Json::array();
  for (const FailureKind& kind : kinds) {
    Json lines = Json::array();
    for (const std::int64_t line : kind.lines) lines.push_back(line);
    Json one{{"column", kind.column}};
    if (is_failure) one["code"] = code_name(kind.code);
    one["message"] = kind.message;
    one["rows"] = kind.rows;
    one["lines"] = std::move(lines);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace

Json import_json(const ImportResult& result) {
  Json failures = Json::array();
  for (const RowFailure& failure : result.failures) {
    failures.push_back({{"line", failure.line},
                        {"column", failure.column},
                        {"code", code_name(failure.code)},
                        {"message", failure.message}});
  }
  Json kinds = kinds_json(result.kinds, true);
  Json unused = Json::array();
  for (const std::string& heading : result.unused_columns) unused.push_back(heading);
  Json json = {
      {"rows", result.rows},           {"created", result.created}, {"updated", result.updated},
      {"unchanged", result.unchanged}, {"failed", result.failed},   {"failures", std::move(failures)},
      {"filtered", result.filtered},   {"kinds", std::move(kinds)}, {"unused_columns", std::move(unused)}};
  if (!result.encoding.empty()) json["encoding"] = result.encoding;
  if (!result.warnings.empty()) json["warnings"] = kinds_json(result.warnings, false);
  if (result.voided > 0) json["voided"] = result.voided;
  if (result.import > 0) json["import"] = result.import;
  if (result.over_returned.empty()) return json;
  json["over_returned"] = Json::array();
  for (const std::string& code : result.over_returned) json["over_returned"].push_back(code);
  return json;
}

Json import_answer() {
  using schema::integer;
  const Json failure = schema::object({{"line", integer()},
                                       {"column", schema::text()},
                                       {"code", schema::text()},
                                       {"message", schema::text()}});
  const Json kind = schema::object(
      {{"column", schema::text()},
       {"code", schema::text()},
       {"message", schema::about("what they have in common; of one alone all of it", schema::text())},
       {"rows", integer()},
       {"lines", schema::about("the first of them", schema::list(integer()))}});
  const Json warning = schema::object({{"column", schema::text()},
                                       {"message", schema::text()},
                                       {"rows", integer()},
                                       {"lines", schema::list(integer())}});
  return schema::object(
      {{"rows", integer()},
       {"created", integer()},
       {"updated", integer()},
       {"unchanged", integer()},
       {"failed", integer()},
       {"failures", schema::list(failure)},
       {"filtered", schema::about("rows that the mapping passed over", integer())},
       {"kinds", schema::about("of failures, the most frequent first", schema::list(kind))},
       {"unused_columns", schema::list(schema::text())},
       schema::optional("warnings", schema::about("what was taken, and may have been meant otherwise",
                                                  schema::list(warning))),
       schema::optional("encoding", schema::about("of the file", schema::text())),
       schema::optional("import",
                        schema::about("its number; absent: nothing was changed", integer(1, kIntegerMax))),
       schema::optional(
           "voided", schema::about("of the unchanged: they were voided since, and do not count", integer())),
       schema::optional("over_returned",
                        schema::about("customers with returns among the entries of whom more "
                                      "was returned, in all, than was ever sold",
                                      schema::list(schema::text())))});
}

ImportTextRequest read_import_text(ObjectReader& in) {
  return {in.require_text("csv", kJsonBytesMax), read_import_options(in)};
}

ByteSource text_source(std::string_view text) {
  return [text](char* buffer, std::size_t size) mutable {
    const std::size_t count = text.copy(buffer, size);
    text.remove_prefix(count);
    return count;
  };
}

}  // namespace engine

ImportOptions ImportOptions::from_json(std::string_view json) {
  return engine::read_options(json, [](ObjectReader& in) {
    ImportOptions options = engine::read_import_options(in);
    engine::read_encoding(in, options);
    return options;
  });
}

ImportMapping ImportMapping::from_json(std::string_view json) {
  return engine::read_options(json, engine::read_mapping);
}

std::string ImportResult::to_json() const {
  return dump_json(engine::import_json(*this));
}

}  // namespace crmcore
