#include "assignment/rules/subtree.hpp"

#include <algorithm>
#include <limits>

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

// Beyond every subtree.
constexpr Position kFarthest = std::numeric_limits<Position>::max();

class Subtree : public Rule {
 public:
  Subtree(std::string code, std::size_t axis, bool serves_all, bool is_nearer_first, Rejection rejection)
      : code_(std::move(code)),
        axis_(axis),
        serves_all_(serves_all),
        is_nearer_first_(is_nearer_first),
        rejection_(rejection) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    return static_cast<std::uint64_t>(customer.classes[axis_] + 1);
  }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    const auto& served = manager.segments[axis_];
    if (served.empty()) {
      if (!serves_all_) return {rejection_};
      return {Rejection::none, is_nearer_first_ ? kFarthest : 0};
    }
    const Position at = customer.classes[axis_];
    // Subtrees that hold the same node lie one in the other: the smallest is the nearest.
    Position nearest = kFarthest;
    for (const PositionRange& range : served) {
      if (range.contains(at)) nearest = std::min(nearest, range.end - range.begin);
    }
    if (nearest == kFarthest) return {rejection_};
    return {Rejection::none, is_nearer_first_ ? nearest : 0};
  }
  bool is_by_nearness() const override { return true; }
  Json parameters() const override {
    return {{"axis", code_},
            {"without_segments", word_of(serves_all_ ? WithoutSegments::all : WithoutSegments::none)},
            {"is_nearer_first", is_nearer_first_}};
  }

 private:
  std::string code_;
  std::size_t axis_;
  bool serves_all_;       // a manager without segments on the axis serves everybody instead of nobody
  bool is_nearer_first_;  // of managers whose subtrees overlap, those of the smaller one come first
  Rejection rejection_;
};

}  // namespace

std::unique_ptr<const Rule> make_subtree_rule(ObjectReader& in, Vocabulary& words, const std::string& axis,
                                              Rejection rejection) {
  const std::string code =
      axis.empty() ? in.require_text("axis", kCodeBytesMax) : in.text_or("axis", kCodeBytesMax, axis);
  in.about("whom a manager without segments on the axis serves");
  const bool serves_all = in.word_or("without_segments", WithoutSegments::none) == WithoutSegments::all;
  in.about("of managers whose segments overlap, those nearer to the customer's node come first");
  const bool is_nearer_first = in.boolean_or("is_nearer_first", true);
  return std::make_unique<Subtree>(code, words.axis(code), serves_all, is_nearer_first, rejection);
}

}  // namespace crmcore::assignment
