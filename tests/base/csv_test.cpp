#include "base/csv.hpp"

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

namespace crmcore::csv {
namespace {

using Record = std::vector<std::string>;
using namespace std::string_literals;

// A source that hands the text out in pieces of at most `piece_bytes`.
Source source_of(std::string text, std::size_t piece_bytes = 1u << 20) {
  return [text = std::move(text), at = std::size_t{0}, piece_bytes](char* buffer, std::size_t size) mutable {
    const std::size_t count = std::min({size, piece_bytes, text.size() - at});
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  };
}

// All records, each as "line|field|field"; an error ends the list as "CODE path: message".
std::vector<std::string> read_all(const std::string& text, std::size_t piece_bytes = 1u << 20,
                                  char separator = ',') {
  std::vector<std::string> lines;
  Reader reader(source_of(text, piece_bytes), separator);
  try {
    while (reader.next()) {
      lines.push_back(std::to_string(reader.line()));
      for (const std::string_view field : reader.fields()) lines.back() += "|" + std::string(field);
    }
    CHECK(reader.bytes_read() == static_cast<std::int64_t>(text.size()));
  } catch (const Error& error) {
    lines.push_back(std::string(code_name(error.code())) + " " + error.path() + ": " + error.message());
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("texts that are read, whatever the pieces they come in") {
  struct Row {
    std::string text;
    Lines expected;
  };
  for (const Row& row : std::vector<Row>{
           {"", {}},
           {"\n\r\n\n", {}},
           {"a", {"1|a"}},
           {"a\n", {"1|a"}},
           {"a,b\nc,d\n", {"1|a|b", "2|c|d"}},
           {"a,b\r\nc,d\r\n", {"1|a|b", "2|c|d"}},
           {"a,b\r\nc,d", {"1|a|b", "2|c|d"}},
           {",\n", {"1||"}},
           {",,", {"1|||"}},
           {"\"\"\n", {"1|"}},
           {"\n\na\n\nb\n", {"3|a", "5|b"}},
           {"a\r\n\r\nb", {"1|a", "3|b"}},
           {"\"a,b\",c", {"1|a,b|c"}},
           {"\"say \"\"hi\"\"\"", {"1|say \"hi\""}},
           {"\"\"\"\"", {"1|\""}},
           {"\"l1\nl2\",x\ny", {"1|l1\nl2|x", "3|y"}},
           {"\"l1\r\nl2\r\n\",x\r\ny", {"1|l1\r\nl2\r\n|x", "4|y"}},
           {"\"cr\ralone\",x", {"1|cr\ralone|x"}},
           {"a\n\"\n\n\"\nb", {"1|a", "2|\n\n", "5|b"}},
           {"\xEF\xBB\xBF"
            "code,name\n1,中文",
            {"1|code|name", "2|1|中文"}},
           {"\xEF\xBB\xBF", {}},
           {"\xEF\xBB\xBF\"q\"", {"1|q"}},
           {"00123, 12 ,'; DROP TABLE,%_", {"1|00123| 12 |'; DROP TABLE|%_"}},
           {"𠮷,😀,é", {"1|𠮷|😀|é"}},
           {"ragged\na,b\nc,d,e", {"1|ragged", "2|a|b", "3|c|d|e"}},
           {"=1+1,-2", {"1|=1+1|-2"}},
       }) {
    CAPTURE(row.text);
    for (const std::size_t piece_bytes : {1u, 2u, 3u, 7u, 1000u})
      CHECK(read_all(row.text, piece_bytes) == row.expected);
  }
  CHECK(read_all("a;b,c\td", 9, ';') == Lines{"1|a|b,c\td"});
  CHECK(read_all("a;b,c\td", 9, '\t') == Lines{"1|a;b,c|d"});
}

TEST_CASE("texts that are refused, with code and line") {
  struct Row {
    std::string text;
    std::string refusal_begin;
  };
  const std::string mib(1u << 20, 'x');
  for (const Row& row : std::vector<Row>{
           {"a\n\"open\nx\ny\n", "INVALID /lines/2: line 2: the quote that opens here never closes"},
           {"a\nb,\"", "INVALID /lines/2: line 2: the quote that opens here never closes"},
           {"\"l\nl\",\"open\n", "INVALID /lines/2: line 2: the quote that opens"},
           {"a\nb,c\"d\n", "INVALID /lines/2: line 2: a quote stands inside a bare field"},
           {"a\nb, \"d\"\n", "INVALID /lines/2: line 2: a quote stands inside a bare field"},
           {"\"a\"b", "INVALID /lines/1: line 1: text follows a closing quote"},
           {"\"a\" ,b", "INVALID /lines/1: line 1: text follows a closing quote"},
           {"\"1\n2\"x", "INVALID /lines/2: line 2: text follows"},
           {"\"a\"\xFF", "INVALID /lines/1: line 1: text follows"},
           {"a\rb", "INVALID /lines/1: line 1: a carriage return stands alone"},
           {"a,b\r", "INVALID /lines/1: line 1: a carriage return stands alone"},
           {"a\n\rb", "INVALID /lines/2: line 2: a carriage return stands alone"},
           {"\xFF\xFE"
            "a\0,\0"s,
            "INVALID /lines/1: line 1: the text begins with a UTF-16 byte order mark"},
           {"\xFE\xFF\0a"s, "INVALID /lines/1: line 1: the text begins with a UTF-16 byte order mark"},
           {"\xFF\xFE", "INVALID /lines/1: line 1: the text begins with a UTF-16"},
           {"a\0,\0"s, "INVALID /lines/1: line 1: a NUL byte; is the text UTF-16?"},
           {"x\n\"a\0\""s, "INVALID /lines/2: line 2: a NUL byte"},
           {"a\nb,\xFF\n", "UTF8 /lines/2: line 2: field 2: text is not UTF-8 at byte 0 (0xFF)"},
           {"\"l1\nl2\xC0\xAF\"", "UTF8 /lines/2: line 2: field 1: text is not UTF-8 at byte 5 (0xC0)"},
           {"x,\xE4\xB8,\xAD\n", "UTF8 /lines/1: line 1: field 2: text is not UTF-8 at byte 0 (0xE4)"},
           {"\xE4\xB8\n\xAD\n", "UTF8 /lines/1"},
           {"a,\xED\xA0\x80", "UTF8 /lines/1"},
           {"1,\xB9\xE3\xD6\xDD",
            "UTF8 /lines/1: line 1: field 2: text is not UTF-8 at byte 0 (0xB9); the bytes look like GBK"},
           {"a\n" + mib + "x", "LIMIT /lines/2: line 2: field 1 is longer than 1048576 bytes"},
           {"b,\"" + mib + "x\"", "LIMIT /lines/1: line 1: field 2 is longer"},
           {"\"" + mib + mib + mib,
            "LIMIT /lines/1: line 1: field 1 is longer than 1048576 bytes; does a quote close?"},
           {"\"" + std::string((1u << 21) + 2, '"') + "\"", "LIMIT /lines/1"},
           {"\n" + std::string(1024, ','), "LIMIT /lines/2: line 2: a record has more than 1024 columns"},
           {std::string(1000000, ','), "LIMIT /lines/1"},
       }) {
    CAPTURE(row.text.substr(0, 40));
    for (const std::size_t piece_bytes : {1u, 3u, 1u << 20}) {
      const Lines lines = read_all(row.text, piece_bytes);
      REQUIRE(!lines.empty());
      CHECK(lines.back().substr(0, row.refusal_begin.size()) == row.refusal_begin);
    }
  }
  CHECK(read_all(mib + "," + mib).size() == 1);
  CHECK(read_all(std::string(1023, ',')).at(0) == "1" + std::string(1024, '|'));
}

TEST_CASE("after bad UTF-8 the next record is read, after anything else nothing") {
  Reader text(source_of("a\n\xFF\nb\n"));
  CHECK(text.next());
  CHECK_THROWS_AS(text.next(), Error);
  REQUIRE(text.next());
  CHECK(text.line() == 3);
  CHECK(text.fields().at(0) == "b");

  Reader quote(source_of("a\"\nb\n"));
  CHECK_THROWS_AS(quote.next(), Error);
  CHECK_FALSE(quote.next());
}

TEST_CASE("separators that cannot separate are refused") {
  for (const char separator : {'"', '\r', '\n', '\0', '\xE4'}) {
    try {
      Reader(source_of(""), separator);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == Code::invalid);
    }
  }
}

TEST_CASE("fields are written for their reader") {
  struct Row {
    const char* field;
    const char* lossless;
    const char* spreadsheet;
  };
  for (const Row& row : {Row{"", "", ""}, Row{"a b", "a b", "a b"}, Row{"a,b", "\"a,b\"", "\"a,b\""},
                         Row{"a\"b", "\"a\"\"b\"", "\"a\"\"b\""}, Row{"\"", "\"\"\"\"", "\"\"\"\""},
                         Row{"a\nb", "\"a\nb\"", "\"a\nb\""}, Row{"a\r\nb", "\"a\r\nb\"", "\"a\r\nb\""},
                         Row{"=1+1", "=1+1", "'=1+1"}, Row{"+1", "+1", "'+1"}, Row{"-1", "-1", "'-1"},
                         Row{"@x", "@x", "'@x"}, Row{"\tx", "\tx", "'\tx"}, Row{"\rx", "\"\rx\"", "\"'\rx\""},
                         Row{"=a,b", "\"=a,b\"", "\"'=a,b\""}, Row{"a=b", "a=b", "a=b"}}) {
    CAPTURE(row.field);
    std::string out = "x,";
    append_field(out, row.field, Safety::lossless, false);
    CHECK(out == std::string("x,") + row.lossless);
    out.clear();
    append_field(out, row.field, Safety::spreadsheet, false);
    CHECK(out == row.spreadsheet);
    out.clear();
    append_field(out, row.field, Safety::spreadsheet, true);
    CHECK(out == row.lossless);
  }
}

TEST_CASE("what is written is read back") {
  CHECK(rc::check("write and read", [] {
    const auto field = rc::gen::container<std::string>(rc::gen::elementOf("ab,;\"\n\r =-'"s));
    auto records =
        *rc::gen::container<std::vector<Record>>(rc::gen::nonEmpty(rc::gen::container<Record>(field)));
    std::string text;
    const bool is_crlf = *rc::gen::arbitrary<bool>();
    for (Record& record : records) {
      if (record == Record{""}) record = {"x"};  // a blank line is no record
      for (std::size_t i = 0; i < record.size(); ++i) {
        if (i > 0) text += ',';
        append_field(text, record[i], Safety::lossless, false);
      }
      text += is_crlf ? "\r\n" : "\n";
    }
    Reader reader(source_of(text, *rc::gen::inRange<std::size_t>(1, 20)));
    for (const Record& record : records) {
      RC_ASSERT(reader.next());
      RC_ASSERT(Record(reader.fields().begin(), reader.fields().end()) == record);
    }
    RC_ASSERT(!reader.next());
  }));
  CHECK(rc::check("any bytes are read or refused, whatever the pieces", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf("a,\"\n\r\xE4\xB8\xAD\xFF"s));
    RC_ASSERT(read_all(text, 1) == read_all(text));
  }));
}

TEST_CASE("the quote sign is taken off where it was put on") {
  for (const char* field : {"+86 755 1", "=1", "'=1", "''=1", "'x", "'", "", "x", "'90s", "-", "@a", "\t"}) {
    CAPTURE(field);
    std::string out;
    append_field(out, field, Safety::spreadsheet, false);
    CHECK(without_quote_sign(out) == field);
  }
  std::string out;
  append_field(out, "a;b", Safety::lossless, false, ';');
  append_field(out, "a,b", Safety::lossless, false, ';');
  CHECK(out == "\"a;b\"a,b");
}

}  // namespace crmcore::csv
