// The customer's industry, ownership or class on any other axis is one that the manager serves.
#include "assignment/rules/makers.hpp"
#include "assignment/rules/subtree.hpp"

namespace crmcore::assignment {

std::unique_ptr<const Rule> make_segment(ObjectReader& in, Vocabulary& words) {
  return make_subtree_rule(in, words, "", Rejection::segment);
}

}  // namespace crmcore::assignment
