// The real year of online_retail through the library: posted into a file with thousandths as minor units,
// graded by Pareto, and moved month by month through scheduled review runs. The numbers are those of
// design/grading.md, found there by other programs.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <set>
#include <zlib.h>

#include "crmcore/grading.hpp"

#include "base/csv.hpp"
#include "base/json.hpp"
#include "engine/archive_fixture.hpp"

namespace crmcore::testing {
namespace {

struct Line {
  std::string customer;
  Date date;
  Money amount;
  std::string document;
  std::int64_t line = 0;
};

// The accepted rows: a customer, no cancellation, quantity and price above 0.
std::vector<Line> read_lines() {
  const char* folder = std::getenv("CRMCORE_TEST_DATA");
  const std::filesystem::path root =
      folder != nullptr ? folder : std::filesystem::path(CRMCORE_SOURCE_DIR) / "../shared/data";
  const auto path = root / "online_retail/online_retail.csv.gz";
  std::vector<Line> lines;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    MESSAGE("SKIPPED: no " << path.string());
    return lines;
  }
  csv::Reader reader([&](char* buffer, std::size_t size) {
    return static_cast<std::size_t>(gzread(file, buffer, static_cast<unsigned>(size)));
  });
  std::map<std::string, std::int64_t> count;
  reader.next();
  while (reader.next()) {
    const auto& field = reader.fields();
    const std::int64_t quantity = std::strtoll(std::string(field[3]).c_str(), nullptr, 10);
    const auto price = parse_money(field[5], 3);
    if (field[6].empty() || field[0].front() == 'C' || quantity <= 0 || !price || price->minor <= 0) continue;
    const std::string document(field[0]);
    lines.push_back({std::string(field[6]), day(field[4].substr(0, 10)), Money{quantity * price->minor},
                     document, ++count[document]});
  }
  gzclose(file);
  return lines;
}

OpenOptions in_thousandths() {
  OpenOptions options;
  options.base_currency = "GBP";
  options.currency_digits = 3;
  return options;
}

void post(Connection& connection, const std::vector<Line>& lines) {
  std::set<std::string> codes;
  for (const Line& line : lines) codes.insert(line.customer);
  std::vector<CustomerInput> customers;
  for (const std::string& code : codes) customers.push_back(customer(code, "customer " + code));
  connection.begin();
  Archive archive(connection);
  archive.put(customers);
  std::vector<EntryInput> entries;
  for (const Line& line : lines) {
    EntryInput entry;
    entry.customer = *archive.id_of(line.customer);
    entry.date = line.date;
    entry.amount = line.amount;
    entry.document = line.document;
    entry.line = line.line;
    entries.push_back(entry);
  }
  Ledger(connection).post({"online_retail", ""}, entries);
  connection.commit();
}

std::string scheme(std::string_view code, std::string_view window, std::string_view cut, int streak) {
  const std::string count = std::to_string(streak);
  return R"({"code": ")" + std::string(code) + R"(", "population": {"status": ["prospect", "existing"]},
    "calendar": {"timezone": "UTC"}, "returns": "gross", "money_digits": 3,
    "factors": [{"code": "revenue", "metric": {"kind": "revenue", "window": )" +
         std::string(window) + R"(}}],
    "cut": {"kind": "pareto", "on": "revenue", )" +
         std::string(cut) + R"(},
    "movement": {"up": {"streak": )" +
         count + R"(}, "down": {"streak": )" + count + "}}}";
}

std::vector<std::int64_t> counts(const ReviewSummary& summary) {
  std::vector<std::int64_t> numbers;
  for (std::size_t g = 0; g < 3; ++g) numbers.push_back(summary.grades[g].count);
  return numbers;
}

using Counts = std::vector<std::int64_t>;

TEST_CASE("online_retail: ABC over the whole year") {
  const auto lines = read_lines();
  if (lines.empty()) return;
  CHECK(lines.size() == 397884);
  TempArchive archive(in_thousandths());
  Connection connection = archive.connect();
  post(connection, lines);
  Grading grading(connection);
  struct Case {
    std::string code;
    std::string cut;
    Counts expected;
  };
  const Case cases[] = {
      {"80/95", R"("cuts": [80, 95], "band": 0)", {1133, 1469, 1736}},
      {"inclusive", R"("cuts": [80, 95], "band": 0, "convention": "inclusive")", {1132, 1469, 1737}},
      {"70/90", R"("cuts": [70, 90], "band": 0)", {688, 1220, 2430}}};
  for (const Case& one : cases) {
    CAPTURE(one.code);
    grading.put_scheme(scheme(one.code, R"({"kind": "lifetime"})", one.cut, 1));
    const ReviewRequest request{one.code, {}, day("2011-12-10"), ReviewKind::scheduled, ""};
    const ReviewSummary preview = grading.preview(request);
    const ReviewSummary summary = grading.commit({one.code, {}, request.as_of, request.kind, preview.plan});
    CHECK(counts(summary) == one.expected);
    CHECK(counts(preview) == one.expected);
    CHECK(summary.placed == 4338);
    CHECK(grading.replay(summary.id));
    std::int64_t value = 0;
    for (const TierOfPyramid& tier : grading.pyramid(one.code)) value += tier.value.number.value();
    CHECK(value == 8911407904);
  }
}

TEST_CASE("online_retail: the movement backtest of 25,782 decisions, by scheduled reviews") {
  const auto all = read_lines();
  if (all.empty()) return;
  // Everybody with an entry in one of the windows is in the archive from the start.
  std::set<std::string> codes;
  for (const Line& line : all) {
    if (day("2010-12-01") <= line.date && line.date < day("2011-12-01")) codes.insert(line.customer);
  }
  REQUIRE(codes.size() == 4297);
  std::vector<Line> lines;
  for (const Line& line : all) {
    if (codes.count(line.customer) != 0) lines.push_back(line);
  }
  TempArchive archive(in_thousandths());
  Connection connection = archive.connect();
  post(connection, lines);
  Grading grading(connection);

  struct Case {
    std::string band;
    int streak;
    std::int64_t changes;
    std::int64_t reversals;
  };
  const Case cases[] = {
      {"0", 1, 3803, 429}, {"0", 2, 2292, 0}, {"2.5", 1, 2764, 117}, {"2.5", 2, 1769, 0}, {"5", 2, 1362, 0}};
  for (const Case& one : cases) {
    const std::string code = one.band + "/" + std::to_string(one.streak);
    CAPTURE(code);
    grading.put_scheme(scheme(code, R"({"kind": "rolling", "months": 6})",
                              R"("cuts": [80, 95], "band": )" + one.band, one.streak));
    std::int64_t changes = 0;
    std::int64_t decisions = 0;
    for (int month = 0; month < 7; ++month) {
      const Date as_of = add_months(day("2011-06-01"), month);
      const ReviewSummary summary = grading.commit({code, {}, as_of, ReviewKind::scheduled, ""});
      if (month == 0) {
        CHECK(counts(summary) == Counts{843, 964, 2490});
        continue;
      }
      decisions += summary.subjects;
      changes += summary.promoted + summary.demoted;
    }
    CHECK(decisions == 25782);
    CHECK(changes == one.changes);
    // A change is reversed when the next event of the customer goes back at the next review.
    Rows rows = connection.query(
        "SELECT count(*) FROM grade_history a JOIN grade_history b ON b.customer_id = a.customer_id "
        "AND b.scheme = a.scheme AND b.date = date(a.date, '+1 month') AND b.to_grade = a.from_grade "
        "WHERE a.scheme = ?1 AND a.from_grade IS NOT NULL AND b.from_grade IS NOT NULL",
        dump_json(Json::array({code})));
    REQUIRE(rows.next());
    CHECK(rows.integer(0) == one.reversals);
  }
}

}  // namespace
}  // namespace crmcore::testing
