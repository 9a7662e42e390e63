// Identifiers of customers on all their ways: put, told, found, unique, imported, exported, verified.
#include <doctest/doctest.h>

#include "crmcore/export.hpp"

#include "assignment_fixture.hpp"
#include "edited_copy.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr const char* kUscc = "91350100M000100Y43";

struct Register : Office {
  Json put(const char* customers) { return call("archive.put", {{"customers", parse_json(customers)}}); }
  Json identifiers(const char* code) { return call("archive.get", {{"customer", code}})["identifiers"]; }
  Refusal refused(const char* method, const Json& request) {
    return refusal_of([&] { call(method, request); });
  }
  Refusal refused_put(const char* customers) {
    return refused("archive.put", {{"customers", parse_json(customers)}});
  }
};

}  // namespace

TEST_CASE("an identifier is kept as it was given, compared by its form, and told") {
  Register desk;
  desk.put(R"([{"code":"K","name":"K","identifiers":[{"kind":"phone","value":"+86 10 8888 1234"},
               {"kind":"uscc","value":"9135 0100 m000100Y43"}]},{"code":"L","name":"L"}])");
  CHECK(desk.identifiers("K") ==
        parse_json(R"([{"kind":"uscc","value":"9135 0100 m000100Y43","key":"91350100M000100Y43"},
                       {"kind":"phone","value":"+86 10 8888 1234","key":"01088881234"}])"));
  const Json unchanged = {{"created", 0}, {"updated", 0}, {"unchanged", 1}};
  CHECK(desk.put(R"([{"code":"K","identifiers":[{"kind":"phone","value":"+86 10 8888 1234"}]}])") ==
        unchanged);
  desk.put(
      R"([{"code":"K","identifiers":[{"kind":"phone","remove":true},{"kind":"email","value":"A@x.cn"}]}])");
  CHECK(desk.put(R"([{"code":"K","identifiers":[{"kind":"phone","remove":true}]}])") == unchanged);
  CHECK(desk.identifiers("K").size() == 2);
  const Json history = desk.call("archive.history", {{"customer", "K"}})["changes"];
  CHECK(history[0]["body"]["identifier:uscc"]["value"] == "9135 0100 m000100Y43");
  CHECK(history[1]["body"] ==
        parse_json(R"({"identifier:phone":[{"value":"+86 10 8888 1234","key":"01088881234"},
    null],"identifier:email":[null,{"value":"A@x.cn","key":"a@x.cn"}]})"));
  CHECK(history[1]["words"] == "phone +86 10 8888 1234 → nothing; email nothing → A@x.cn");
  CHECK(desk.call("archive.card", {{"customer", "K"}})["identifiers"].size() == 2);
  const std::string told =
      desk.connection.query("SELECT customer_code, kind, value, key FROM customer_identifier").drain_json();
  CHECK(parse_json(told).size() == 2);
  CHECK(desk.call("database.verify", Json::object())["is_ok"] == true);
}

TEST_CASE("an identifier that equals is found as the whole name is") {
  Register desk;
  desk.put(R"([{"code":"K","name":"云杉","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"},
               {"kind":"phone","value":"13800138000"}]},{"code":"13800138000","name":"Coded"},
               {"code":"N","name":"13800138000 hotline"}])");
  const auto found = [&](const char* text) {
    std::string told;
    const Json answer = desk.call("archive.search", {{"text", text}});
    for (const Json& one : answer["customers"]) told += one["code"].text() + "/" + one["match"].text() + " ";
    return told;
  };
  CHECK(found("9135 0100-m000100y43") == "K/exact ");
  CHECK(found("13800138000") == "13800138000/code K/exact N/prefix ");
  CHECK(found("+86 138 0013 8000") == "K/exact ");
  CHECK(found("91350100M000100Y44").empty());
}

TEST_CASE("a code that another customer has is refused with his, where the kind is unique") {
  Register desk;
  desk.put(R"([{"code":"K","name":"K","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"},
               {"kind":"phone","value":"13800138000"}]}])");
  const char* twin = R"([{"code":"L","name":"L","identifiers":[{"kind":"phone","value":"138 0013 8000"}]},
      {"code":"M","name":"M","identifiers":[{"kind":"phone","value":"1"},{"kind":"uscc","value":"91350100m000100y43"}]}])";
  const Refusal refusal = desk.refused_put(twin);
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal.path == "/customers/1/identifiers/0/value");
  const Refusal taken = desk.refused_put(
      R"([{"code":"L","name":"L"},{"code":"M","name":"M","identifiers":[{"kind":"uscc","value":"91350100m000100y43"}]}])");
  CHECK(taken.code == Code::conflict);
  CHECK(taken.path == "/customers/1/identifiers/0/value");
  CHECK(taken.message == "uscc \"91350100m000100y43\" is that of customer 'K'");
  // Within one request as well, and against those that are not stored yet.
  const Refusal both = desk.refused_put(
      R"([{"code":"X","name":"X","identifiers":[{"kind":"tax_number","value":"110108801234567"}]},
          {"code":"Y","name":"Y","identifiers":[{"kind":"uscc","value":"91330100MA27XL4J3C"}]}])");
  CHECK(both.code == Code::invalid);
  CHECK(desk.call("archive.search", {{"text", "Y"}})["total"] == 0);
  // Who gives it up, may give it to the next.
  desk.put(R"([{"code":"K","identifiers":[{"kind":"uscc","remove":true}]},
               {"code":"L","name":"L","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"}]}])");
  CHECK(desk.identifiers("L")[0]["key"] == kUscc);
}

TEST_CASE("a kind becomes unique when no two customers share one") {
  Register desk;
  desk.put(R"([{"code":"K","name":"K","identifiers":[{"kind":"phone","value":"13800138000"}]},
               {"code":"L","name":"L","identifiers":[{"kind":"phone","value":"+86 138 0013 8000"}]}])");
  const Json unique = {{"kind", "phone"}, {"is_unique", true}};
  const Refusal refusal = desk.refused("archive.define_identifier", unique);
  CHECK(refusal.code == Code::conflict);
  CHECK(refusal.path == "/is_unique");
  CHECK(refusal.message == "customers 'K' and 'L' have the same phone, \"13800138000\"");
  desk.put(R"([{"code":"L","identifiers":[{"kind":"phone","value":"13800138001"}]}])");
  CHECK(desk.call("archive.define_identifier", unique) ==
        Json{{"kind", "phone"}, {"is_unique", true}, {"is_unchanged", false}});
  CHECK(desk.call("archive.define_identifier", {{"kind", "phone"}}) ==
        Json{{"kind", "phone"}, {"is_unique", true}, {"is_unchanged", true}});
  CHECK(desk.refused_put(R"([{"code":"L","identifiers":[{"kind":"phone","value":"13800138000"}]}])").code ==
        Code::conflict);
  // And no longer.
  desk.call("archive.define_identifier", {{"kind", "phone"}, {"is_unique", false}});
  desk.put(R"([{"code":"L","identifiers":[{"kind":"phone","value":"13800138000"}]}])");
  CHECK(desk.call("database.verify", Json::object())["is_ok"] == true);
  EditedCopy copy(desk.connection);
  CHECK(copy.is_found_after("UPDATE identifier_kind_row SET is_unique = 1 - is_unique"));
  CHECK(copy.is_found_after("UPDATE customer_identifier_row SET key = key || 1 WHERE customer_id = 2"));
  CHECK(copy.is_found_after("UPDATE customer_identifier_row SET value = value || 1 WHERE customer_id = 2"));
  CHECK(copy.is_found_after("DELETE FROM customer_identifier_row WHERE customer_id = 2"));
}

TEST_CASE("identifiers are columns of a file, in and out") {
  Register desk;
  const std::string csv =
      "客户编号,客户名称,统一社会信用代码,公司电话\n"
      "A,云杉,91350100m000100y43,010-88881234\nB,红杉,,\nC,冷杉,91350100M000100Y43,\nD,水杉,12345,\n";
  const Json told = desk.call("archive.import_customers", {{"csv", csv}, {"on_failure", "skip"}});
  CHECK(told["created"] == 2);
  REQUIRE(told["failures"].size() == 2);
  CHECK(told["failures"][0]["column"] == "统一社会信用代码");
  CHECK(told["failures"][0]["message"] == "uscc \"91350100M000100Y43\" is that of customer 'A'");
  CHECK(told["failures"][1]["code"] == "INVALID");
  // A blank field says nothing.
  CHECK(desk.call("archive.import_customers", {{"csv", "code,identifier.uscc\nA,\n"}})["unchanged"] == 1);
  const std::string out = desk.call("database.export", {{"table", "customers"}})["text"].text();
  CHECK(out.find("identifier.uscc,identifier.phone") != std::string::npos);
  CHECK(desk.call("archive.import_customers", {{"csv", out}})["unchanged"] == 2);
}

TEST_CASE("an identifier has no characters that cannot be seen") {
  Register desk;
  for (const char* value : {"a@b.cn\\n", "a\\u0007@b.cn", "a\\u202e@b.cn", "a\\u200b@b.cn", "a@\\tb.cn"}) {
    CAPTURE(value);
    const std::string customers =
        std::string(R"([{"code":"K","name":"K","identifiers":[{"kind":"email","value":")") + value + "\"}]}]";
    CHECK(desk.refused_put(customers.c_str()).path == "/customers/0/identifiers/0/value");
  }
  desk.put(R"([{"code":"K","name":"K","identifiers":[{"kind":"email","value":" a@b.cn "}]}])");
}

TEST_CASE("all who share what is to be unique are named") {
  Register desk;
  desk.put(R"([{"code":"A","name":"A","identifiers":[{"kind":"phone","value":"13800138000"}]},
               {"code":"B","name":"B","identifiers":[{"kind":"phone","value":"138 0013 8000"}]},
               {"code":"C","name":"C","identifiers":[{"kind":"phone","value":"+8613800138000"}]}])");
  try {
    desk.call("archive.define_identifier", {{"kind", "phone"}, {"is_unique", true}});
    FAIL("it was taken");
  } catch (const Error& error) {
    REQUIRE(error.diagnostics().size() == 2);
    CHECK(error.diagnostics()[0].message.starts_with("customers 'A' and 'B'"));
    CHECK(error.diagnostics()[1].message.starts_with("customers 'B' and 'C'"));
  }
}
