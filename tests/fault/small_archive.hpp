// A small archive with something in every room, and what can be seen of it as one text.
#pragma once

#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/database.hpp"

#include "base/format.hpp"
#include "storage/migrations.hpp"
#include "storage/sqlite_files.hpp"

namespace crmcore::fault {

using sqlite::Folder;
using sqlite::read_bytes;
using sqlite::write_bytes;

inline constexpr std::int64_t kNow = 1'719'835'200'000'000;  // 2024-07-01 12:00 UTC

inline Connection connect(const Database& database) {
  Connection connection = database.connect();
  connection.set_now(kNow);
  connection.set_actor("fault");
  return connection;
}

inline std::int64_t integer(Connection& connection, std::string_view sql) {
  Rows rows = connection.query(sql);
  return rows.next() && !rows.is_null(0) ? rows.integer(0) : 0;
}

inline bool is_verified(Connection& connection) {
  return connection.call("database.verify", "{}").find(R"("is_ok":true)") != std::string::npos;
}

// One revenue entry; `extra` is more JSON members.
inline std::string entry(std::string_view customer, std::string_view document, std::int64_t amount,
                         std::string_view extra = {}) {
  return fmt::format(R"({{"customer":"{}","date":"2024-03-01","document":"{}","amount":{}{}}})", customer,
                     document, amount, extra);
}

inline void put_customer(Connection& connection, std::string_view code) {
  connection.call("archive.put", fmt::format(R"({{"customers":[{{"code":"{}","name":"客户"}}]}})", code));
}

inline void post(Connection& connection, std::string_view entries) {
  connection.call("ledger.post", fmt::format(R"({{"source":"erp","entries":[{}]}})", entries));
}

inline void fill(Connection& connection, int customers) {
  connection.begin();
  connection.call("classification.define_ready_made", "{}");
  connection.call("classification.put_nodes",
                  R"({"axis":"region","nodes":[{"code":"CN","name":"中国"},
                      {"code":"BJ","name":"北京","parent":"CN"},{"code":"SH","name":"上海","parent":"CN"}]})");
  std::string list;
  std::string entries;
  for (int i = 0; i < customers; ++i) {
    const char* comma = i == 0 ? "" : ",";
    list += fmt::format(R"({}{{"code":"C{}","name":"客户{}","classes":{{"region":"BJ"}},
                            "attributes":{{"total_assets":{}}},"contacts":[{{"name":"王芳"}}]}})",
                        comma, i, i, i * 1'000'000);
    for (int j = 0; j < 5; ++j) {
      entries += (i + j == 0 ? "" : ",") +
                 entry(fmt::format("C{}", i), fmt::format("D{}-{}", i, j), (i + 1) * (j + 1) * 1000);
    }
  }
  connection.call("archive.put", fmt::format(R"({{"customers":[{}]}})", list));
  post(connection, entries);
  connection.commit();
  connection.call("grading.put_scheme", R"({"document":{"code":"value","population":{"status":["existing"]},
    "grades":{"order":["A","B","C"],"blocked":"X"},"calendar":{"timezone":"UTC"},"returns":"gross",
    "factors":[{"code":"revenue","metric":{"kind":"revenue","window":{"kind":"rolling","months":12}}}],
    "cut":{"kind":"pareto","on":"revenue","cuts":[70,90]}}})");
  connection.call("grading.commit", R"({"scheme":"value","as_of":"2024-06-01","kind":"ad_hoc"})");
  connection.call("assignment.put_managers", R"({"managers":[{"code":"M1","name":"李娜","span":9999}]})");
  connection.call("assignment.put_policy", R"({"document":{"code":"service","scheme":"value",
    "grades":["A","B","C"],"levels":["ordinary"],"weights":{"A":1,"B":1,"C":1},
    "stages":[{"rule":"least_loaded"}]}})");
  connection.call("assignment.commit", R"({"policy":"service","as_of":"2024-06-01"})");
}

// The names of all views that there ever were.
inline std::vector<std::string> view_names() {
  std::vector<std::string> names;
  static const std::regex kView(R"(CREATE VIEW (\w+) AS)");
  for (const storage::Migration& migration : storage::migrations()) {
    const std::string script = migration.script;
    for (std::sregex_iterator at(script.begin(), script.end(), kView), end; at != end; ++at) {
      names.push_back((*at)[1].str());
    }
  }
  return names;
}

// Everything that the views tell, and the change sequence.
inline std::string contents(Connection& connection) {
  std::string all;
  for (const std::string& view : view_names()) all += connection.query("SELECT * FROM " + view).drain_json();
  return all;
}

}  // namespace crmcore::fault
