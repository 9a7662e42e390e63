// An import of customers or contacts is taken back: everything is as it was, unless something rests on it.
#include <doctest/doctest.h>
#include <map>
#include <string>

#include "assignment_fixture.hpp"
#include "engine/core/session.hpp"
#include "storage/migrations.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr const char* kFile =
    "code,name,region,total_assets,contact.name,contact.phone\n"
    "K,北京华兴贸易,北京,1000000.00,王芳,010-1\n"
    "N1,New One,上海,5.00,,\n"
    "N2,New Two,北京,,李雷,\n";

class ImportOffice : public Office {
 public:
  ImportOffice() {
    assignment.put_policy(kOfficePolicy);
    add_manager("m1", "senior", "上海", 100);
    call("archive.put", parse_json(R"({"customers":[
      {"code":"K","name":"华兴","classes":{"region":"上海"},"contacts":[{"name":"王芳"}]},{"code":"M","name":"M"}]})"));
  }
  Json import(const char* csv) { return call("archive.import_customers", {{"csv", csv}}); }
  Json revert(Json more = Json::object()) {
    Json request{{"import", 1}, {"reason", "wrong file"}};
    for (auto& [member, value] : more.items()) request[member] = value;
    return call("archive.revert_import", request);
  }
  std::map<std::string, std::string> everything() {
    std::map<std::string, std::string> all;
    for (const std::string& view : storage::public_views(connection.session().db())) {
      if (view == "change_log" || view == "customer_class_past" || view == "import_log" ||
          view == "customer_gone_log")
        continue;
      Json rows = query("SELECT * FROM " + view);
      for (Json& row : rows) row.erase("version");
      all[view] = dump_json(rows);
    }
    return all;
  }
  bool is_sound() { return parse_json(connection.verify(false))["is_ok"] == true; }
};

}  // namespace

TEST_CASE("an import that nothing rests on leaves no trace but in the journal") {
  ImportOffice office;
  const auto before = office.everything();
  CHECK(office.import(kFile)["created"] == 2);
  const auto imported = office.everything();
  CHECK(imported != before);
  Json dry = office.revert({{"is_dry_run", true}});
  CHECK(office.everything() == imported);
  const Json answer = office.revert();
  dry["is_dry_run"] = false;
  CHECK(dry == answer);
  CHECK(answer ==
        parse_json(
            R"({"import":1,"withdrawn":2,"updated":1,"left":0,"left_customers":[],"is_dry_run":false})"));
  for (const auto& [name, rows] : office.everything()) {
    const std::string& view = name;
    INFO(view);
    CHECK(rows == before.at(view));
  }
  CHECK(office.is_sound());
  CHECK(office.call("archive.list_imports", Json::object())["imports"][0].contains("reverted_seq"));
  CHECK(refusal_of([&] { office.revert(); }).code == Code::conflict);
  CHECK(office.query("SELECT code, reason FROM customer_gone_log ORDER BY customer_id") ==
        parse_json(R"([{"code":"N1~1","reason":"withdrawn"},{"code":"N2~1","reason":"withdrawn"}])"));
  SUBCASE("the codes can be given anew, and the ids are not given again") {
    CHECK(office.import(kFile)["created"] == 2);
    CHECK(office.query("SELECT customer_id, code FROM customer WHERE code LIKE 'N%' ORDER BY 1") ==
          parse_json(R"([{"customer_id":5,"code":"N1"},{"customer_id":6,"code":"N2"}])"));
    office.call("archive.revert_import", {{"import", 2}, {"reason", "wrong again"}});
    CHECK(office.is_sound());
  }
  SUBCASE("whoever asks for the id is told") {
    CHECK(refusal_of([&] { office.archive_room.set_lost(CustomerId{3}, true); }).message ==
          "no customer with id 3 any more: the import that made it was taken back");
    EntryInput entry;
    entry.customer = CustomerId{3};
    entry.date = day("2024-01-01");
    entry.document = "d";
    CHECK(refusal_of([&] {
            Ledger(office.connection).post({"erp", "", {}}, std::span(&entry, 1));
          }).code == Code::not_found);
  }
}

TEST_CASE("what rests on an import keeps it, or is left") {
  ImportOffice office;
  office.import(kFile);
  std::string why;
  SUBCASE("an entry") {
    office.call("ledger.post", parse_json(R"({"source":"erp","entries":[
      {"customer":"N1","date":"2024-01-01","amount":1,"document":"d"}]})"));
    why = "customer 'N1' has entries";
  }
  SUBCASE("a manager") {
    office.assignment.assign({CustomerId{3}, "m1", {}, {}, {}, "", false, "", false});
    why = "customer 'N1' was changed since: customer.assigned, change ";
  }
  SUBCASE("a run that placed many") {
    office.run("2024-12-31");
    why = "customer 'N1' is served by m1";
  }
  SUBCASE("a change") {
    office.call("archive.put", parse_json(R"({"customers":[{"code":"N1","short_name":"N"}]})"));
    why = "customer 'N1' was changed since: customer.updated, change ";
  }
  const auto before = office.everything();
  const auto refusal = refusal_of([&] { office.revert(); });
  CHECK(refusal.code == Code::conflict);
  CHECK(refusal.path == "/import");
  CHECK(refusal.message.starts_with(why));
  CHECK(office.everything() == before);
  CHECK(office.is_sound());
  const Json answer = office.revert({{"leaves_changed", true}});
  CHECK(answer["left_customers"][0] == "N1");
  CHECK(office.query("SELECT code FROM customer WHERE code = 'N1'").size() == 1);
  CHECK(office.is_sound());
}

TEST_CASE("an import does not give back what somebody else has by now") {
  Office office;
  const auto put = [&](const char* customers) {
    office.call("archive.put", {{"customers", parse_json(customers)}});
  };
  put(R"([{"code":"G","name":"G","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"}]}])");
  const std::string csv = "code,identifier.uscc\nG,91110000802100433B\n";
  const Json import = office.call("archive.import_customers", {{"csv", csv}})["import"];
  put(R"([{"code":"X","name":"X","identifiers":[{"kind":"uscc","value":"91350100M000100Y43"}]}])");
  const Refusal refusal = refusal_of([&] {
    office.call("archive.revert_import", {{"import", import}, {"reason", "x"}});
  });
  CHECK(refusal.message == "customer 'G' was changed since: identifier:uscc");
}

TEST_CASE("of a customer that was changed since, the members that were not are changed back") {
  ImportOffice office;
  office.import(kFile);
  office.call("archive.put", parse_json(R"({"customers":[{"code":"K","name":"Harbor"}]})"));
  const auto refusal = refusal_of([&] { office.revert(); });
  CHECK(refusal.message == "customer 'K' was changed since: name");
  CHECK(office.revert({{"leaves_changed", true}})["left_customers"] == Json::array({"K"}));
  const Json got = office.call("archive.get", {{"customer", "K"}});
  CHECK(got["name"] == "Harbor");
  CHECK(got["classes"]["region"]["node"] == "31");
  CHECK(got["attributes"].empty());
  CHECK(got["contacts"].size() == 1);
  CHECK(got["contacts"][0]["phone"] == "");
  CHECK(office.is_sound());
}

TEST_CASE("what is left may be taken back when nothing rests on it any more") {
  ImportOffice office;
  office.import("code,name\nN1,One\nN2,Two\n");
  office.call("ledger.post", parse_json(R"({"source":"erp","entries":[
      {"customer":"N1","date":"2024-01-01","amount":1,"document":"d"}]})"));
  CHECK(office.revert({{"leaves_changed", true}})["left"] == 1);
  office.call("ledger.void", {{"source", "erp"}, {"document", "d"}, {"reason", "wrong"}});
  CHECK(office.revert()["withdrawn"] == 1);
  CHECK(office.query("SELECT code FROM customer").size() == 2);
  CHECK(office.is_sound());
  // The code of the row that stays is nobody's.
  CHECK(office.import("code,name\nN1,One\nN1~1,Two\n")["created"] == 2);
  CHECK(office.is_sound());
}

TEST_CASE("a status that came with the import is taken back too") {
  ImportOffice office;
  office.import("code,name,status\nK,Harbor,lost\n");
  REQUIRE(office.call("archive.get", {{"customer", "K"}})["status"] == "lost");
  CHECK(office.revert()["updated"] == 1);
  CHECK(office.call("archive.get", {{"customer", "K"}})["status"] == "prospect");
  CHECK(office.is_sound());
}

TEST_CASE("contacts are taken back too; entries are voided instead") {
  ImportOffice office;
  const auto before = office.everything();
  office.call("archive.import_contacts", {{"csv", "customer,name,phone\nM,Anna,1\nK,王芳,2\n"}});
  office.revert();
  CHECK(office.everything() == before);
  CHECK(office.is_sound());
  office.call("ledger.import_entries",
              {{"source", "s"}, {"csv", "customer,date,document,amount\nK,2024-02-01,1,1.00\n"}});
  const auto refusal = refusal_of([&] {
    office.call("archive.revert_import", {{"import", 2}, {"reason", "r"}});
  });
  CHECK(refusal.code == Code::invalid);
  CHECK(refusal_of([&] {
          office.call("archive.revert_import", {{"import", 9}, {"reason", "r"}});
        }).code == Code::not_found);
}
