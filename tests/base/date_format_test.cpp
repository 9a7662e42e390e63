#include "base/date_format.hpp"

#include <doctest/doctest.h>

#include "crmcore/error.hpp"

namespace crmcore {
namespace {

std::string dated(std::string_view form, std::string_view text) {
  const auto found = find_date(text, {DateFormat(form)});
  return found ? format_date(found->date) + "+" + std::string(text.substr(found->size)) : "none";
}

std::string dated(std::string_view text) {
  const auto found = find_date(text, plain_date_formats());
  return found ? format_date(found->date) : "none";
}

}  // namespace

TEST_CASE("dates by a stated form") {
  CHECK(dated("YYYY/M/D", "2026/11/5") == "2026-11-05+");
  CHECK(dated("YYYY年M月D日", "2026年11月5日") == "2026-11-05+");
  CHECK(dated("MM/DD/YYYY", "11/05/2026") == "2026-11-05+");
  CHECK(dated("MM/DD/YYYY", "1/5/2026") == "2026-01-05+");
  CHECK(dated("D.M.YYYY", "5.11.2026") == "2026-11-05+");
  CHECK(dated("YYYYMMDD", "20261105") == "2026-11-05+");
  CHECK(dated("YYYY-MM-DD", "2026-11-05 10:30:00") == "2026-11-05+ 10:30:00");
  CHECK(dated("YYYY-MM-DD", "2026-11-05T10:30") == "2026-11-05+T10:30");
  for (const char* bad :
       {"2026/13/1", "2026/2/29", "2026/1", "26/1/1", "2026/1/1x", "2026/1/1 x", "", "2026-1-1", "0000/1/1"})
    CHECK(dated("YYYY/M/D", bad) == "none");
  CHECK(dated("YYYYMMDD", "2026115") == "none");
}

TEST_CASE("dates that begin with the year need no form") {
  for (const char* text : {"2026-11-05", "2026/11/5", "2026.11.5", "2026年11月5日"})
    CHECK(dated(text) == "2026-11-05");
  for (const char* text : {"11/05/2026", "5.11.2026", "20261105", "45966"}) CHECK(dated(text) == "none");
}

TEST_CASE("forms that are none") {
  for (const char* form : {"", "YYYY", "YYYY-MM", "YY-M-D", "YYYY-MMM-D", "YYYY-M-D-D", "x"}) {
    CAPTURE(form);
    CHECK_THROWS_AS(DateFormat{form}, Error);
  }
}

}  // namespace crmcore
