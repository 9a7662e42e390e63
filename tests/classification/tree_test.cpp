// What is a tree and what is refused, as tables.
#include "classification/tree.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

#include "base/format.hpp"

namespace crmcore::classification {
namespace {

NodeRow row(std::string code, std::string name, std::string parent = "",
            std::vector<std::string> aliases = {}) {
  NodeRow node;
  node.code = std::move(code);
  node.name = std::move(name);
  node.parent = std::move(parent);
  node.aliases = std::move(aliases);
  return node;
}

NodeRow dated(NodeRow node, const char* from, const char* to) {
  if (from != nullptr) node.from = parse_date(from);
  if (to != nullptr) node.to = parse_date(to);
  return node;
}

NodeRow with_id(NodeRow node, std::int64_t id) {
  node.id = NodeId{id};
  return node;
}

std::vector<NodeRow> chain(int depth) {
  std::vector<NodeRow> rows;
  for (int i = 0; i < depth; ++i) {
    rows.push_back(
        row(fmt::format("n{}", i), fmt::format("Node {}", i), i == 0 ? "" : fmt::format("n{}", i - 1)));
  }
  return rows;
}

Tree places() {
  return Tree::build({
      row("cn", "中国"),
      row("gd", "广东省", "cn", {"广东", "Canton"}),
      row("sz", "深圳市", "gd", {"深圳"}),
      row("bj", "北京市", "cn"),
      row("bj-cy", "朝阳区", "bj"),
      row("jl", "吉林省", "cn"),
      row("jl-cy", "朝阳区", "jl"),
      dated(row("old", "下城区", "cn"), nullptr, "2021-04-01"),
      dated(row("new", "拱墅区", "cn"), "2021-04-01", nullptr),
  });
}

namespace {

struct NoTree {
  const char* what;
  std::vector<NodeRow> rows;
  Code code;
  const char* path;
  const char* says;
};
const NoTree kNoTrees[] = {
    {"blank code", {row("", "A")}, Code::invalid, "/nodes/0/code", ""},
    {"blank name", {row("a", " ")}, Code::invalid, "/nodes/0/name", ""},
    {"blank alias", {row("a", "A", "", {"x", ""})}, Code::invalid, "/nodes/0/aliases/1", ""},
    {"code not UTF-8", {row("\xff", "A")}, Code::utf8, "/nodes/0/code", ""},
    {"parent not UTF-8", {row("a", "A", "\xff")}, Code::not_found, "/nodes/0/parent", "\\xFF"},
    {"bidi override in a code",
     {row("a\xe2\x80\xae"
          "b",
          "A")},
     Code::invalid,
     "/nodes/0/code",
     ""},
    {"code twice",
     {row("a", "A"), row("b", "B"), row("a", "C")},
     Code::conflict,
     "/nodes/2/code",
     "/nodes/0"},
    {"NFC and NFD twins",
     {row("caf\xc3\xa9", "A"), row("cafe\xcc\x81", "B")},
     Code::conflict,
     "/nodes/1/code",
     "/nodes/0"},
    {"id twice", {with_id(row("a", "A"), 7), with_id(row("b", "B"), 7)}, Code::conflict, "/nodes/1/id", "7"},
    {"unknown parent", {row("a", "A", "nowhere")}, Code::not_found, "/nodes/0/parent", "nowhere"},
    {"its own parent", {row("a", "A", "a")}, Code::cycle, "/nodes/0/parent", "a → a"},
    {"two in a circle",
     {row("a", "A", "b"), row("b", "B", "a")},
     Code::cycle,
     "/nodes/0/parent",
     "a → b → a"},
    {"a circle below a root, with a tail",
     {row("r", "R"), row("t", "T", "z"), row("x", "X", "y"), row("y", "Y", "z"), row("z", "Z", "x")},
     Code::cycle,
     "/nodes/2/parent",
     "x → y → z → x"},
    {"too deep", chain(65), Code::limit, "/nodes/64/parent", "64"},
    {"an alias twice",
     {row("a", "A", "", {"x"}), row("b", "B", "", {"X"})},
     Code::conflict,
     "/nodes/1/aliases/0",
     "'a'"},
    {"an alias that is another's name",
     {row("a", "Alpha"), row("b", "B", "", {"ＡＬＰＨＡ"})},
     Code::conflict,
     "/nodes/1/aliases/0",
     "'a'"},
    {"an alias that is another's code",
     {row("b", "B", "", {"a"}), row("a", "Alpha")},
     Code::conflict,
     "/nodes/0/aliases/0",
     "'a'"},
    {"end before start",
     {dated(row("a", "A"), "2024-02-01", "2024-01-01")},
     Code::invalid,
     "/nodes/0/to",
     "2024-01-01"},
    {"an empty interval",
     {dated(row("a", "A"), "2024-02-01", "2024-02-01")},
     Code::invalid,
     "/nodes/0/to",
     ""},
    {"valid before its parent",
     {dated(row("a", "A"), "2024-01-01", nullptr), row("b", "B", "a")},
     Code::invalid,
     "/nodes/1/from",
     "'a'"},
    {"valid after its parent",
     {dated(row("a", "A"), nullptr, "2024-01-01"), dated(row("b", "B", "a"), nullptr, "2024-01-02")},
     Code::invalid,
     "/nodes/1/from",
     "2024-01-02"},
};

}  // namespace

TEST_CASE("rows that are no tree are refused with code, path and a message that names the culprit") {
  for (const NoTree& c : kNoTrees) {
    CAPTURE(c.what);
    std::vector<Diagnostic> found;
    const Tree tree = Tree::build(c.rows, found);
    CHECK(tree.size() == 0);
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == c.code);
    CHECK(found[0].path == c.path);
    CHECK_MESSAGE(found[0].message.find(c.says) != std::string::npos, found[0].message);
    CHECK_THROWS_AS(Tree::build(c.rows), Error);
  }
}

TEST_CASE("every violation is reported, and each cycle once") {
  std::vector<Diagnostic> found;
  Tree::build({row("a", "A", "b"), row("b", "B", "a"), row("c", "C", "c"), row("d", "D", "missing"),
               row("e", "E", "d", {"A"})},
              found);
  std::vector<std::pair<Code, std::string>> seen;
  for (const Diagnostic& diagnostic : found) seen.emplace_back(diagnostic.code, diagnostic.path);
  CHECK(seen == std::vector<std::pair<Code, std::string>>{{Code::not_found, "/nodes/3/parent"},
                                                          {Code::cycle, "/nodes/0/parent"},
                                                          {Code::cycle, "/nodes/2/parent"},
                                                          {Code::conflict, "/nodes/4/aliases/0"}});
}

TEST_CASE("64 levels are allowed") {
  const Tree tree = Tree::build(chain(64));
  CHECK(tree.level(63) == 63);
  CHECK(tree.path(63).size() == 64);
}

TEST_CASE("the order of rows changes nothing; siblings stand by rank, then code") {
  std::vector<NodeRow> rows = {row("r", "R"), row("b", "B", "r"), row("a", "A", "r"), row("first", "F", "r"),
                               row("leaf", "L", "b")};
  rows[1].rank = rows[2].rank = 5;
  std::sort(rows.begin(), rows.end(), [](const NodeRow& x, const NodeRow& y) { return x.code < y.code; });
  do {
    const Tree tree = Tree::build(rows);
    std::string order;
    for (const NodeRow& node : tree.nodes()) order += node.code + " ";
    REQUIRE(order == "r first a b leaf ");
    REQUIRE(tree.subtree(tree.find("b")) == PositionRange{3, 5});
    REQUIRE(tree.is_leaf(4));
    REQUIRE(!tree.is_leaf(3));
  } while (std::next_permutation(rows.begin(), rows.end(),
                                 [](const NodeRow& x, const NodeRow& y) { return x.code < y.code; }));
}

TEST_CASE("texts resolve to one node, or say why not") {
  const Tree tree = places();
  struct Case {
    const char* text;
    const char* as_of;  // nullptr: all nodes
    Resolution::Kind kind;
    const char* code;  // found: the node; else a part of the reason
  };
  using Kind = Resolution::Kind;
  const Case cases[] = {
      {"sz", nullptr, Kind::found, "sz"},
      {"深圳市", nullptr, Kind::found, "sz"},
      {"深圳", nullptr, Kind::found, "sz"},
      {" 深圳 ", nullptr, Kind::found, "sz"},
      {"ｃａｎｔｏｎ", nullptr, Kind::found, "gd"},
      {"CANTON", nullptr, Kind::found, "gd"},
      {"SZ", nullptr, Kind::unknown, "neither code, name nor alias"},
      {"深", nullptr, Kind::unknown, "neither"},
      {"深圳市南山区", nullptr, Kind::unknown, "neither"},
      {"", nullptr, Kind::unknown, "blank"},
      {"朝阳区", nullptr, Kind::ambiguous, "bj-cy, jl-cy"},
      {"下城区", nullptr, Kind::found, "old"},
      {"下城区", "2021-03-31", Kind::found, "old"},
      {"下城区", "2021-04-01", Kind::unknown, "no node that is valid"},
      {"old", "2021-04-01", Kind::unknown, "not valid at 2021-04-01"},
      {"拱墅区", "2021-03-31", Kind::unknown, "no node that is valid"},
      {"拱墅区", "2021-04-01", Kind::found, "new"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const Resolution answer = tree.resolve(c.text, c.as_of == nullptr ? std::nullopt : parse_date(c.as_of));
    REQUIRE(answer.kind == c.kind);
    if (c.kind == Kind::found) {
      CHECK(tree.node(answer.position).code == c.code);
      CHECK(answer.reason.empty());
    } else {
      CHECK(answer.position == kNowhere);
      CHECK_MESSAGE(answer.reason.find(c.code) != std::string::npos, answer.reason);
      CHECK(answer.candidates.size() == (c.kind == Kind::ambiguous ? 2 : 0));
    }
  }
}

TEST_CASE("two nodes may share an alias when they are never valid together") {
  const Tree tree = Tree::build({dated(row("a", "A", "", {"x"}), nullptr, "2020-01-01"),
                                 dated(row("b", "B", "", {"x"}), "2020-01-01", nullptr)});
  CHECK(tree.node(tree.resolve("x", parse_date("2019-12-31")).position).code == "a");
  CHECK(tree.node(tree.resolve("x", parse_date("2020-01-01")).position).code == "b");
  CHECK(tree.resolve("x").kind == Resolution::Kind::ambiguous);
}

TEST_CASE("nodes are found by id and code") {
  const Tree tree = Tree::build({with_id(row("a", "A"), 5), with_id(row("b", "B", "a"), 3)});
  CHECK(tree.find(NodeId{3}) == 1);
  CHECK(tree.find(NodeId{4}) == kNowhere);
  CHECK(tree.find("b") == 1);
  CHECK(tree.find("c") == kNowhere);
  CHECK(tree.parent(1) == 0);
  CHECK(tree.parent(0) == kNowhere);
}

TEST_CASE("an empty axis has no nodes and resolves nothing") {
  const Tree tree = Tree::build({});
  CHECK(tree.size() == 0);
  CHECK(tree.resolve("x").kind == Resolution::Kind::unknown);
}

}  // namespace
}  // namespace crmcore::classification
