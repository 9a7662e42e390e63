// The manager whose last assignment is longest ago.
#include "assignment/rules/makers.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

class RoundRobin : public Rule {
 public:
  std::optional<std::uint64_t> key(const CustomerFacts&) const override { return 0; }
  Verdict judge(const CustomerFacts&, const ManagerFacts&) const override { return {}; }
  Choice choice() const override { return Choice::round_robin; }
  Json parameters() const override { return Json::object(); }
};

}  // namespace

std::unique_ptr<const Rule> make_round_robin(ObjectReader&, Vocabulary&) {
  return std::make_unique<RoundRobin>();
}

}  // namespace crmcore::assignment
