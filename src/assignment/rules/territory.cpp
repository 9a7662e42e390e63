// The customer's region lies in a subtree that the manager serves.
#include "assignment/rules/makers.hpp"
#include "assignment/rules/subtree.hpp"

namespace crmcore::assignment {

std::unique_ptr<const Rule> make_territory(ObjectReader& in, Vocabulary& words) {
  return make_subtree_rule(in, words, "region", Rejection::territory);
}

}  // namespace crmcore::assignment
