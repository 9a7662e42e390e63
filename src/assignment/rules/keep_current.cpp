// Who serves the customer now goes on, whatever the other stages say.
#include <cassert>

#include "assignment/rules/makers.hpp"
#include "base/json.hpp"
#include "base/object_reader.hpp"

namespace crmcore::assignment {
namespace {

class KeepCurrent : public Rule {
 public:
  std::optional<std::uint64_t> key(const CustomerFacts& customer) const override {
    return static_cast<std::uint64_t>(customer.manager.value);
  }
  bool concerns(const CustomerFacts& customer) const override { return static_cast<bool>(customer.manager); }
  bool concerns_everyone() const override { return false; }
  Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const override {
    assert(concerns(customer));
    return {manager.id == customer.manager ? Rejection::none : Rejection::not_current};
  }
  bool reads_present() const override { return true; }
  Json parameters() const override { return Json::object(); }
};

}  // namespace

std::unique_ptr<const Rule> make_keep_current(ObjectReader&, Vocabulary&) {
  return std::make_unique<KeepCurrent>();
}

}  // namespace crmcore::assignment
