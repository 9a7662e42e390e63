// Customers are found as they are now: by what was committed, within a transaction by what it wrote, whoever
// wrote it, after whatever was done before.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <set>
#include <string>

#include "archive/name_index.hpp"
#include "assignment_fixture.hpp"
#include "open_or_make.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

Json call_on(Connection& connection, std::string_view method, const Json& request) {
  return parse_json(connection.call(method, dump_json(request)));
}

std::string codes_of(const Json& answer) {
  std::string codes;
  for (const Json& one : answer["customers"]) codes += (codes.empty() ? "" : " ") + one["code"].text();
  return codes;
}

std::string found(Connection& connection, std::string_view text) {
  return codes_of(call_on(connection, "archive.search", {{"text", text}}));
}

void put_named(Connection& connection, const std::string& code, const std::string& name) {
  Archive(connection).put(customer(code, name));
}

}  // namespace

TEST_CASE("a customer is found by name, short name, initials, pinyin and code, the best first") {
  TempArchive archive;
  Connection connection = archive.connect();
  CustomerInput oil = customer("S-1", "中国石油天然气股份有限公司");
  oil.short_name = "中石油";
  Archive(connection).put(oil);
  put_named(connection, "S-2", "北京华兴贸易有限公司");
  put_named(connection, "S-3", "华兴");
  put_named(connection, "hx", "Old Harbor Foods Inc");
  const Json answer = call_on(connection, "archive.search", {{"text", "hx"}});
  CHECK(codes_of(answer) == "hx S-3 S-2");
  CHECK(answer["total"] == 3);
  CHECK(answer["customers"][0]["match"] == "code");
  CHECK(answer["customers"][1]["match"] == "initials");
  CHECK_FALSE(answer.contains("next"));
  CHECK(found(connection, "華興") == "S-3 S-2");
  CHECK(found(connection, "huaxing") == "S-3 S-2");
  CHECK(found(connection, "ＨＡＲＢＯＲ") == "hx");
  CHECK(found(connection, "zsy") == "S-1");
  CHECK(found(connection, "S-2") == "S-2");
  CHECK(found(connection, "nobody").empty());
  CustomerInput renamed = customer("S-2", "上海华兴");
  renamed.new_code = "T-2";
  Archive(connection).put(renamed);
  CHECK(found(connection, "S-2") == "T-2");  // the code of before
  CHECK(found(connection, "北京").empty());
  CHECK(found(connection, "上海") == "T-2");
}

TEST_CASE("pages put together are all that is found") {
  TempArchive archive;
  Connection connection = archive.connect();
  for (int i = 0; i < 25; ++i) put_named(connection, "C" + std::to_string(i), i % 2 ? "云南茶" : "上云");
  Json request{{"text", "云"}, {"limit", 10}};
  const std::string all = codes_of(call_on(connection, "archive.search", {{"text", "云"}, {"limit", 1000}}));
  std::string paged;
  for (int page = 0; page < 3; ++page) {
    const Json answer = call_on(connection, "archive.search", request);
    CHECK(answer["total"] == 25);
    CHECK(answer.contains("next") == (page < 2));
    paged += (paged.empty() ? "" : " ") + codes_of(answer);
    if (page < 2) request["after"] = answer["next"];
  }
  CHECK(paged == all);
}

TEST_CASE("an address book has everybody under one letter") {
  TempArchive archive;
  Connection connection = archive.connect();
  put_named(connection, "1", "重庆长安");
  put_named(connection, "2", "Cargo");
  put_named(connection, "3", "7天");
  const Json letters = call_on(connection, "archive.letters", Json::object())["letters"];
  REQUIRE(letters.size() == 27);
  CHECK(letters[2]["letter"] == "C");
  CHECK(letters[2]["customers"] == 2);
  CHECK(letters[26]["customers"] == 1);
  CHECK(codes_of(call_on(connection, "archive.search", {{"letter", "C"}})) == "2 1");
  CHECK(codes_of(call_on(connection, "archive.search", {{"letter", "#"}})) == "3");
}

TEST_CASE("what cannot be looked for is refused") {
  TempArchive archive;
  Connection connection = archive.connect();
  const auto refused_at = [&](const Json& request) {
    try {
      call_on(connection, "archive.search", request);
    } catch (const Error& error) {
      return error.path();
    }
    return std::string("nothing");
  };
  CHECK(refused_at(Json::object()) == "/text");
  CHECK(refused_at({{"text", "a"}, {"letter", "A"}}) == "/letter");
  CHECK(refused_at({{"text", " \u200b"}}) == "/text");
  CHECK(refused_at({{"letter", "a"}}) == "/letter");
  CHECK(refused_at({{"letter", ""}}) == "/letter");
  CHECK(refused_at({{"text", "a"}, {"limit", 0}}) == "/limit");
  CHECK(refused_at({{"text", "a"}, {"after", "exact"}}) == "/after");
  CHECK(refused_at({{"text", "a"}, {"after", {{"match", "exact"}, {"name", "x"}}}}) == "/after/customer_id");
  CHECK(refused_at({{"text", "a"}, {"after", {{"match", "best"}, {"name", "x"}, {"customer_id", 1}}}}) ==
        "/after/match");
}

TEST_CASE("a transaction finds what it wrote, others what was committed") {
  TempArchive archive;
  Connection one = archive.connect();
  Connection other = archive.connect();
  put_named(one, "1", "云");
  CHECK(found(other, "云") == "1");
  one.begin();
  put_named(one, "2", "云二");
  CHECK(found(one, "云") == "1 2");
  CHECK(found(other, "云") == "1");
  one.rollback();
  CHECK(found(one, "云") == "1");
  put_named(one, "3", "云三");
  CHECK(found(one, "云") == "1 3");
  CHECK(found(other, "云") == "1 3");
  CHECK(found(one, "云二").empty());
}

TEST_CASE("after random lives everybody is found as by looking at each name") {
  TempArchive archive;
  Connection connection = archive.connect();
  Connection other = archive.connect();
  std::mt19937 random(20261201);
  const char* const parts[] = {"华", "兴", "云", "a", "b", " "};
  std::map<std::string, std::string> names;
  int count = 0;
  for (int step = 0; step < 150; ++step) {
    std::vector<CustomerInput> inputs;
    const bool is_new = random() % 3 != 0;
    for (auto left = 1 + random() % (is_new ? 60 : 10); left > 0; --left) {
      const std::string code =
          "C" + std::to_string(is_new ? ++count
                                      : 1 + static_cast<int>(random() % static_cast<unsigned>(count + 1)));
      std::string name = "x";
      for (auto size = random() % 5; size > 0; --size) name += parts[random() % std::size(parts)];
      names[code] = name;
      std::erase_if(inputs, [&](const CustomerInput& input) { return input.code == code; });
      inputs.push_back(customer(code, name));
    }
    Archive(connection).put(inputs);
    if (random() % 3 == 0) continue;
    std::string needle;
    for (auto size = 1 + random() % 2; size > 0; --size) needle += parts[random() % 5];
    std::set<std::string> expected;
    for (const auto& [code, name] : names) {
      if (archive::name_form(name).find(archive::name_form(needle)) != std::string::npos)
        expected.insert(code);
    }
    std::set<std::string> told;
    Connection& asked = random() % 2 == 0 ? connection : other;
    const Json answer = call_on(asked, "archive.search", {{"text", needle}, {"limit", 1000}});
    for (const Json& one : answer["customers"]) {
      const std::string match = one["match"].text();
      if (match == "exact" || match == "prefix" || match == "word_start" || match == "inside")
        told.insert(one["code"].text());
    }
    CAPTURE(needle);
    if (answer["total"].get<std::int64_t>() <= 1000) CHECK((told == expected));
  }
}
