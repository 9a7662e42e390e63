// First what is new comes, so that a later or earlier change may name it; then each change is taken by
// itself. A node's state of before is kept when it held for at least a day: what is changed twice on one day
// was never so in between. tests/engine/node_changes_property_test.cpp lets trees live
// at random beside a plain model.
#include "classification/node_changes.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace crmcore::classification {
namespace {

using Kind = NodeChange::Kind;

class NodeChanger {
 public:
  NodeChanger(std::span<const NodeRow> known, std::span<const NodeChange> changes, Date day, Date today,
              std::vector<Diagnostic>& found)
      : changes_(changes), day_(day), today_(today), found_(found) {
    for (const NodeRow& node : known) {
      nodes_.emplace(node.code, Held{node});
      next_rank_ = std::max(next_rank_, node.rank + 1);
    }
  }

  std::vector<NodeRow> run() {
    for (at_ = 0; at_ < changes_.size(); ++at_) {
      if (change().kind == Kind::add) add();
    }
    for (at_ = 0; at_ < changes_.size(); ++at_) apply();
    for (at_ = 0; at_ < changes_.size(); ++at_) check_successors();
    std::vector<NodeRow> changed;
    for (const std::string& code : order_) changed.push_back(std::move(nodes_.at(code).row));
    return changed;
  }

 private:
  struct Held {
    NodeRow row;
    bool is_new = false;
    bool is_changed = false;
    bool is_moved = false;
    bool is_renamed = false;
    bool is_split = false;        // and goes on
    bool has_successors = false;  // or none, by one that ends nodes
    bool is_ending = false;
  };

  const NodeChange& change() const { return changes_[at_]; }

  void refuse(Code code, std::string_view member, std::string message) {
    found_.push_back({code, fmt::format("/changes/{}/{}", at_, member), std::move(message)});
  }

  // The node to be changed; nullptr, and refused, when there is none that is valid from the day on.
  Held* take(const std::string& code, std::string_view member) {
    const auto place = nodes_.find(code);
    if (place == nodes_.end()) {
      refuse(Code::not_found, member, fmt::format("no node {} on the axis", text::quoted(code)));
      return nullptr;
    }
    Held& held = place->second;
    if (!held.row.is_valid_at(day_)) {
      refuse(Code::invalid, member, fmt::format("node '{}' is not valid on {}", code, format_date(day_)));
      return nullptr;
    }
    if (!held.row.past.empty() && day_ < held.row.past.back().until) {
      refuse(Code::conflict, member,
             fmt::format(
                 "node '{}' changed on {}, which is after {}: a node's changes come in the order of days",
                 code, format_date(held.row.past.back().until), format_date(day_)));
      return nullptr;
    }
    if (held.is_new && change().kind != Kind::add) {
      refuse(Code::conflict, member, fmt::format("node '{}' is new by the same changes", code));
      return nullptr;
    }
    return &held;
  }

  // Notes that a change does something to the node; false, and refused, when another did that already.
  bool note(bool Held::*done, Held& held, std::string_view member) {
    const bool is_state = done != &Held::has_successors;
    const bool is_twice = held.*done || (is_state ? held.is_ending : held.is_moved || held.is_renamed);
    held.*done = true;
    if (is_twice) {
      refuse(Code::conflict, member,
             fmt::format("node '{}' is changed by another of the changes", held.row.code));
    }
    return !is_twice;
  }

  void mark(Held& held) {
    if (!held.is_changed) order_.push_back(held.row.code);
    held.is_changed = true;
  }

  void add() {
    const std::string& code = change().nodes.front();
    if (nodes_.contains(code)) {
      refuse(Code::conflict, "node", fmt::format("there is a node '{}' already", code));
      return;
    }
    Held held;
    held.row.code = code;
    held.row.name = change().name;
    held.row.parent = change().parent;
    held.row.from = day_;
    held.row.rank = next_rank_++;
    held.is_new = true;
    mark(nodes_.emplace(code, std::move(held)).first->second);
  }

  void apply() {
    switch (change().kind) {
      case Kind::add:
        return;
      case Kind::move:
      case Kind::rename:
        return set_state();
      case Kind::merge:
      case Kind::split:
      case Kind::retire:
        for (std::size_t i = 0; i < change().nodes.size(); ++i)
          end(change().nodes[i], change().kind == Kind::merge ? fmt::format("nodes/{}", i) : "node");
        return;
    }
  }

  void set_state() {
    Held* held = take(change().nodes.front(), "node");
    const bool is_move = change().kind == Kind::move;
    if (held == nullptr || !note(is_move ? &Held::is_moved : &Held::is_renamed, *held, "node")) return;
    NodeRow& row = held->row;
    const std::string& given = is_move ? change().parent : change().name;
    std::string& present = is_move ? row.parent : row.name;
    if (given == present) {
      refuse(Code::invalid, is_move ? "parent" : "name",
             is_move && given.empty()
                 ? fmt::format("node '{}' is a root already", row.code)
                 : fmt::format("that of node '{}' is {} already", row.code, text::quoted(given)));
      return;
    }
    const std::optional<Date> since = row.past.empty() ? row.from : row.past.back().until;
    if (!since || *since < day_) row.past.push_back({day_, row.name, row.parent});
    present = given;
    mark(*held);
  }

  void end(const std::string& code, const std::string& member) {
    Held* held = take(code, member);
    if (held == nullptr) return;
    const bool goes_on = is_own_successor(code);
    if (goes_on && change().kind == Kind::retire) {
      refuse(Code::invalid, "successor", fmt::format("node '{}' is not its own successor", code));
      return;
    }
    if (goes_on && !held->has_successors) {
      held->has_successors = true;  // it may move, too
      held->is_split = change().kind == Kind::split;
      return;
    }
    if (!note(&Held::has_successors, *held, member)) return;
    held->is_ending = true;
    if (held->row.to && *held->row.to <= today_) {
      refuse(Code::invalid, member, fmt::format("node '{}' ended on {}", code, format_date(*held->row.to)));
      return;
    }
    if (held->row.from == day_) {
      refuse(Code::invalid, member,
             fmt::format("node '{}' begins on {} and would never have been", code, format_date(day_)));
      return;
    }
    held->row.to = day_;
    mark(*held);
  }

  bool is_own_successor(const std::string& code) const {
    const auto& successors = change().successors;
    return std::find(successors.begin(), successors.end(), code) != successors.end();
  }

  void check_successors() {
    const bool is_split = change().kind == Kind::split;
    for (std::size_t i = 0; i < change().successors.size(); ++i) {
      const std::string& code = change().successors[i];
      const std::string member = is_split ? fmt::format("successors/{}", i) : "successor";
      const auto place = nodes_.find(code);
      if (place == nodes_.end()) {
        refuse(Code::not_found, member, fmt::format("no node {} on the axis", text::quoted(code)));
      } else if (!place->second.row.is_valid_at(day_) || !place->second.row.is_valid_at(today_)) {
        refuse(Code::invalid, member,
               fmt::format("node '{}' is not valid from {} until after {}", code, format_date(day_),
                           format_date(today_)));
      }
      const auto& own = change().nodes;
      if (place != nodes_.end() && place->second.is_split &&
          std::find(own.begin(), own.end(), code) == own.end()) {
        refuse(Code::conflict, member,
               fmt::format("the customers of node '{}' go elsewhere by another change; name where these go",
                           code));
      }
      if (std::count(change().successors.begin(), change().successors.end(), code) > 1)
        refuse(Code::conflict, member, fmt::format("node '{}' is named twice", code));
    }
    if (is_split) check_rule();
  }

  void check_rule() {
    const NodeChange::Rule& rule = change().rule;
    const auto check = [&](const std::string& successor, std::string_view path) {
      if (is_own_successor(successor)) return;
      refuse(Code::invalid, path,
             fmt::format("{} is none of the successors {}", text::quoted(successor),
                         fmt::join(change().successors, ", ")));
    };
    for (const auto& [customer, successor] : rule.customers)
      check(successor, join_path("customers", customer));
    for (const auto& [node, successor] : rule.classes) check(successor, join_path("by/successors", node));
    if (!rule.otherwise.empty()) check(rule.otherwise, "otherwise");
  }

  std::span<const NodeChange> changes_;
  Date day_;
  Date today_;
  std::vector<Diagnostic>& found_;
  std::unordered_map<std::string, Held> nodes_;  // by code
  std::vector<std::string> order_;               // of those that are changed
  std::int32_t next_rank_ = 0;
  std::size_t at_ = 0;  // the change that is looked at
};

}  // namespace

const std::string& NodeChange::successor() const noexcept {
  static const std::string kNone;
  if (kind == Kind::split) return rule.otherwise;
  return successors.empty() ? kNone : successors.front();
}

std::vector<NodeRow> change_nodes(std::span<const NodeRow> known, std::span<const NodeChange> changes,
                                  Date day, Date today, std::vector<Diagnostic>& found) {
  const std::size_t found_before = found.size();
  std::vector<NodeRow> changed = NodeChanger(known, changes, day, today, found).run();
  return found.size() == found_before ? changed : std::vector<NodeRow>();
}

}  // namespace crmcore::classification
