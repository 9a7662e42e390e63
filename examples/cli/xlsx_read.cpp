// A workbook is a zip of XML parts. Shared texts and the formats of numbers are read first, then the sheet
// streams through the parser, row by row, so that a long one needs no more memory than its texts. A number is
// written as the shortest decimal of 15 digits, which is what a spreadsheet keeps and shows: 0.1 is not
// 0.10000000000000001.
#include <algorithm>
#include <cctype>

#include "xlsx.hpp"

#ifdef CRMCORE_XLSX

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <expat.h>
#include <functional>
#include <map>
#include <minizip/unzip.h>
#include <vector>

#include "crmcore/date.hpp"

namespace cli {
namespace {

constexpr std::size_t kPartPieceBytes = 1u << 16;
constexpr std::size_t kSharedBytesMax = std::size_t{1} << 30;
constexpr double kWholeMax = 1e15;  // greater ones have lost digits
constexpr std::size_t kSheetColumnsMax = 16'384;

// What is wrong with one cell.
struct CellFault {
  std::string message;
};

[[noreturn]] void refuse_sheet(const std::string& message) {
  throw crmcore::Error(crmcore::Code::invalid, message, "DATA");
}

using Attributes = std::map<std::string, std::string, std::less<>>;

// Feeds one part of the workbook to `begin`, `text` and `end`.
class Part {
 public:
  Part(const std::string& path, const std::string& name, bool is_required) : name_(name) {
    zip_ = unzOpen64(path.c_str());
    if (zip_ == nullptr) refuse_sheet("'" + path + "' is no workbook (.xlsx)");
    if (unzLocateFile(zip_, name.c_str(), 1) != UNZ_OK || unzOpenCurrentFile(zip_) != UNZ_OK) {
      unzClose(zip_);
      zip_ = nullptr;
      if (is_required) refuse_sheet("'" + path + "' is no workbook (.xlsx): it has no " + name);
      return;
    }
    parser_ = XML_ParserCreate(nullptr);
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_begin, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    // No part of a workbook declares entities.
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
  }
  ~Part() {
    if (parser_ != nullptr) XML_ParserFree(parser_);
    if (zip_ != nullptr) unzClose(zip_);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  std::function<void(std::string_view name, const Attributes&)> begin = [](auto, const auto&) {};
  std::function<void(std::string_view text)> text = [](auto) {};
  std::function<void(std::string_view name)> end = [](auto) {};

  // Parses one piece; false at the end.
  bool parse_more() {
    if (zip_ == nullptr) return false;
    void* buffer = XML_GetBuffer(parser_, static_cast<int>(kPartPieceBytes));
    if (buffer == nullptr) throw std::bad_alloc();
    const int read = unzReadCurrentFile(zip_, buffer, static_cast<unsigned>(kPartPieceBytes));
    if (read < 0) refuse_sheet("the workbook is damaged: " + name_);
    const bool is_parsed = XML_ParseBuffer(parser_, read, read == 0 ? 1 : 0) == XML_STATUS_OK;
    if (failure_) std::rethrow_exception(failure_);
    if (!is_parsed)
      refuse_sheet("the workbook is damaged: " + name_ + ": " + XML_ErrorString(XML_GetErrorCode(parser_)));
    return read > 0;
  }
  void parse_all() {
    while (parse_more()) {
    }
  }

 private:
  // What a handler throws waits until the parser, which is C, has returned.
  template <class Call>
  static void keep(void* user, Call call) {
    auto& part = *static_cast<Part*>(user);
    if (part.failure_) return;
    try {
      call(part);
    } catch (...) {
      part.failure_ = std::current_exception();
      XML_StopParser(part.parser_, XML_FALSE);
    }
  }
  // Without the prefix of a namespace.
  static std::string_view local(std::string_view name) { return name.substr(name.rfind(':') + 1); }
  static void XMLCALL on_begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    keep(user, [&](Part& part) {
      Attributes map;
      for (; *attributes != nullptr; attributes += 2) map[std::string(local(attributes[0]))] = attributes[1];
      part.begin(local(name), map);
    });
  }
  static void XMLCALL on_end(void* user, const XML_Char* name) {
    keep(user, [&](Part& part) { part.end(local(name)); });
  }
  static void XMLCALL on_text(void* user, const XML_Char* text, int size) {
    keep(user, [&](Part& part) { part.text({text, static_cast<std::size_t>(size)}); });
  }
  static void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    keep(user, [](Part& part) { refuse_sheet("the workbook declares a document type: " + part.name_); });
  }

  std::string name_;
  unzFile zip_ = nullptr;
  XML_Parser parser_ = nullptr;
  std::exception_ptr failure_;
};

std::string attribute(const Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string() : found->second;
}

int number_of(std::string_view text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct NumberForm {
  bool is_date = false;
  std::size_t width = 0;  // leading zeros to so many digits
};

// What a format of numbers makes of them: "yyyy/m/d", "00000".
NumberForm form_of(const std::string& code) {
  std::string plain;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char closing = code[at] == '"' ? '"' : code[at] == '[' ? ']' : '\0';
    if (closing != '\0') {
      at = std::min(code.find(closing, at + 1), code.size());
    } else if (code[at] == '\\' || code[at] == '_' || code[at] == '*') {
      ++at;
    } else {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(code[at])));
    }
  }
  if (plain == "general") return {};
  if (plain.find_first_of("ydmhs") != std::string::npos) return {true, 0};
  const bool is_zeros = !plain.empty() && plain.find_first_not_of('0') == std::string::npos;
  return {false, is_zeros ? plain.size() : 0};
}

// The formats that have numbers and no text: 14 to 22 and 45 to 47, and those of East Asia.
bool is_built_in_date(int id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

std::vector<NumberForm> forms_of(const std::string& path) {
  std::map<int, NumberForm> custom;
  std::vector<NumberForm> forms;
  bool is_in_cells = false;
  Part styles(path, "xl/styles.xml", false);
  styles.begin = [&](std::string_view name, const Attributes& given) {
    if (name == "numFmt")
      custom[number_of(attribute(given, "numFmtId"), -1)] = form_of(attribute(given, "formatCode"));
    if (name == "cellXfs") is_in_cells = true;
    if (name != "xf" || !is_in_cells) return;
    const int id = number_of(attribute(given, "numFmtId"), 0);
    const auto found = custom.find(id);
    forms.push_back(found != custom.end() ? found->second : NumberForm{is_built_in_date(id), 0});
  };
  styles.end = [&](std::string_view name) { is_in_cells = is_in_cells && name != "cellXfs"; };
  styles.parse_all();
  return forms;
}

std::vector<std::string> shared_texts_of(const std::string& path) {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  bool is_text = false;
  bool is_phonetic = false;  // how characters are read is no part of the text
  Part shared(path, "xl/sharedStrings.xml", false);
  shared.begin = [&](std::string_view name, const Attributes&) {
    if (name == "si") texts.emplace_back();
    if (name == "rPh") is_phonetic = true;
    if (name == "t") is_text = !is_phonetic && !texts.empty();
  };
  shared.text = [&](std::string_view text) {
    if (!is_text) return;
    bytes += text.size();
    if (bytes > kSharedBytesMax) refuse_sheet("the workbook has more than 1 GiB of texts");
    texts.back() += text;
  };
  shared.end = [&](std::string_view name) {
    if (name == "t") is_text = false;
    if (name == "rPh") is_phonetic = false;
  };
  shared.parse_all();
  return texts;
}

struct FirstSheet {
  std::string part;
  bool is_1904 = false;  // days are counted from 1904-01-01
};

FirstSheet first_sheet_of(const std::string& path) {
  FirstSheet sheet;
  std::string relation;
  Part workbook(path, "xl/workbook.xml", true);
  workbook.begin = [&](std::string_view name, const Attributes& given) {
    if (name == "sheet" && relation.empty()) relation = attribute(given, "id");
    const std::string is_1904 = name == "workbookPr" ? attribute(given, "date1904") : "";
    if (is_1904 == "1" || is_1904 == "true") sheet.is_1904 = true;
  };
  workbook.parse_all();
  Part relations(path, "xl/_rels/workbook.xml.rels", true);
  relations.begin = [&](std::string_view name, const Attributes& given) {
    if (name == "Relationship" && attribute(given, "Id") == relation) sheet.part = attribute(given, "Target");
  };
  relations.parse_all();
  if (sheet.part.empty()) refuse_sheet("the workbook '" + path + "' has no sheet");
  sheet.part = sheet.part.starts_with('/') ? sheet.part.substr(1) : "xl/" + sheet.part;
  return sheet;
}

// A number as the shortest decimal of 15 digits without an exponent.
std::string plain_number(double number, const std::string& cell) {
  if (!std::isfinite(number) || std::fabs(number) >= kWholeMax) {
    throw CellFault{"cell " + cell +
                    " holds a number of more than 15 digits, of which a workbook keeps the first 15; "
                    "make the column a text"};
  }
  char shown[512];
  std::snprintf(shown, sizeof shown, "%.15g", number);
  std::string text(shown);
  if (text.find('e') == std::string::npos) return text;
  std::snprintf(shown, sizeof shown, "%.20f", number);
  text = shown;
  text.erase(text.find_last_not_of('0') + 1);
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

// Day 60 is 29 February 1900, which never was.
std::string date_of(double serial, bool is_1904, const std::string& cell) {
  constexpr int kDayOf1970 = 25'569;
  constexpr int kDaysTo1904 = 1'462;
  constexpr double kSerialMax = 2'958'465;  // 9999-12-31
  const double days = std::floor(serial);
  if (!(days >= 1 && days <= kSerialMax)) throw CellFault{"cell " + cell + " holds no date"};
  const int day = static_cast<int>(days) + (is_1904 ? kDaysTo1904 : 0);
  std::string text = crmcore::format_date(crmcore::Date{day - kDayOf1970 + (!is_1904 && day < 60 ? 1 : 0)});
  const int seconds = static_cast<int>(std::lround((serial - days) * 86'400));
  if (seconds > 0 && seconds < 86'400) {
    char time[48];  // for any three numbers
    std::snprintf(time, sizeof time, " %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    text += time;
  }
  return text;
}

// The sheet as CSV, as much at a time as is asked for.
class Sheet {
 public:
  explicit Sheet(const std::string& path)
      : first_(first_sheet_of(path)),
        texts_(shared_texts_of(path)),
        forms_(forms_of(path)),
        part_(path, first_.part, true) {
    part_.begin = [this](std::string_view name, const Attributes& given) { begin(name, given); };
    part_.text = [this](std::string_view text) {
      if (is_value_) value_ += text;
    };
    part_.end = [this](std::string_view name) { end(name); };
  }

  std::optional<std::string> refusal_of_line(std::int64_t line) const {
    const auto fault = faults_.find(line);
    return fault == faults_.end() ? std::nullopt : std::optional(fault->second);
  }

  std::size_t read(char* buffer, std::size_t size) {
    while (taken_ == out_.size()) {
      out_.clear();
      taken_ = 0;
      if (!part_.parse_more() && out_.empty()) return 0;
    }
    const std::size_t count = out_.copy(buffer, size, taken_);
    taken_ += count;
    return count;
  }

 private:
  void begin(std::string_view name, const Attributes& given) {
    if (name == "row") {
      const int number = number_of(attribute(given, "r"), row_ + 1);
      // Rows that are not there are blank lines, so that a line's number is the row's.
      while (row_ + 1 < number) out_ += '\n', ++row_, ++line_;
      ++row_;
      cells_.clear();
    } else if (name == "c") {
      cell_ = attribute(given, "r");
      type_ = attribute(given, "t");
      style_ = static_cast<std::size_t>(std::max(number_of(attribute(given, "s"), 0), 0));
      value_.clear();
      const std::size_t column = column_of(cell_);
      if (column >= kSheetColumnsMax) refuse_sheet("the sheet has a cell " + cell_);
      cells_.resize(std::max(cells_.size(), column + 1));
      column_ = column;
    } else if (name == "rPh") {
      is_reading_aid_ = true;
    } else if (name == "v" || name == "t") {
      is_value_ = !is_reading_aid_;
    }
  }

  void end(std::string_view name) {
    if (name == "v" || name == "t") is_value_ = false;
    if (name == "rPh") is_reading_aid_ = false;
    if (name == "c") {
      try {
        cells_[column_] = text_of_cell();
      } catch (const CellFault& fault) {
        cells_[column_] = value_;
        std::string& told = faults_[line_ + 1];
        told += (told.empty() ? "" : "; ") + fault.message;
      }
    }
    if (name != "row") return;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (i > 0) out_ += ',';
      out_ += '"';
      line_ += std::count(cells_[i].begin(), cells_[i].end(), '\n');
      for (const char c : cells_[i]) out_ += c == '"' ? std::string("\"\"") : std::string(1, c);
      out_ += '"';
    }
    // Cells that are not there are blank ones, so that every row is as wide as the headings.
    for (std::size_t i = cells_.size(); i < width_; ++i) out_ += i == 0 ? "" : ",";
    width_ = std::max(width_, cells_.size());
    out_ += '\n';
    ++line_;
  }

  // "AB12" is column 27; a cell without a place follows the one before.
  std::size_t column_of(const std::string& cell) const {
    std::size_t column = 0;
    for (const char c : cell) {
      if (c < 'A' || c > 'Z') break;
      column = std::min(column * 26 + static_cast<std::size_t>(c - 'A' + 1), kSheetColumnsMax + 1);
    }
    return column == 0 ? cells_.size() : column - 1;
  }

  std::string text_of_cell() const {
    if (type_ == "s") {
      const int index = number_of(value_, -1);
      if (index < 0 || static_cast<std::size_t>(index) >= texts_.size())
        throw CellFault{"cell " + cell_ + " names no text"};
      return texts_[static_cast<std::size_t>(index)];
    }
    if (type_ == "b") return value_ == "1" ? "true" : "false";
    if (type_ == "e") throw CellFault{"cell " + cell_ + " holds an error: " + value_};
    if (value_.empty() || !(type_.empty() || type_ == "n")) return value_;
    double number = 0;
    const auto [rest, failure] = std::from_chars(value_.data(), value_.data() + value_.size(), number);
    if (failure != std::errc() || rest != value_.data() + value_.size())
      throw CellFault{"cell " + cell_ + " holds no number"};
    const NumberForm form = style_ < forms_.size() ? forms_[style_] : NumberForm{};
    if (form.is_date) return date_of(number, first_.is_1904, cell_);
    std::string text = plain_number(number, cell_);
    const bool is_padded = text.find_first_of(".-") == std::string::npos && text.size() < form.width;
    return is_padded ? std::string(form.width - text.size(), '0') + text : text;
  }

  FirstSheet first_;
  std::vector<std::string> texts_;
  std::vector<NumberForm> forms_;
  Part part_;
  std::string out_;
  std::size_t taken_ = 0;
  int row_ = 0;
  std::int64_t line_ = 0;                       // that were written; texts may have line breaks
  std::map<std::int64_t, std::string> faults_;  // by line
  std::size_t width_ = 0;
  std::size_t column_ = 0;
  std::vector<std::string> cells_;
  std::string cell_;
  std::string type_;
  std::size_t style_ = 0;
  std::string value_;
  bool is_value_ = false;
  bool is_reading_aid_ = false;
};

}  // namespace

WorkbookSource workbook_source(const std::string& path) {
  auto sheet = std::make_shared<Sheet>(path);
  return {[sheet](char* buffer, std::size_t size) { return sheet->read(buffer, size); },
          [sheet](std::int64_t line) { return sheet->refusal_of_line(line); }};
}

}  // namespace cli

#endif

namespace cli {

bool is_workbook(std::string_view path) {
  constexpr std::string_view kEnding = ".xlsx";
  if (path.size() <= kEnding.size()) return false;
  const std::string_view ending = path.substr(path.size() - kEnding.size());
  return std::equal(ending.begin(), ending.end(), kEnding.begin(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

}  // namespace cli
