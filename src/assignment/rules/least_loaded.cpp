// The manager whose load is the smallest part of the span.
#include "assignment/rules/makers.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

class LeastLoaded : public Rule {
 public:
  std::optional<std::uint64_t> key(const CustomerFacts&) const override { return 0; }
  Verdict judge(const CustomerFacts&, const ManagerFacts&) const override { return {}; }
  Choice choice() const override { return Choice::least_loaded; }
  Json parameters() const override { return Json::object(); }
};

}  // namespace

std::unique_ptr<const Rule> make_least_loaded(ObjectReader&, Vocabulary&) {
  return std::make_unique<LeastLoaded>();
}

}  // namespace crmcore::assignment
