// Readings against names whose readings are known (design: finding.md, "Oracles").
#include "archive/pinyin.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>
#include <string>
#include <vector>

#include "archive/name_index.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

std::string initials_text(std::string_view name) {
  std::string lines;
  append_initials(name_form(name), lines);
  std::vector<std::string> ways;
  for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1)
    ways.push_back(lines.substr(at, lines.find('\n', at) - at));
  std::sort(ways.begin(), ways.end());
  std::string text;
  for (const std::string& way : ways) text += (text.empty() ? "" : " ") + way;
  return text;
}

bool is_typed(std::string_view letters, std::string_view name) {
  const std::string form = name_form(name);
  const auto readings = read_pinyin(letters);
  return std::any_of(readings.begin(), readings.end(),
                     [&](const PinyinReading& one) { return is_read_as(form, 0, one); });
}

std::string readings_text(char32_t point) {
  std::string text;
  const Readings readings(point);
  for (const Syllable one : readings.all()) text.append(text.empty() ? "" : " ").append(spelling(one));
  return text;
}

}  // namespace

TEST_CASE("initials are those of every reading") {
  struct Row {
    const char* name;
    const char* initials;
  };
  const Row rows[] = {
      {"单田芳", "ctf dtf stf"},
      {"解晓东", "jxd xxd"},
      {"仇和", "ch qh"},
      {"查良镛", "cly zly"},
      {"尉遲恭", "wcg ycg"},
      {"长孙无忌", "csmj cswj zsmj zswj"},
      {"万俟卨", "mqx msx wqx wsx"},
      {"重慶", "cq zq"},
      {"廈門", "sm xm"},
      {"六安", "la"},
      {"都匀", "dy"},
      {"乐毅", "ly yy"},
      {"缪荃孙", "mqs"},
      {"覃辉", "qh th"},
      {"蔚县", "wx yx"},
      {"大埔", "db dp"},
      {"番禺", "fy py"},
      {"铅山", "qs ys"},
      {"银行", "yh yx"},
      {"會計", "hj kj"},
      {"石家庄", "sjz"},
      {"东莞", "dg dw"},
      {"ABC贸易", "abcmy"},
      {"Harbor Trading 7", ""},
      {"Ａ１ 华兴", "a1hx"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    CHECK(initials_text(row.name) == row.initials);
  }
}

TEST_CASE("pinyin is read as it is typed, also while it is being typed") {
  const std::pair<const char*, const char*> rows[] = {
      {"shantianfang", "单田芳"},
      {"xiexiaodong", "解晓东"},
      {"zhaliangyong", "查良镛"},
      {"yuchigong", "尉迟恭"},
      {"zhangsunwuji", "长孙无忌"},
      {"moqixie", "万俟卨"},
      {"chongqing", "重庆"},
      {"xiamen", "厦门"},
      {"luan", "六安"},
      {"duyun", "都匀"},
      {"huaxing", "华兴"},
      {"huaxin", "华兴"},
      {"huax", "华兴"},
      {"xian", "西安"},
      {"xian", "先"},
      {"lvshun", "旅顺"},
      {"laoting", "乐亭"},
      {"ouyang", "欧阳"},
      {"ou", "区伯"},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.first));
    CAPTURE(std::string(row.second));
    CHECK(is_typed(row.first, row.second));
  }
  CHECK_FALSE(is_typed("huaxu", "华兴"));
  CHECK_FALSE(is_typed("chongqingshi", "重庆"));
  CHECK_FALSE(is_typed("ou", "区域发展集团"));  // only a surname is read so
}

TEST_CASE("readings that nobody uses are not there") {
  CHECK(readings_text(U'王') == "wang");
  CHECK(readings_text(U'广') == "guang");
  CHECK(readings_text(U'市') == "shi");
  CHECK(readings_text(U'县') == "xian");
  CHECK(readings_text(U'石') == "shi");
  CHECK(readings_text(U'晟') == "cheng sheng");
  CHECK(readings_text(U'a').empty());
  CHECK(readings_text(U'，').empty());
}

TEST_CASE("every spelling is found by its letters, and ways to read are few") {
  std::string all;
  for (std::size_t at = 1; at <= syllable_count(); ++at) {
    const auto syllable = static_cast<Syllable>(at);
    REQUIRE(syllable_of(spelling(syllable)) == syllable);
    CHECK(spelling(syllable) > all);
    all = spelling(syllable);
  }
  CHECK(syllable_of("") == 0);
  CHECK(syllable_of("zz") == 0);
  CHECK(read_pinyin("").empty());
  CHECK(read_pinyin("hua7").empty());
  CHECK(read_pinyin("vvvv").empty());
  const std::string many(600, 'a');
  CHECK(read_pinyin(many).size() <= kPinyinReadingsMax);
  std::string dead;
  for (int i = 0; i < 120; ++i) dead += "xiangan";
  CHECK(read_pinyin(dead + "zz").empty());
}

TEST_CASE("an address book has each name under one letter") {
  const std::pair<const char*, char> rows[] = {
      {"重庆长安", 'C'}, {"重工业集团", 'Z'}, {"长春一汽", 'C'},     {"单田芳", 'S'},
      {"曾国藩", 'Z'},   {"Harbor", 'H'},     {"ｈａｒｂｏｒ", 'H'}, {"7天", '#'},
      {"华兴", 'H'},     {"厦门航空", 'X'},   {"歐陽", 'O'},         {"", '#'},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(row.first));
    CHECK(letter_of(name_form(row.first)) == row.second);
  }
}

TEST_CASE("traditional characters and full-width letters are one form with the others") {
  CHECK(name_form("廈門會計") == "厦门会计");
  CHECK(name_form("Ｈａｒｂｏｒ  Trading") == "harbor trading");
  CHECK(name_form("乾坤") == "乾坤");  // goes on being used itself
  CHECK(name_form("a\nb") == "a b");
}

}  // namespace crmcore::archive
