#include "base/text.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <utf8proc.h>

#include "crmcore/error.hpp"

namespace crmcore::text {
namespace {

std::string encode(std::int32_t point) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(point, bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool is_surrogate(std::int32_t point) {
  return point >= 0xD800 && point <= 0xDFFF;
}

// NFC, and NFKC with case folding, the long way.
std::string oracle(utf8proc_uint8_t* (*form)(const utf8proc_uint8_t*), const std::string& utf8) {
  utf8proc_uint8_t* mapped = form(reinterpret_cast<const utf8proc_uint8_t*>(utf8.c_str()));
  std::string out(reinterpret_cast<const char*>(mapped));
  std::free(mapped);
  return out;
}

rc::Gen<std::string> any_utf8() {
  const auto point = rc::gen::oneOf(
      rc::gen::inRange(0x20, 0x7F), rc::gen::inRange(0xA0, 0x400), rc::gen::inRange(0x300, 0x370),
      rc::gen::inRange(0x1100, 0x1200), rc::gen::inRange(0x1E00, 0x2000), rc::gen::inRange(0x3000, 0xA000),
      rc::gen::inRange(0xE000, 0x110000),
      rc::gen::elementOf(std::vector<std::int32_t>{0x345, 0x3C9, 0x3000, 0x200B, 0x202E}));
  return rc::gen::map(rc::gen::container<std::vector<std::int32_t>>(point),
                      [](const std::vector<std::int32_t>& points) {
                        std::string text;
                        for (const std::int32_t one : points) text += encode(one);
                        return text;
                      });
}

// What a call refuses, as "CODE path: message".
template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + " " + error.path() + ": " + error.message();
  }
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("bytes that are not UTF-8, and where") {
  struct Row {
    std::string_view bytes;
    std::size_t at;
  };
  using namespace std::string_view_literals;
  for (const Row& row : {Row{"\xFF"sv, 0},
                         Row{"abc\xFF"sv, 3},
                         Row{"\xC0\xAF"sv, 0},
                         Row{"\xC1\xBF"sv, 0},
                         Row{"\xE0\x9F\xBF"sv, 0},
                         Row{"\xF0\x8F\xBF\xBF"sv, 0},
                         Row{"\xED\xA0\x80"sv, 0},
                         Row{"\xED\xBF\xBF"sv, 0},
                         Row{"\xF4\x90\x80\x80"sv, 0},
                         Row{"\xF5\x80\x80\x80"sv, 0},
                         Row{"\xE4\xB8"sv, 0},
                         Row{"12345678\xE4\xB8"sv, 8},
                         Row{"\xE4\xB8\xAD\xE4"sv, 3},
                         Row{"\xF0\xA0\xAE"sv, 0},
                         Row{"\x80"sv, 0},
                         Row{"a\xBFz"sv, 1},
                         Row{"\xC3("sv, 0},
                         Row{"\xE4\xB8("sv, 0},
                         Row{"\xF0\x90\x80("sv, 0},
                         Row{"1234567\xC3"sv, 7},
                         Row{"\xB9\xE3\xD6\xDD"sv, 0},
                         Row{"\xFE\xFF"sv, 0}}) {
    CAPTURE(row.bytes);
    CHECK(find_invalid_utf8(row.bytes) == row.at);
  }
  for (const std::string_view bytes : {""sv, "abc"sv, "12345678"sv, "中文"sv, "𠮷"sv, "😀"sv, "\0"sv, "\x7F"sv,
                                       "\xC2\x80"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv,
                                       "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv, "\xEF\xBF\xBE"sv}) {
    CAPTURE(bytes);
    CHECK_FALSE(find_invalid_utf8(bytes).has_value());
  }
}

TEST_CASE("every sequence of up to three bytes is judged as utf8proc judges it") {
  bool all_equal = true;
  for (std::uint32_t bits = 0; bits < (1u << 24);
       bits += 7) {  // a step prime to 256 meets every pair of bytes
    const char bytes[3] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                           static_cast<char>(bits)};
    std::int32_t point = 0;
    utf8proc_ssize_t at = 0;
    while (at < 3) {
      const auto size =
          utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(bytes) + at, 3 - at, &point);
      if (size < 0) break;
      at += size;
    }
    all_equal = all_equal && find_invalid_utf8({bytes, 3}).value_or(3) == static_cast<std::size_t>(at);
  }
  CHECK(all_equal);
}

TEST_CASE("texts are refused with code, path, place and what is allowed") {
  CHECK(refusal([] { require_text("ok 中文 \t", 64, "/a"); }).empty());
  CHECK(refusal([] { require_text("12345", 4, "/a"); }) ==
        "LIMIT /a: text of 5 bytes is longer than 4 bytes");
  CHECK(has(refusal([] { require_text(std::string(10u << 20, 'x'), 512, "/name"); }), "LIMIT /name"));
  CHECK(refusal([] { require_text(std::string_view("a\0b", 3), 64, "/a"); }) ==
        "INVALID /a: text has a NUL at byte 1; no control characters are allowed");
  CHECK(refusal([] { require_text("ab\xFF", 64, "/a"); }) == "UTF8 /a: text is not UTF-8 at byte 2 (0xFF)");
  // 广州 in GBK
  CHECK(refusal([] { require_text("\xB9\xE3\xD6\xDD", 64, "/city"); }) ==
        "UTF8 /city: text is not UTF-8 at byte 0 (0xB9); the bytes look like GBK: declare the encoding "
        "gb18030");
  CHECK_FALSE(has(refusal([] { require_text("\xB9", 64, ""); }), "GBK"));
  CHECK_FALSE(has(refusal([] { require_text("\x80\x41", 64, ""); }), "GBK"));
  CHECK_FALSE(has(refusal([] { require_text("\xB9\x30", 64, ""); }), "GBK"));
}

TEST_CASE("codes are visible text without surprises") {
  for (const char* code :
       {"00123", "K-1", "广州-001", "a b", "'; DROP TABLE customer", "%", "_", "𠮷", "😀"}) {
    CAPTURE(code);
    CHECK(refusal([&] { require_code(code, "/code"); }).empty());
  }
  for (const char* code : {"",         " ",       "\u3000",  "\u200B",   " a",       "a ",       "\u3000a",
                           "a\u00A0",  "a\tb",    "a\nb",    "a\x7F",    "a\u0085b", "a\u2028b", "a\u202Eb",
                           "a\u2066b", "\u200Ea", "a\u200B", "a\u200Db", "\uFEFFa",  "a\u00ADb"}) {
    CAPTURE(code);
    CHECK(has(refusal([&] { require_code(code, "/code"); }), "INVALID /code: "));
  }
  CHECK(has(refusal([] { require_code("a\u202Eb", ""); }), "U+202E"));
  CHECK(has(refusal([] { require_code(std::string(129, 'x'), "/c"); }), "LIMIT /c"));
  CHECK(refusal([] { require_code(std::string(128, 'x'), "/c"); }).empty());
}

// An é keeps a text from the shortcut for ASCII and Han.
TEST_CASE("codes and names are judged alike with and without the shortcut") {
  const auto is_taken = [](void (*require)(std::string_view, std::string_view), const std::string& text) {
    return refusal([&] { require(text, ""); }).empty();
  };
  for (std::int32_t point = 1; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    if (point == 0x3100) point = 0x3300;
    if (point == 0x5000) point = 0x9F00;
    if (point == 0xA100) point = 0x10FF00;
    CAPTURE(point);
    const std::string one = encode(point);
    CHECK(is_taken(require_code, "a" + one + "b") == is_taken(require_code, "é" + one + "b"));
    CHECK(is_taken(require_code, one + "b") == is_taken(require_code, one + "é"));
    CHECK(is_taken(require_code, "b" + one) == is_taken(require_code, "é" + one));
    CHECK(is_taken(require_name, "a" + one + "b") == is_taken(require_name, "é" + one + "b"));
    CHECK(is_taken(require_name, one + "b") == is_taken(require_name, one + "é"));
  }
}

TEST_CASE("names are text that can be seen") {
  for (const char* name : {"Acme", " Acme ", "广州供电局", "O'Brien & Söhne", "𠮷野家 😀", "محمد"}) {
    CAPTURE(name);
    CHECK(refusal([&] { require_name(name, "/name"); }).empty());
  }
  for (const char* name : {"", "  ", "\u3000\t", "\u200B\u200D", "a\nb", "a\x01", "a\u2029b"}) {
    CAPTURE(name);
    CHECK(has(refusal([&] { require_name(name, "/name"); }), "INVALID /name: "));
  }
  CHECK(has(refusal([] { require_name(std::string(513, 'x'), "/name"); }), "LIMIT /name"));
}

TEST_CASE("search form") {
  struct Row {
    const char* from;
    const char* to;
  };
  for (const Row& row :
       {Row{"ACME Co.", "acme co."}, Row{"  a \t\n b  ", "a b"}, Row{"ＡＣＭＥ　１２", "acme 12"},
        Row{"Straße", "strasse"}, Row{"ÅNGSTRÖM", "ångström"}, Row{"e\u0301", "é"},
        Row{"广州 供电局", "广州 供电局"}, Row{"ｶﾞ", "ガ"}, Row{"㈱", "(株)"}, Row{"\u200BA\u200DB", "ab"},
        Row{"ΣΊΣΥΦΟΣ", "σίσυφοσ"}, Row{"𠮷😀", "𠮷😀"}, Row{"\u00A0x\u2003y\u3000", "x y"}, Row{"", ""},
        Row{" ", ""}, Row{"%_", "%_"}}) {
    CAPTURE(row.from);
    CHECK(fold(row.from) == row.to);
  }
}

TEST_CASE("key form is NFC and nothing else") {
  CHECK(key_form("e\u0301") == key_form("é"));
  CHECK(key_form("\u1112\u1161\u11AB") == "한");
  for (const char* code : {"00123", "Abc", "Ａ", "a  b", "广州", "𠮷", ""}) {
    CAPTURE(code);
    CHECK(key_form(code) == code);
  }
  CHECK(refusal([] { key_form("\xFF"); }).substr(0, 4) == "UTF8");
  CHECK(refusal([] { fold("a\xFF"); }).substr(0, 4) == "UTF8");
  CHECK(refusal([] { fold("中\xE4\xB8"); }).substr(0, 4) == "UTF8");
}

TEST_CASE("the short way for ASCII and Han equals the long way for every code point") {
  std::size_t wrong_keys = 0;
  std::size_t wrong_folds = 0;
  std::size_t not_idempotent = 0;
  for (std::int32_t point = 1; point <= 0x10FFFF; ++point) {
    if (is_surrogate(point)) continue;
    const std::string text = "x" + encode(point) + "x";
    if (key_form(text) != oracle(utf8proc_NFC, text)) ++wrong_keys;
    const std::string folded = fold(text);
    if (folded.find_first_of(" \t\n\v\f\r") == std::string::npos &&
        folded != oracle(utf8proc_NFKC_Casefold, text) && point != 0x85 && point != 0x1680 &&
        point != 0x2028 && point != 0x2029) {
      ++wrong_folds;
    }
    if (fold(folded) != folded) ++not_idempotent;
  }
  CHECK(wrong_keys == 0);
  CHECK(wrong_folds == 0);
  CHECK(not_idempotent == 0);
}

TEST_CASE("properties of the forms") {
  CHECK(rc::check("folding twice changes nothing, nor does the key form of a key form", [] {
    const std::string text = *any_utf8();
    RC_ASSERT(fold(fold(text)) == fold(text));
    RC_ASSERT(key_form(key_form(text)) == key_form(text));
    RC_ASSERT(fold(key_form(text)) == fold(text));
    RC_ASSERT(!find_invalid_utf8(fold(text)).has_value());
  }));
  CHECK(rc::check("any bytes are judged, never a crash", [](const std::string& bytes) {
    require_text("x", 1, "");
    const bool is_valid = !find_invalid_utf8(bytes).has_value();
    RC_ASSERT(!find_invalid_utf8(text::quoted(bytes)).has_value());
    display_width(bytes);
    is_blank(bytes);
    if (is_valid) RC_ASSERT(!find_invalid_utf8(fold(bytes)).has_value());
  }));
}

TEST_CASE("values in messages") {
  CHECK(text::quoted("abc") == "\"abc\"");
  CHECK(text::quoted("a\nb\xFF\x7F") == "\"a\\x0Ab\\xFF\\x7F\"");
  CHECK(text::quoted("中文") == "\"中文\"");
  CHECK(text::quoted(std::string(41, 'x')) == "\"" + std::string(40, 'x') + "\"…");
  CHECK(text::quoted(std::string(40, 'x')) == "\"" + std::string(40, 'x') + "\"");
}

TEST_CASE("words in messages") {
  const std::string_view words[] = {"company", "household", "person"};
  CHECK(alternatives({}).empty());
  CHECK(alternatives({words, 1}) == "company");
  CHECK(alternatives({words, 2}) == "company or household");
  CHECK(alternatives(words) == "company, household or person");
}

TEST_CASE("columns on a terminal") {
  struct Row {
    const char* text;
    std::size_t columns;
  };
  for (const Row& row :
       {Row{"", 0}, Row{"abc", 3}, Row{"中文", 4}, Row{"e\u0301", 1}, Row{"ＡＢ", 4}, Row{"😀", 2},
        Row{"𠮷", 2}, Row{"ｶ", 1}, Row{"한", 2}, Row{"a\u200Bb", 2}, Row{"\xFFz", 2}}) {
    CAPTURE(row.text);
    CHECK(display_width(row.text) == row.columns);
  }
}

}  // namespace crmcore::text
