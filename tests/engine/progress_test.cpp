// Whatever takes long asks the host now and then, over an archive of a size at which it does.
#include <algorithm>
#include <doctest/doctest.h>
#include <functional>
#include <string>
#include <vector>

#include "crmcore/grading.hpp"

#include "assignment_fixture.hpp"
#include "effort.hpp"
#include "measures.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

const int kManyCustomers = effort(30'000);
const int kManyEntries = effort(80'000);

// A build that is not optimised works five times as long between two of the same questions.
#ifdef __OPTIMIZE__
constexpr std::int64_t kGapUsMax = 100'000;
#else
constexpr std::int64_t kGapUsMax = 500'000;
#endif

std::string code_of_customer(int i) {
  return "C" + std::to_string(1'000'000 + i);
}

std::string big_customers_csv() {
  std::string csv = "code,name,region\n";
  for (int i = 0; i < kManyCustomers; ++i)
    csv += code_of_customer(i) + ",客户" + std::to_string(i) + (i % 2 ? ",11\n" : ",31\n");
  return csv;
}

std::string big_entries_csv(const std::string& prefix) {
  std::string csv = "customer,date,document,amount\n";
  for (int i = 0; i < kManyEntries; ++i) {
    csv += code_of_customer(i * 7 % kManyCustomers) + ",2023-" + (i % 9 ? "11" : "12") + "-0" +
           std::to_string(1 + i % 9) + "," + prefix + std::to_string(i) + "," + std::to_string(i % 900) +
           ".50\n";
  }
  return csv;
}

std::string entries_request(int count, const std::string& prefix) {
  std::string request = R"({"source":"json","entries":[)";
  for (int i = 0; i < count; ++i) {
    request += std::string(i ? "," : "") + R"({"customer":")" + code_of_customer(i * 7 % kManyCustomers) +
               R"(","date":"2023-10-0)" + std::to_string(1 + i % 9) + R"(","amount":)" +
               std::to_string(i % 900) + R"(,"document":")" + prefix + std::to_string(i) + "\"}";
  }
  return request + "]}";
}

std::string customers_request(int count) {
  std::string request = R"({"customers":[)";
  for (int i = 0; i < count; ++i) {
    request += std::string(i ? "," : "") + R"({"code":"N)" + std::to_string(i) + R"(","name":"新客户"})";
  }
  return request + "]}";
}

struct BigOffice : Office {
  BigOffice() {
    for (const char* region : {"11", "31"}) {
      for (int i = 0; i < 20; ++i) {
        add_manager(std::string(region) + "-" + std::to_string(i), i % 2 ? "senior" : "ordinary", region,
                    5'000);
      }
    }
    assignment.put_policy(kOfficePolicy);
  }
};

struct Work {
  std::string what;
  std::function<void(Connection&)> run;
};

std::function<void(Connection&)> a_call(std::string method, std::string request) {
  return [method = std::move(method), request = std::move(request)](Connection& connection) {
    connection.call(method, request);
  };
}

std::string request_with_csv(const std::string& csv, Json more = Json::object()) {
  more["csv"] = csv;
  return dump_json(more);
}

std::vector<Work> all_work(const std::string& folder) {
  return {
      {"import customers", a_call("archive.import_customers", request_with_csv(big_customers_csv()))},
      {"import entries",
       a_call("ledger.import_entries", request_with_csv(big_entries_csv("I"), {{"source", "shop"}}))},
      {"put customers", a_call("archive.put", customers_request(effort(20'000)))},
      {"post", a_call("ledger.post", entries_request(kManyEntries, "J"))},
      {"preview a review", a_call("grading.preview", R"({"scheme":"value","as_of":"2024-01-01"})")},
      {"review", a_call("grading.commit", R"({"scheme":"value","as_of":"2024-01-01"})")},
      {"preview an assignment", a_call("assignment.preview", R"({"policy":"main","as_of":"2024-01-01"})")},
      {"assign", a_call("assignment.commit", R"({"policy":"main","as_of":"2024-01-01"})")},
      {"review again", a_call("grading.commit", R"({"scheme":"value","as_of":"2024-02-01"})")},
      {"what if",
       a_call("grading.what_if", dump_json({{"scheme", "value"}, {"candidate", parse_json(kOfficeScheme)}}))},
      {"replay", a_call("grading.replay", R"({"review":2})")},
      {"movers", a_call("grading.movers", R"({"scheme":"value","limit":1000})")},
      {"concentration", a_call("grading.concentration", R"({"scheme":"value"})")},
      {"worth", a_call("grading.worth", R"({"as_of":"2024-01-15"})")},
      {"stability", a_call("grading.stability", R"({"scheme":"value"})")},
      {"hand over", a_call("assignment.handover",
                           R"({"manager":"11-1","as_of":"2024-02-01","is_preview":true,"policy":"main"})")},
      {"cross-tab",
       a_call("classification.cross_tab",
              R"({"dimensions":[{"axis":"region"}],"revenue":{"from":"2023-01-01","to":"2024-01-01"}})")},
      {"list", a_call("classification.list", R"({"order":"name","limit":1000})")},
      {"unclassified", a_call("classification.unclassified", R"({"axis":"ownership"})")},
      {"changes", a_call("database.changes", R"({"after_seq":0,"limit":10000})")},
      {"query", a_call("database.query", R"({"sql":"SELECT * FROM ledger_entry","limit":10000})")},
      {"rows as JSON", [](Connection& c) { c.query("SELECT * FROM ledger_entry").drain_json(); }},
      {"rows as CSV", [](Connection& c) { c.query("SELECT * FROM ledger_month").drain_csv(false); }},
      {"verify", a_call("database.verify", "{}")},
      {"rebuild", a_call("database.verify", R"({"rebuild":true})")},
      {"backup", a_call("database.backup", dump_json({{"path", folder + "/copy.crm"}}))},
  };
}

}  // namespace

TEST_CASE("long calls ask the host at least every tenth of a second of their work") {
  BigOffice office;
  const TempDirectory folder;
  for (const Work& work : all_work(folder.file(""))) {
    std::int64_t longest = 0;
    std::int64_t last = thread_cpu_us();
    const auto note = [&] {
      longest = std::max(longest, thread_cpu_us() - last);
      last = thread_cpu_us();
      return false;
    };
    office.connection.set_progress([&](std::int64_t, std::int64_t) { return note(); });
    last = thread_cpu_us();
    work.run(office.connection);
    note();
    INFO(work.what << ": " << longest << " us");
    CHECK((!kMeasures || longest < kGapUsMax));
  }
}

TEST_CASE("long calls end when the host says so, apply nothing, and the connection works on") {
  BigOffice office;
  const TempDirectory folder;
  const auto last_change = [&] { return dump_json(office.query("SELECT max(seq) FROM change_log")); };
  for (const Work& work : all_work(folder.file(""))) {
    INFO(work.what);
    const std::string before = last_change();
    for (const bool by_interrupt : {false, true}) {
      int asked = 0;
      office.connection.set_progress([&](std::int64_t, std::int64_t) {
        if (++asked != 2) return false;
        if (by_interrupt) office.connection.interrupt();
        return !by_interrupt;
      });
      const Refusal refusal = refusal_of([&] { work.run(office.connection); });
      office.connection.set_progress({});
      // Some are over before they are asked a second time.
      if (asked < 2) continue;
      CHECK(refusal.code == Code::cancelled);
      CHECK(last_change() == before);
    }
    if (last_change() == before) work.run(office.connection);
  }
}
