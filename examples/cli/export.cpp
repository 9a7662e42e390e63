// crmcore FILE export customers|contacts|entries|…: writes what imports and spreadsheets read.
#include "crmcore/export.hpp"

#include <cstdio>
#include <map>
#include <memory>

#include "session.hpp"
#include "xlsx.hpp"

namespace cli {
namespace {

struct Export {
  std::string path = "-";
  crmcore::ExportOptions how;
};

// The words of an enum and their values, for the command line.
template <class Enum>
std::map<std::string, Enum> choices() {
  std::map<std::string, Enum> map;
  const auto words = crmcore::words_of(Enum{});
  for (std::size_t i = 0; i < words.size(); ++i) map.emplace(words[i], static_cast<Enum>(i));
  return map;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

int run_export(const Session& session, const Export& options) {
  const auto fail = [&] {
    throw crmcore::Error(crmcore::Code::io, "cannot write '" + options.path + "'", "--out");
  };
  crmcore::Connection connection = session.connect();
  if (is_workbook(options.path)) {
    WorkbookWriter workbook(options.path);
    crmcore::export_rows(connection, options.how, [&](auto cells) { workbook.add(cells); });
    workbook.close();
    return kDone;
  }
  std::unique_ptr<std::FILE, CloseFile> file;
  if (options.path != "-" &&
      !(file = std::unique_ptr<std::FILE, CloseFile>(std::fopen(options.path.c_str(), "wb"))))
    fail();
  std::FILE* out = file ? file.get() : stdout;
  crmcore::export_table(connection, options.how, [&](std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), out) != bytes.size()) fail();
  });
  if (std::fflush(out) != 0) fail();
  return kDone;
}

}  // namespace

void add_export(CLI::App& app, const Session& session, Action& action) {
  auto options = std::make_shared<Export>();
  CLI::App* command =
      app.add_subcommand("export", "Writes a table as CSV or JSON lines, which imports read back");
  command->add_option("TABLE", options->how.table, "What to write")
      ->required()
      ->transform(CLI::CheckedTransformer(choices<crmcore::ExportTable>()));
  command
      ->add_option("--out", options->path,
                   "The file to write, a workbook where it ends with .xlsx; - is standard output")
      ->capture_default_str();
  command->add_option("--format", options->how.format, "csv or json_lines")
      ->transform(CLI::CheckedTransformer(choices<crmcore::ExportFormat>()));
  command->add_option("--encoding", options->how.encoding, "utf-8, utf-8-bom (for spreadsheets) or gb18030")
      ->transform(CLI::CheckedTransformer(choices<crmcore::ExportEncoding>()));
  command->add_option("--headings", options->how.headings, "names of fields, or zh for Chinese ones")
      ->transform(CLI::CheckedTransformer(choices<crmcore::ExportHeadings>()));
  add_separator(*command, options->how.separator);
  command->add_flag("--lossless", options->how.is_lossless,
                    "No quote sign before what a spreadsheet would calculate");
  command->add_flag_callback(
      "--json", [options] { options->how.format = crmcore::ExportFormat::json_lines; },
      "An object a line, as --format json_lines");
  command->callback([&session, &action, options] {
    action = [&session, options] { return run_export(session, *options); };
  });
}

}  // namespace cli
