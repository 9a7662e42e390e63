// Random lives of a tree and of the customers on it, beside a plain model that has everything day by day.
#include <doctest/doctest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "archive_fixture.hpp"
#include "base/json.hpp"

using namespace crmcore;
using namespace crmcore::testing;

namespace {

constexpr int kDays = 40;   // the first is the one on which the archive begins
constexpr int kBefore = 3;  // days before it, on which nobody was a customer

std::string day_text(int index) {
  return format_date(Date{day("2024-01-15").days + index - kBefore});
}

// What a node is on one day.
struct NodeDay {
  std::string name;
  std::string parent;
  bool is_valid = true;
};

// A change on a day is a loop over all days from it on.
struct TreeModel {
  std::map<std::string, std::vector<NodeDay>> nodes;
  std::map<std::string, int> present_since;                 // the day of a node's last change; absent: never
  std::map<std::string, std::vector<std::string>> classes;  // by customer; "" unknown
  std::map<std::string, int> since;

  void apply(const Json& change, int on) {
    const std::string kind = change["kind"].text();
    if (kind == "add") {
      auto& days = nodes[change["node"].text()];
      days.assign(kDays, {change["name"].text(), change["parent"].text(), true});
      for (int d = 0; d < on; ++d) days[static_cast<std::size_t>(d)].is_valid = false;
    } else if (kind == "move" || kind == "rename") {
      const std::string code = change["node"].text();
      for (int d = on; d < kDays; ++d) {
        NodeDay& at = nodes[code][static_cast<std::size_t>(d)];
        (kind == "move" ? at.parent : at.name) = change[kind == "move" ? "parent" : "name"].text();
      }
      present_since[code] = on;
    } else {
      std::set<std::string> ending;
      if (kind == "merge") {
        for (const Json& one : change["nodes"]) ending.insert(one.text());
      } else {
        ending.insert(change["node"].text());
      }
      for (auto& [customer, days] : classes) {
        for (int d = on; d < kDays; ++d) {
          std::string& at = days[static_cast<std::size_t>(d)];
          if (ending.contains(at)) at = successor(change, customer);
        }
      }
      for (const std::string& code : ending) {
        if (goes_on(change, code)) continue;
        for (int d = on; d < kDays; ++d) nodes[code][static_cast<std::size_t>(d)].is_valid = false;
      }
    }
  }

  static std::string successor(const Json& change, const std::string& customer) {
    if (change.contains("successor")) return change["successor"].text();
    if (change.contains("customers") && change["customers"].contains(customer))
      return change["customers"][customer].text();
    return change.contains("otherwise") ? change["otherwise"].text() : "";
  }
  static bool goes_on(const Json& change, const std::string& code) {
    if (change.contains("successor") && change["successor"] == code) return true;
    if (!change.contains("successors")) return false;
    for (const Json& one : change["successors"]) {
      if (one == code) return true;
    }
    return false;
  }

  // "root/…/node" by names, "" for unknown.
  std::string path(const std::string& customer, int d) const {
    if (d < since.at(customer)) return "";
    std::string code = classes.at(customer)[static_cast<std::size_t>(d)];
    std::string path;
    for (int depth = 0; !code.empty(); ++depth) {
      REQUIRE(depth < 20);
      const NodeDay& at = nodes.at(code)[static_cast<std::size_t>(d)];
      path = at.name + (path.empty() ? "" : "/") + path;
      code = at.parent;
    }
    return path;
  }

  // No class outside of its node's life, no node outside of its parent's.
  void check() const {
    for (int d = 0; d < kDays; ++d) {
      const auto at = static_cast<std::size_t>(d);
      for (const auto& [customer, days] : classes) {
        if (!days[at].empty()) CHECK(nodes.at(days[at])[at].is_valid);
      }
      for (const auto& [code, days] : nodes) {
        if (days[at].is_valid && !days[at].parent.empty()) CHECK(nodes.at(days[at].parent)[at].is_valid);
      }
    }
  }
};

class Life {
 public:
  explicit Life(unsigned seed) : random_(seed) {
    connection_.call("classification.define_axis", R"({"code":"area","name":"Area","kind":"tree"})");
    Json nodes = Json::array();
    for (int i = 0; i < 6; ++i) {
      const std::string code = "n" + std::to_string(i);
      const std::string parent = i < 2 ? "" : "n" + std::to_string(pick(i));
      Json node = {{"code", code}, {"name", code + " first"}};
      if (!parent.empty()) node["parent"] = parent;
      nodes.push_back(std::move(node));
      model_.nodes[code].assign(kDays, {code + " first", parent, true});
    }
    call("classification.put_nodes", {{"axis", "area"}, {"nodes", nodes}});
  }

  // Returns how many changes of nodes were taken.
  int run() {
    for (today_ = kBefore; today_ < kDays; today_ += pick(3)) {
      connection_.set_now(kTestNow + std::int64_t{today_ - kBefore} * 86'400'000'000);
      step();
      step();
      compare();
    }
    today_ = kDays - 1;
    CHECK(parse_json(connection_.verify(false))["is_ok"] == true);
    return accepted_;
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string node() {
    auto place = model_.nodes.begin();
    std::advance(place, pick(static_cast<int>(model_.nodes.size())));
    return place->first;
  }
  Json call(std::string_view method, const Json& request) {
    return parse_json(connection_.call(method, dump_json(request)));
  }

  void step() {
    switch (pick(6)) {
      case 0:
        return classify("c" + std::to_string(model_.since.size()));
      case 1:
        if (!model_.since.empty())
          classify("c" + std::to_string(pick(static_cast<int>(model_.since.size()))));
        return;
      case 2:
        return correct();
      default:
        return change();
    }
  }

  void classify(const std::string& customer) {
    const std::string on = node();
    if (!model_.nodes[on][static_cast<std::size_t>(today_)].is_valid) return;
    const Json input = {{"code", customer}, {"name", "N"}, {"classes", {{"area", on}}}};
    call("archive.put", {{"customers", Json::array({input})}});
    auto& days = model_.classes[customer];
    days.resize(kDays);
    for (int d = today_; d < kDays; ++d) days[static_cast<std::size_t>(d)] = on;
    model_.since.try_emplace(customer, today_);
  }

  // Without a day it was always so, since the last change.
  void correct() {
    const std::string code = node();
    Json put = {{"code", code}, {"name", code + " corrected " + std::to_string(today_)}};
    const std::string parent = node();
    if (pick(2) == 0) put["parent"] = parent;
    try {
      call("classification.put_nodes", {{"axis", "area"}, {"nodes", Json::array({put})}});
    } catch (const Error&) {
      return;
    }
    const auto since = model_.present_since.find(code);
    for (int d = since == model_.present_since.end() ? 0 : since->second; d < kDays; ++d) {
      NodeDay& at = model_.nodes[code][static_cast<std::size_t>(d)];
      at.name = put["name"].text();
      if (put.contains("parent")) at.parent = parent;
    }
  }

  Json random_change() {
    const int serial = ++serial_;
    switch (pick(6)) {
      case 0:
        return {{"kind", "add"}, {"node", "m" + std::to_string(serial)}, {"name", "new"}, {"parent", node()}};
      case 1:
        return {{"kind", "move"}, {"node", node()}, {"parent", node()}};
      case 2:
        return {{"kind", "rename"}, {"node", node()}, {"name", "name " + std::to_string(serial)}};
      case 3:
        return {{"kind", "merge"}, {"nodes", {node(), node()}}, {"successor", node()}};
      case 4: {
        const std::string first = node();
        const std::string other = node();
        Json split = {
            {"kind", "split"}, {"node", node()}, {"successors", {first, other}}, {"otherwise", other}};
        for (const auto& [customer, days] : model_.classes) {
          if (days[static_cast<std::size_t>(today_)] == split["node"].text() && pick(2) == 0)
            split["customers"][customer] = first;
        }
        return split;
      }
      default:
        return {{"kind", "retire"}, {"node", node()}, {"successor", node()}};
    }
  }

  void change() {
    const int on = pick(3) == 0 ? pick(today_ + 1) : std::max(today_ - pick(3), 0);
    Json changes = Json::array({random_change()});
    if (pick(3) == 0) changes.push_back(random_change());
    Json request = {{"axis", "area"}, {"on", day_text(on)}, {"changes", changes}, {"is_dry_run", true}};
    std::optional<Json> told = answer(request);
    request["is_dry_run"] = false;
    std::optional<Json> done = answer(request);
    REQUIRE(told.has_value() == done.has_value());
    if (!done) return;
    ++accepted_;
    (*told)["is_dry_run"] = false;
    CHECK(*told == *done);
    // What is new comes first; all others look at what was there before.
    for (const Json& one : changes) {
      if (one["kind"] == "add") model_.apply(one, on);
    }
    for (const Json& one : changes) {
      if (one["kind"] != "add") model_.apply(one, on);
    }
    model_.check();
  }

  std::optional<Json> answer(const Json& request) {
    try {
      return call("classification.change_nodes", request);
    } catch (const Error& error) {
      CHECK(error.code() != Code::internal);
      CHECK(error.path().starts_with("/changes"));
      return std::nullopt;
    }
  }

  void compare() {
    for (int d = 0; d <= today_; d += 1 + pick(4)) {
      std::map<std::string, std::int64_t> counts;
      std::int64_t there = 0;
      for (const auto& one_customer : model_.since) {
        const std::string& customer = one_customer.first;
        const int since = one_customer.second;
        const Json told = call("classification.get_class",
                               {{"customer", customer}, {"axis", "area"}, {"as_of", day_text(d)}});
        std::string path;
        for (const Json& one : told["path"]) path += (path.empty() ? "" : "/") + one.text();
        CAPTURE(customer);
        CAPTURE(day_text(d));
        REQUIRE(path == model_.path(customer, d));
        if (d < since) continue;
        ++there;
        ++counts[model_.classes[customer][static_cast<std::size_t>(d)]];
      }
      compare_table(d, counts, there);
    }
  }

  void compare_table(int d, const std::map<std::string, std::int64_t>& counts, std::int64_t there) {
    const Json dimensions = Json::array({Json{{"axis", "area"}}});
    const Json table = call("classification.cross_tab", {{"dimensions", dimensions}, {"as_of", day_text(d)}});
    CHECK(table["customers"] == there);
    std::map<std::string, std::int64_t> told;
    for (const Json& cell : table["cells"]) {
      const Json& key = cell["keys"][0];
      told[key.is_null() ? "" : key.text()] = cell["count"].get<std::int64_t>();
    }
    CHECK(told == counts);
    // Who is under a node, by walking up.
    const std::string under = node();
    if (!model_.nodes[under][static_cast<std::size_t>(d)].is_valid) return;
    std::set<std::string> expected;
    for (const auto& [customer, since] : model_.since) {
      if (d < since) continue;
      for (std::string at = model_.classes[customer][static_cast<std::size_t>(d)]; !at.empty();
           at = model_.nodes[at][static_cast<std::size_t>(d)].parent) {
        if (at == under) expected.insert(customer);
      }
    }
    std::set<std::string> listed;
    const Json filters = Json::array({Json{{"axis", "area"}, {"node", under}}});
    const Json list =
        call("classification.list", {{"filters", filters}, {"as_of", day_text(d)}, {"limit", 1000}});
    for (const Json& one : list["customers"]) listed.insert(one["code"].text());
    CHECK(listed == expected);
  }

  std::mt19937 random_;
  TempArchive archive_;
  Connection connection_ = archive_.connect();
  TreeModel model_;
  int today_ = kBefore;
  int serial_ = 0;
  int accepted_ = 0;
};

}  // namespace

TEST_CASE("paths, counts and lists of any day are those of a model that has all days") {
  int accepted = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    accepted += Life(seed).run();
  }
  CHECK(accepted > 400);
}
