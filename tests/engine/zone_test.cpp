// The day is the archive's: today, the days of changes, what feeds tell as instants, and what a scheme may
// say.
#include <doctest/doctest.h>

#include "assignment_fixture.hpp"
#include "open_or_make.hpp"
#include "storage/sqlite/connection.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

// 2026-11-04 23:30 UTC, which is 07:30 of 5 November in Shanghai: for eight hours of every Chinese day today
// was the day before.
constexpr std::int64_t kMorning = 1'793'835'000'000'000;

OpenOptions in_zone(const char* zone) {
  OpenOptions options;
  options.time_zone = zone;
  return options;
}

struct Desk {
  explicit Desk(const char* zone) : archive(in_zone(zone)), connection(archive.connect()) {
    connection.set_now(kMorning);
  }
  Json call(std::string_view method, const Json& request) {
    return parse_json(connection.call(method, dump_json(request)));
  }
  Json query(std::string_view sql) { return parse_json(connection.query(sql).drain_json()); }
  Json told() { return call("database.info", Json::object()); }
  ImportResult import_entries(std::string text, bool has_mapping) {
    EntryImportOptions options;
    options.source = "csv";
    options.import.on_failure = OnFailure::skip;
    if (has_mapping) options.import.mapping.emplace();
    const auto read = [&](char* buffer, std::size_t size) {
      const std::size_t taken = text.copy(buffer, size);
      text.erase(0, taken);
      return taken;
    };
    return Ledger(connection).import_csv(read, options);
  }

  TempArchive archive;
  Connection connection;
};

}  // namespace

TEST_CASE("today is the day in the archive's time zone, wherever it is asked for") {
  Desk shanghai("Asia/Shanghai");
  Desk utc("");
  CHECK(shanghai.told()["time_zone"] == "Asia/Shanghai");
  CHECK(shanghai.told()["today"] == "2026-11-05");
  CHECK(shanghai.archive.database().time_zone() == "Asia/Shanghai");
  CHECK(utc.told()["time_zone"] == "UTC");
  CHECK(utc.told()["today"] == "2026-11-04");
  constexpr std::string_view kToday = "SELECT date(crmcore_today() * 86400, 'unixepoch') AS day";
  CHECK(shanghai.query(kToday)[0]["day"] == "2026-11-05");
  CHECK(utc.query(kToday)[0]["day"] == "2026-11-04");
  shanghai.connection.begin();
  CHECK(shanghai.query(kToday)[0]["day"] == "2026-11-05");
  shanghai.connection.commit();

  for (Desk* desk : {&shanghai, &utc}) Archive(desk->connection).put(customer("a", "A"));
  CHECK(shanghai.query("SELECT since FROM customer")[0]["since"] == "2026-11-05");
  CHECK(utc.query("SELECT since FROM customer")[0]["since"] == "2026-11-04");

  // A change is found on the day on which it was made there.
  const Json on_fifth = parse_json(R"({"from":"2026-11-05","kinds":["customer.created"]})");
  CHECK(shanghai.call("database.changes", on_fifth)["changes"].size() == 1);
  CHECK(utc.call("database.changes", on_fifth)["changes"].empty());
}

TEST_CASE("a customer is lost since the day in the archive's time zone") {
  for (const bool is_there : {true, false}) {
    Desk desk(is_there ? "Asia/Shanghai" : "UTC");
    const CustomerId id = Archive(desk.connection).put(customer("a", "A"));
    const auto post = [&](const char* date, const char* document) {
      desk.call("ledger.post",
                {{"source", "s"},
                 {"entries", {{{"customer", "a"}, {"date", date}, {"amount", 1}, {"document", document}}}}});
    };
    post("2026-11-04", "1");
    Archive(desk.connection).set_lost(id, true);
    // What comes on the day on which it was lost, and no later than the last, brings it back; of the day
    // before not.
    post("2026-11-04", "2");
    const std::string status(desk.query("SELECT status FROM customer")[0]["status"].text());
    CHECK(status == (is_there ? "lost" : "existing"));
  }
}

TEST_CASE("noon of today is set by its date") {
  for (const char* zone : {"Pacific/Kiritimati", "Etc/GMT+12", "Asia/Shanghai", ""}) {
    Desk desk(zone);
    desk.connection.set_today(day("2024-02-29"));
    CHECK(desk.told()["today"] == "2024-02-29");
  }
}

TEST_CASE("an archive keeps the time zone that it was made with") {
  TempDirectory directory;
  const std::string path = directory.file("a.crm");
  const auto open = [&](const char* zone) { return refusal_of([&] { open_or_make(path, in_zone(zone)); }); };
  CHECK(open("Mars/Phobos").path == "/time_zone");
  CHECK(open("Mars/Phobos").code == Code::invalid);
  CHECK(!std::filesystem::exists(path));
  CHECK(open("Asia/Shanghai").code == Code::ok);
  CHECK(open("").code == Code::ok);
  CHECK(open_or_make(path).time_zone() == "Asia/Shanghai");
  const Refusal other = open("UTC");
  CHECK(other.code == Code::conflict);
  CHECK(other.path == "/time_zone");
  CHECK(other.message.find("Asia/Shanghai") != std::string::npos);
  CHECK(other.message.find("'UTC'") != std::string::npos);
  CHECK(open("Asia/Shanghai").code == Code::ok);

  // What the zone data of this machine does not have is no reason to count by another.
  sqlite::Connection::open(path, sqlite::Role::writer, {}, INT32_MAX)
      ->run(sqlite::Sql{"UPDATE archive SET time_zone = 'Mars/Phobos'"});
  CHECK(open("").code == Code::unsupported);
}

TEST_CASE("instants of a feed are days of the archive, by every way in") {
  Desk desk("Asia/Shanghai");
  desk.connection.set_today(day("2026-11-20"));
  desk.call("archive.define_attribute", parse_json(R"({"code":"signed","name":"S","type":"date"})"));
  desk.call("archive.put", parse_json(R"({"customers":[
    {"code":"a","name":"A","since":"2026-11-05T23:30:00+08:00","attributes":{"signed":"2026-11-05T16:00:00Z"}},
    {"code":"b","name":"B","since":"2026-11-05T16:00:00Z",
     "attributes":{"signed":{"value":"2026-11-05 15:59:59Z","observed":"2026-11-05T23:00:00-05:00"}}},
    {"code":"c","name":"C","since":"2026-11-05T23:30:00"}]})"));
  CHECK(desk.query("SELECT since FROM customer ORDER BY code") ==
        parse_json(R"([{"since":"2026-11-05"},{"since":"2026-11-06"},{"since":"2026-11-05"}])"));
  const auto attribute = [&](const char* code) {
    return Archive(desk.connection).attributes(Archive(desk.connection).id_of(code).value()).front();
  };
  CHECK(std::get<std::int64_t>(attribute("a").value) == day("2026-11-06").days);
  CHECK(std::get<std::int64_t>(attribute("b").value) == day("2026-11-05").days);
  CHECK(attribute("b").observed == day("2026-11-06"));

  desk.call("ledger.post", parse_json(R"({"source":"json","entries":[
    {"customer":"a","date":"2026-11-05T23:30:00+08:00","amount":1,"document":"1"},
    {"customer":"a","date":"2026-11-05T16:30:00Z","amount":1,"document":"2"},
    {"customer":"a","date":"2026-11-05T16:30","amount":1,"document":"3"}]})"));
  constexpr std::string_view kDays =
      "SELECT group_concat(substr(date, 9), ' ') AS days FROM (SELECT date FROM ledger_entry WHERE source = "
      "?1 "
      "ORDER BY document)";
  const auto days = [&](const char* source) {
    return parse_json(desk.connection.query(kDays, dump_json(Json::array({source}))).drain_json())[0]["days"];
  };
  CHECK(days("json") == "05 06 05");

  for (const bool has_mapping : {false, true}) {
    CAPTURE(has_mapping);
    const std::string suffix = has_mapping ? "m" : "p";
    const ImportResult result = desk.import_entries(
        "customer,date,document,amount\n"
        "a,2026-11-05T23:30:00+08:00," +
            suffix +
            "1,1\n"
            "a,2026-11-05 16:30:00Z," +
            suffix +
            "2,1\n"
            "a,2026-11-05 16:30," +
            suffix +
            "3,1\n"
            "a,2026-11-05T23:30:00+25:00," +
            suffix + "4,1\n",
        has_mapping);
    CHECK(result.created == 3);
    REQUIRE(result.failures.size() == 1);
    CHECK(result.failures[0].line == 5);
    CHECK(result.failures[0].message.find("+25:00") != std::string::npos);
    CHECK(result.failures[0].message.find("14:00") != std::string::npos);
  }
  CHECK(days("csv") == "05 06 05 05 06 05");
}

TEST_CASE("an instant that cannot be is refused at its path") {
  Desk desk("Asia/Shanghai");
  desk.call("archive.put", parse_json(R"({"customers":[{"code":"a","name":"A"}]})"));
  const auto refused = [&](const char* method, const char* request) {
    const Refusal refusal = refusal_of([&] { desk.call(method, parse_json(request)); });
    CHECK(refusal.code == Code::invalid);
    CHECK(refusal.message.find("14:00") != std::string::npos);
    return refusal.path;
  };
  CHECK(refused("ledger.post", R"({"source":"s","entries":[
    {"customer":"a","date":"2026-11-01T23:30:00+25:00","amount":1,"document":"1"}]})") == "/entries/0/date");
  CHECK(refused("ledger.post", R"({"source":"s","entries":[
    {"customer":"a","date":"2026-11-01T24:30:00Z","amount":1,"document":"1"}]})") == "/entries/0/date");
  CHECK(refused("archive.put", R"({"customers":[{"code":"a","since":"2026-11-01T23:30:00-14:01"}]})") ==
        "/customers/0/since");
  CHECK(desk.query("SELECT count(*) AS n FROM ledger_entry")[0]["n"] == 0);
}

// Mars/Phobos was taken.
TEST_CASE("a scheme's time zone is the archive's, or it is refused") {
  Office office;
  const auto refusal = [&](const char* zone, const char* method, const char* member) {
    Json document = parse_json(kOfficeScheme);
    document["code"] = "other";
    document["calendar"]["timezone"] = zone;
    Json request{{member, document}};
    if (member == std::string_view("candidate")) request["scheme"] = "value";
    return refusal_of([&] { office.call(method, request); });
  };
  office.add_customer("a", "北京", 100);
  office.review("2024-01-01");
  for (const auto& [method, member] :
       {std::pair("grading.put_scheme", "document"), std::pair("grading.what_if", "candidate")}) {
    const std::string path = std::string("/") + member + "/calendar/timezone";
    CHECK(refusal("Mars/Phobos", method, member).code == Code::invalid);
    CHECK(refusal("Mars/Phobos", method, member).path == path);
    const Refusal other = refusal("Asia/Shanghai", method, member);
    CHECK(other.code == Code::conflict);
    CHECK(other.path == path);
    CHECK(other.message.find("UTC") != std::string::npos);
    CHECK(refusal("UTC", method, member).code == Code::ok);
  }
}

// Standing is made anew after a void: a loss at 07:30 in Shanghai was taken for one of the day before, whose
// revenue brings back.
TEST_CASE("the day of a loss is the archive's when an entry is voided") {
  Desk desk("Asia/Shanghai");
  Archive archive(desk.connection);
  archive.put(customer("K", "Customer"));
  const auto post = [&](const char* document, const char* date) {
    desk.call("ledger.post",
              {{"source", "erp"},
               {"entries", {{{"customer", "K"}, {"date", date}, {"amount", 100}, {"document", document}}}}});
  };
  const auto status = [&] { return desk.query("SELECT status FROM customer")[0]["status"]; };
  post("wrong", "2026-11-01");
  post("first", "2026-11-04");
  archive.set_lost(archive.id_of("K").value(), true);
  post("late", "2026-11-04");  // of the time before
  CHECK(status() == "lost");
  desk.call("ledger.void", {{"source", "erp"}, {"document", "wrong"}, {"reason", "typed"}});
  CHECK(status() == "lost");
}
