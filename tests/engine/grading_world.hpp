// A small world for the tests of grading: twelve customers with two years of orders, and a scheme.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crmcore/grading.hpp"

#include "base/json.hpp"
#include "engine/archive_fixture.hpp"

namespace crmcore::testing {

inline constexpr std::string_view kScheme = R"({"code": "standard",
  "calendar": {"timezone": "UTC"}, "returns": "net_own",
  "reviews": {"first": "2023-01-01", "every_months": 1},
  "factors": [
    {"code": "revenue", "metric": {"kind": "revenue", "window": {"kind": "rolling", "months": 3}}, "weight": 70,
     "scale": {"kind": "points", "points": [[0, 0], [100000, 100]]}},
    {"code": "orders", "metric": {"kind": "orders", "window": {"kind": "rolling", "months": 3}}, "weight": 30,
     "scale": {"kind": "points", "points": [[0, 0], [10, 100]]}}],
  "cut": {"kind": "score", "thresholds": [{"grade": "A", "enter": 80}, {"grade": "B", "enter": 40}]}})";

// Twelve customers c01 ... c12; the n-th has n orders of n x 1,000 in each month of 2022 and 2023.
class World {
 public:
  World() : connection(archive.connect()), grading(connection) {
    connection.begin();
    std::vector<EntryInput> entries;
    std::vector<std::string> documents;
    documents.reserve(4096);
    for (int n = 1; n <= 12; ++n) {
      ids.push_back(Archive(connection).put(customer((n < 10 ? "c0" : "c") + std::to_string(n), "Customer")));
      for (int month = 0; month < 24; ++month) {
        for (int order = 0; order < (n + 2) / 3; ++order) {
          EntryInput entry;
          entry.customer = ids.back();
          entry.date = add_days(add_months(day("2022-01-03"), month), order);
          entry.amount = Money{n * 1000};
          entry.document = documents.emplace_back(std::to_string(n) + "-" + std::to_string(month) + "-" +
                                                  std::to_string(order));
          entries.push_back(entry);
        }
      }
    }
    Ledger(connection).post({"test", ""}, entries);
    connection.commit();
    grading.put_scheme(kScheme);
  }

  ReviewSummary review(std::string_view as_of, ReviewKind kind = ReviewKind::scheduled) {
    return grading.commit({"standard", {}, day(as_of), kind, "", true});
  }
  void post(int n, std::string_view date, std::int64_t amount, EntryKind kind = EntryKind::revenue) {
    const std::string document = "extra-" + std::to_string(++extra_);
    EntryInput entry;
    entry.customer = ids[static_cast<std::size_t>(n - 1)];
    entry.date = day(date);
    entry.amount = Money{amount};
    entry.kind = kind;
    entry.document = document;
    Ledger(connection).post({"test", "", {.is_future = true}}, std::span(&entry, 1));
  }
  std::string grade(int n) {
    return grading.grade_of(ids[static_cast<std::size_t>(n - 1)], "standard").value_or("-");
  }
  Json explain(int n) {
    return parse_json(grading.explain(ids[static_cast<std::size_t>(n - 1)], "standard"));
  }
  Json call(std::string_view method, const Json& request) {
    return parse_json(connection.call(method, dump_json(request)));
  }

  TempArchive archive;
  Connection connection;
  Grading grading;
  std::vector<CustomerId> ids;

 private:
  int extra_ = 0;
};

inline Code code_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.code();
  }
  return Code::ok;
}

}  // namespace crmcore::testing
