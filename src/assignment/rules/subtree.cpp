#include "assignment/rules/subtree.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/limits.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

class Subtree : public Rule {
 public:
  Subtree(std::string code, std::size_t axis, bool serves_all, Rejection rejection)
      : code_(std::move(code)), axis_(axis), serves_all_(serves_all), rejection_(rejection) {}

  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    return static_cast<std::uint64_t>(customer.classes[axis_] + 1);
  }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    const auto& served = manager.segments[axis_];
    if (served.empty()) return {serves_all_ ? Rejection::none : rejection_};
    const Position at = customer.classes[axis_];
    const bool is_served = std::any_of(served.begin(), served.end(),
                                       [&](const PositionRange& range) { return range.contains(at); });
    return {is_served ? Rejection::none : rejection_};
  }
  Json parameters() const override {
    return {{"axis", code_},
            {"without_segments", word_of(serves_all_ ? WithoutSegments::all : WithoutSegments::none)}};
  }

 private:
  std::string code_;
  std::size_t axis_;
  bool serves_all_;  // a manager without segments on the axis serves everybody instead of nobody
  Rejection rejection_;
};

}  // namespace

std::unique_ptr<const Rule> make_subtree_rule(ObjectReader& in, Vocabulary& words, const std::string& axis,
                                              Rejection rejection) {
  const std::string code =
      axis.empty() ? in.require_text("axis", kCodeBytesMax) : in.text_or("axis", kCodeBytesMax, axis);
  in.about("whom a manager without segments on the axis serves");
  const bool serves_all = in.word_or("without_segments", WithoutSegments::none) == WithoutSegments::all;
  return std::make_unique<Subtree>(code, words.axis(code), serves_all, rejection);
}

}  // namespace crmcore::assignment
