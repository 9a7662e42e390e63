#include "base/encoding.hpp"

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <string>

#include "crmcore/error.hpp"

namespace crmcore::csv {
namespace {

Source encoded_source(std::string text, std::size_t piece_bytes) {
  return [text = std::move(text), at = std::size_t{0}, piece_bytes](char* buffer, std::size_t size) mutable {
    const std::size_t count = std::min({size, piece_bytes, text.size() - at});
    std::memcpy(buffer, text.data() + at, count);
    at += count;
    return count;
  };
}

// All of the decoded text, or "CODE: message".
std::string decoded(const std::string& bytes, std::string_view encoding, std::size_t piece_bytes = 1u << 20) {
  try {
    const Source source = decode(encoded_source(bytes, piece_bytes), encoding);
    std::string text;
    char buffer[11];
    while (const std::size_t count = source(buffer, sizeof buffer)) text.append(buffer, count);
    return text;
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + ": " + error.message();
  }
}

}  // namespace

TEST_CASE("declared encodings") {
  struct Row {
    std::string bytes;
    std::string text;
  };
  for (const Row& row : {Row{"", ""}, Row{"abc,1\r\n", "abc,1\r\n"}, Row{"\xB9\xE3\xD6\xDD", "广州"},
                         Row{"a\xD6\xD0,\xCE\xC4z", "a中,文z"}, Row{"\x81\x30\x84\x36", "¥"},
                         Row{"\x95\x32\x90\x33", "\U00020089"}, Row{"\x94\x39\xDA\x33", "💩"}}) {
    CAPTURE(row.text);
    for (const std::size_t piece_bytes : {1u, 2u, 3u, 1000u})
      CHECK(decoded(row.bytes, "GB18030", piece_bytes) == row.text);
  }
  CHECK(decoded("中\xFF", "UTF-8") == "中\xFF");  // the reader refuses it, with the line
}

TEST_CASE("a trail byte that looks like a separator is not one") {
  // 丂 is 81 40, 乗 is 81 5C; 俓 is 82 7C; decoded before splitting.
  Reader reader(decode(encoded_source("\x81\x40,\x81\x5C|\x82\x7C", 2), "gb18030"), '|');
  REQUIRE(reader.next());
  REQUIRE(reader.fields().size() == 2);
  CHECK(reader.fields()[0] == "丂,乗");
}

TEST_CASE("long text crosses every border of the pieces") {
  std::string bytes;
  std::string text;
  for (int i = 0; i < 60000; ++i) {
    bytes += i % 3 == 0 ? "\x94\x39\xDA\x33" : i % 3 == 1 ? "\xD6\xD0" : "x";
    text += i % 3 == 0 ? "💩" : i % 3 == 1 ? "中" : "x";
  }
  CHECK(decoded(bytes, "gb18030") == text);
  CHECK(decoded(bytes, "gb18030", 4093) == text);
  CHECK(decoded("x" + bytes, "gb18030") == "x" + text);
}

TEST_CASE("bytes that are not of the encoding are refused where they stand") {
  for (const std::size_t piece_bytes : {1u, 5u, 1000u}) {
    CHECK(decoded("ab\xFF", "gb18030", piece_bytes) ==
          "UTF8: line 1: text is not GB18030 at byte 2: malformed byte sequence");
    CHECK(decoded("\xD6\xD0\xD6 x", "gb18030", piece_bytes).substr(0, 46) ==
          "UTF8: line 1: text is not GB18030 at byte 2: m");
    CHECK(decoded("abc\xD6", "gb18030", piece_bytes) ==
          "UTF8: line 1: text is not GB18030 at byte 3: the text ends inside a character");
  }
  CHECK(decoded("a\nb\n\xFF", "gb18030").substr(0, 13) == "UTF8: line 3:");
  CHECK(decoded(std::string(100000, 'x') + "\xFF", "gb18030").substr(0, 50) ==
        "UTF8: line 1: text is not GB18030 at byte 100000: ");
}

TEST_CASE("other encodings are named in the refusal") {
  CHECK(decoded("", "latin1") ==
        "INVALID: unknown encoding \"latin1\"; allowed: utf-8, gb18030 (gbk, gb2312), utf-16, utf-16le, "
        "utf-16be, auto");
  CHECK(decoded("", "") ==
        "INVALID: unknown encoding \"\"; allowed: utf-8, gb18030 (gbk, gb2312), utf-16, utf-16le, utf-16be, "
        "auto");
  CHECK(decoded("", "\xFF").substr(0, 5) == "UTF8:");
}

TEST_CASE("encodings that are found out") {
  const auto found = [](const std::string& bytes, std::size_t piece_bytes) {
    std::string used;
    const Source source = decode(encoded_source(bytes, piece_bytes), "auto", &used);
    std::string text;
    char buffer[11];
    while (const std::size_t count = source(buffer, sizeof buffer)) text.append(buffer, count);
    return used + ": " + text;
  };
  const std::string ascii(100000, 'x');
  for (const std::size_t piece_bytes : {1u, 3u, 1u << 20}) {
    CHECK(found("code,a\n", piece_bytes) == "utf-8: code,a\n");
    CHECK(found("", piece_bytes) == "utf-8: ");
    CHECK(found("\xEF\xBB\xBF广州", piece_bytes) == "utf-8: \xEF\xBB\xBF广州");
    CHECK(found("a,\xB9\xE3\xD6\xDD", piece_bytes) == "gb18030: a,广州");
    CHECK(found(ascii + "\xB9\xE3\xD6\xDD", piece_bytes) == "gb18030: " + ascii + "广州");
    CHECK(found(ascii + "广州", piece_bytes) == "utf-8: " + ascii + "广州");
    CHECK(found(std::string("\xFF\xFE"
                            "a\0,\0",
                            6),
                piece_bytes) == "utf-16le: a,");
    CHECK(found(std::string("\xFE\xFF"
                            "\0a\0,\x5E\x7F",
                            8),
                piece_bytes) == "utf-16be: a,广");
    CHECK(found(std::string("a\0,\0", 4), piece_bytes) == "utf-16le: a,");
    // Western text of one byte a letter: GB18030 would make characters of letters.
    CHECK(decoded("Cr\xE9"
                  "dit,Caf\xE9,",
                  "auto", piece_bytes)
              .substr(0, 30) == "UTF8: the text from line 1 on ");
  }
}

TEST_CASE("UTF-8 that is declared as GB18030 is refused") {
  for (const std::size_t piece_bytes : {1u, 4u, 1u << 20}) {
    CHECK(decoded("a,广州市\n", "gb18030", piece_bytes).substr(0, 59) ==
          "INVALID: line 1: the text is declared as GB18030 and is UTF");
    CHECK(decoded("Caf\xC3\xA9\n", "gb18030", piece_bytes).substr(0, 3) == "Caf");  // may be either
  }
}

TEST_CASE("UTF-16 and other names of GB18030") {
  CHECK(decoded(std::string("\xFF\xFE"
                            "a\0\x7F\x5E",
                            6),
                "UTF-16") == "a广");
  CHECK(decoded(std::string("\xFE\xFF"
                            "\0a\x5E\x7F",
                            6),
                "utf-16") == "a广");
  CHECK(decoded(std::string("\0a\x5E\x7F", 4), "utf-16be") == "a广");
  CHECK(decoded(std::string("a\0\x3D\xD8\xA9\xDC", 6), "utf-16le") == "a💩");
  CHECK(decoded(std::string("a\0\x3D\xD8", 4), "utf-16le").substr(0, 5) == "UTF8:");
  CHECK(decoded("\xB9\xE3", "gbk") == "广");
  CHECK(decoded("\xB9\xE3", "GB2312") == "广");
}

TEST_CASE("GB18030 is written") {
  CHECK(encode_gb18030("a广💩\n") == "a\xB9\xE3\x94\x39\xDA\x33\n");
  CHECK(decoded(encode_gb18030("𠮷,é,丂"), "gb18030") == "𠮷,é,丂");
}

}  // namespace crmcore::csv
