// What an assignment rule is: a verdict on one pair of customer and manager.
#pragma once

#include <cstdint>
#include <optional>

#include "crmcore/date.hpp"

#include "assignment/decision.hpp"
#include "assignment/facts.hpp"
#include "base/json_fwd.hpp"

namespace crmcore::assignment {

// Accepted managers of a lower tier come first.
struct Verdict {
  Rejection rejection = Rejection::none;
  std::int32_t tier = 0;
};

// How a stage chooses among equals.
enum class Choice : std::uint8_t {
  unset,
  least_loaded,  // load / span, then rotation, then id
  round_robin,   // rotation, then id
};

// A rule with its parameters. Pure: equal facts, equal verdicts; thread-safe.
class Rule {
 public:
  virtual ~Rule() = default;

  // All that the rule reads of a customer, as a number: customers with equal keys get equal verdicts from
  // every manager, so that the solver asks once. Nothing when it reads what is the customer's own.
  virtual std::optional<std::uint64_t> key(const CustomerFacts& customer) const = 0;
  // False when the rule has nothing to say about the customer: as a stage it is passed over, as a
  // requirement or preference it lets everybody through. Depends on the key alone.
  virtual bool concerns(const CustomerFacts& customer) const;
  // True when concerns() is true for every customer.
  virtual bool concerns_everyone() const;
  // Precondition: concerns(customer).
  virtual Verdict judge(const CustomerFacts& customer, const ManagerFacts& manager) const = 0;
  // How the rule chooses among equals; unset for a rule that accepts and rejects.
  virtual Choice choice() const;
  // True for the rule that opens a stage to agents.
  virtual bool is_for_agents() const;
  // True for a rule that reads who serves the customer now: it may only widen who stays, or else a second
  // run would judge by what the first one did.
  virtual bool reads_present() const;
  // True for a rule whose tiers are parts of an axis, the smaller first.
  virtual bool is_by_nearness() const;
  // The parameters with every default written out.
  virtual Json parameters() const = 0;
};

}  // namespace crmcore::assignment
