#include "assignment/rule.hpp"

namespace crmcore::assignment {

bool Rule::concerns(const CustomerFacts&) const {
  return true;
}
bool Rule::concerns_everyone() const {
  return true;
}
Choice Rule::choice() const {
  return Choice::unset;
}
bool Rule::is_for_agents() const {
  return false;
}
bool Rule::is_by_nearness() const {
  return false;
}

bool Rule::reads_present() const {
  return false;
}

}  // namespace crmcore::assignment
