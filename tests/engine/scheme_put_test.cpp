// What a scheme is refused for when it is put, and how it says money.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"

using namespace crmcore;
using namespace crmcore::testing;

// It was refused by the first review, months later.
TEST_CASE("a scheme and a policy that name what is not there are refused when they are put") {
  Office desk;
  struct Case {
    const char* member;
    const char* value;
    Code code;
    const char* path;
  };
  const Case cases[] = {
      {"/population/classes", R"({"classes":[{"axis":"regoin","nodes":["11"]}]})", Code::not_found,
       "/document/population/classes/0/axis"},
      {"/population/classes", R"({"classes":[{"axis":"region","nodes":["11","99"]}]})", Code::not_found,
       "/document/population/classes/0/nodes/1"},
  };
  for (const Case& one : cases) {
    CAPTURE(std::string(one.path));
    Json document = parse_json(kOfficeScheme);
    document["population"] = parse_json(one.value);
    const Refusal refusal = refusal_of([&] { desk.call("grading.put_scheme", {{"document", document}}); });
    CHECK(refusal.code == one.code);
    CHECK(refusal.path == one.path);
  }
  const auto refused_factor = [&](const char* factor) {
    Json document = parse_json(kOfficeScheme);
    document["factors"].push_back(parse_json(factor));
    return refusal_of([&] { desk.call("grading.put_scheme", {{"document", document}}); });
  };
  desk.call("archive.define_attribute", parse_json(R"({"code":"note","name":"N","type":"text"})"));
  desk.call("archive.define_attribute", parse_json(R"({"code":"staff","name":"S","type":"integer"})"));
  const Refusal attribute = refused_factor(R"({"code":"x","metric":{"kind":"attribute","name":"assets"}})");
  CHECK(attribute.code == Code::not_found);
  CHECK(attribute.path == "/document/factors/1/metric/name");
  CHECK(attribute.message.find("total_assets") != std::string::npos);
  CHECK(refused_factor(R"({"code":"x","metric":{"kind":"attribute","name":"note"}})").code == Code::invalid);
  const Refusal node = refused_factor(R"({"code":"x","metric":{"kind":"class","axis":"ownership"},"weight":1,
    "scale":{"kind":"table","scores":{"private":100,"privat":50},"other":0}})");
  CHECK(node.code == Code::not_found);
  CHECK(node.path == "/document/factors/1/scale/scores/privat");
  CHECK(refused_factor(R"({"code":"x","metric":{"kind":"class","axis":"owner"},"weight":1,
    "scale":{"kind":"table","scores":{"private":100},"other":0}})")
            .path == "/document/factors/1/metric/axis");
  CHECK(refused_factor(R"({"code":"x","metric":{"kind":"attribute","name":"staff"},"weight":1,
    "scale":{"kind":"points","points":[["0",0],["100.00",100]]}})")
            .path == "/document/factors/1/metric/name");

  Json policy = parse_json(kOfficePolicy);
  policy["stages"][1]["params"] = {{"axis", "regoin"}};
  const Refusal axis = refusal_of([&] { desk.call("assignment.put_policy", {{"document", policy}}); });
  CHECK(axis.code == Code::not_found);
  CHECK(axis.path == "/document/stages/1/params/axis");
}

// 4,353 of 4,670 customers became A: yuan were taken for fen.
TEST_CASE("values of money are said in fen or in yuan, and are one document") {
  Office desk;
  Json document = parse_json(kOfficeScheme);
  document["code"] = "yuan";
  document["caps"] = parse_json(R"([{"factor":"revenue","below":10000,"grade":"C"}])");
  const Json first = desk.call("grading.put_scheme", {{"document", document}});
  document["factors"][0]["scale"]["points"] = parse_json(R"([["0.00",0],["1000.00",100]])");
  document["caps"] = parse_json(R"([{"factor":"revenue","below":"100","grade":"C"}])");
  const Json again = desk.call("grading.put_scheme", {{"document", document}});
  CHECK(again["is_unchanged"] == true);
  CHECK(again["version"] == first["version"]);
  const Json stored = desk.call("grading.get_scheme", {{"scheme", "yuan"}})["document"];
  CHECK(stored["factors"][0]["scale"]["points"][1][0] == 100'000);
  CHECK(stored["caps"][0]["below"] == 10'000);
  desk.add_customer("a", "11", 50'000);
  desk.call("grading.commit", parse_json(R"({"scheme":"yuan","as_of":"2024-01-01"})"));
  const Json told = desk.call("grading.explain", parse_json(R"({"scheme":"yuan","customer":"a"})"));
  CHECK(told["factors"][0]["unit"] == "money");
  CHECK(told["factors"][0]["value"] == 50'000);
  CHECK(told["factors"][0]["value_text"] == "500.00");
  CHECK(told["to_rise"]["by_one_factor"][0]["needed_text"] == "800.00");
  CHECK(told["to_rise"]["by_one_factor"][0]["change_text"] == "300.00");
  document["factors"][0]["scale"]["points"] = parse_json(R"([["0",0],["1000.005",100]])");
  const Refusal refusal = refusal_of([&] { desk.call("grading.put_scheme", {{"document", document}}); });
  CHECK(refusal.path == "/document/factors/0/scale/points/1/0");
  CHECK(refusal.message.find("\"10000.00\"") != std::string::npos);
}
