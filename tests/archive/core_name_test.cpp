// What stays of a company's name.
#include "archive/core_name.hpp"

#include <doctest/doctest.h>
#include <string>

#include "archive/name_index.hpp"

namespace crmcore::archive {
namespace {

RegionWords some_regions() {
  RegionWords words;
  const std::pair<const char*, std::uint32_t> rows[] = {
      {"浙江省", 330000}, {"浙江", 330000},   {"杭州市", 330100}, {"杭州", 330100},
      {"西湖区", 330106}, {"北京市", 110000}, {"北京", 110000},   {"上海", 310000},
      {"上海市", 310000}, {"吉林", 220000},   {"吉林", 220200},   {"吉林市", 220200}};
  for (const auto& [word, division] : rows) words.add(word, division);
  words.finish();
  return words;
}

TEST_CASE("forms go at the end, divisions at the beginning and in brackets, where two characters stay") {
  const RegionWords regions = some_regions();
  struct Case {
    const char* name;
    const char* core;
    std::uint32_t division;
  };
  const Case cases[] = {
      {"华兴贸易有限公司", "华兴贸易", 0},
      {"杭州华兴贸易有限公司", "华兴贸易", 330100},
      {"浙江省杭州市西湖区华兴贸易有限责任公司", "华兴贸易", 330106},
      {"华兴贸易（上海）有限公司", "华兴贸易", 310000},
      {"华兴贸易有限公司(上海)", "华兴贸易", 310000},
      {"浙江华兴(杭州)股份有限公司", "华兴", 330100},
      {"上海华兴(北京)有限公司", "华兴", 310000},
      {"华兴(中国)投资有限公司", "华兴投资", 0},
      {"华兴(新)有限公司", "华兴新", 0},
      {"华兴投资中心（有限合伙）", "华兴投资中心", 0},
      {"華興集團股份有限公司", "华兴", 0},
      {"Ｈａｒｂｏｒ Ｔｒａｄｉｎｇ Co., Ltd.", "harbortrading", 0},
      {"Harbor Trading 7 Ltd", "harbortrading7", 0},
      {"Harbor S.A.", "harbor", 0},
      {"Ltd", "ltd", 0},
      {"上海有限公司", "上海", 0},      // nothing else would stay
      {"上海华有限公司", "上海华", 0},  // one character
      {"公司", "公司", 0},
      {"有限公司华兴", "有限公司华兴", 0},  // not at the end
      {"吉林华兴有限公司", "华兴", 220000},
      {"吉林市华兴有限公司", "华兴", 220200},
      {"华兴有限公司杭州分公司", "华兴有限公司杭州分公司", 0},  // a branch is somebody else
      {"北京 · 华兴", "华兴", 110000},
      {"...", "", 0},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const CoreName found = core_name(name_form(one.name), false, regions);
    CHECK(found.text == one.core);
    CHECK(found.division == one.division);
  }
}

TEST_CASE("nothing goes from a person's name") {
  const RegionWords regions = some_regions();
  for (const char* name : {"上海娟娟", "公司", "杭州华"}) {
    CHECK(core_name(name_form(name), true, regions).text == name);
    CHECK(core_name(name_form(name), true, regions).division == 0);
  }
  CHECK(core_name(name_form("王 小明（先生）"), true, regions).text == "王小明先生");
}

TEST_CASE("a division lies in those above it") {
  CHECK(is_within(330106, 330100));
  CHECK(is_within(330106, 330000));
  CHECK(is_within(330100, 330100));
  CHECK_FALSE(is_within(330000, 330100));
  CHECK_FALSE(is_within(330106, 330200));
}

}  // namespace
}  // namespace crmcore::archive
