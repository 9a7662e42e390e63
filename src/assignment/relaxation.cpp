// Supplies are the loads of the groups. They flow to managers, through a node for each group of managers that
// several kinds of customers share (so that a thousand kinds before a thousand managers are a few thousand
// arcs), or by an arc of their own to the manager whom they have; from a manager to the sink by as many arcs
// as load grows dearer; or unserved to the sink, at a price that no detour over all managers outweighs. Flows
// are in units of what divides all weights: where all weigh the same, no customer is cut, and the plan is
// exact.
#include "assignment/relaxation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "crmcore/error.hpp"

#include "assignment/flow.hpp"
#include "base/wide.hpp"

namespace crmcore::assignment {
namespace {

constexpr std::int64_t kFlowCostMax = std::int64_t{1} << 58U;
constexpr std::uint32_t kNoNode = UINT32_MAX;

// What an arc says.
enum class ArcKind : std::uint8_t { comes, into_pool, stays, unassigned, evicted, out_of_pool, part };

struct ArcMeaning {
  ArcKind kind;
  std::uint32_t owner = 0;  // group or pool
  std::uint32_t to = 0;     // manager or pool
};

struct PartOfFlow {
  std::uint32_t of;  // group or manager
  std::int64_t amount;
};

class Relaxation {
 public:
  explicit Relaxation(const OpenProblem& open) : open_(open), problem_(open.problem) {
    for (std::size_t g = 0; g < problem_.groups.size(); ++g) {
      is_whole_ = is_whole_ && open_.is_open[g];
      if (open_.is_open[g]) unit_ = std::gcd(unit_, problem_.groups[g].weight);
    }
    unit_ = std::max<std::int64_t>(unit_, 1);
  }

  RelaxedPlan run() {
    add_nodes();
    price_unassigned();
    for (std::uint32_t g = 0; g < problem_.groups.size(); ++g) {
      if (open_.is_open[g]) add_group(g);
    }
    for (std::uint32_t pool = 0; pool < problem_.pools.size(); ++pool) {
      if (pool_nodes_[pool] != kNoNode) add_pool(pool);
    }
    for (std::uint32_t m = 0; m < problem_.managers.size(); ++m) add_parts(m);
    const Flow flow = least_cost_flow(network_);
    if (!is_least_cost(network_, flow)) throw Error(Code::misuse, "a flow was not proved to cost the least");
    return read(flow);
  }

 private:
  void add_nodes() {
    std::int64_t total = 0;
    std::vector<std::uint32_t> users(problem_.pools.size());
    for (std::size_t g = 0; g < problem_.groups.size(); ++g) {
      group_nodes_.push_back(kNoNode);
      if (!open_.is_open[g]) continue;
      const CustomerGroup& group = problem_.groups[g];
      const std::int64_t supply = (group.seekers + group.present_count()) * (group.weight / unit_);
      total += supply;
      group_nodes_.back() = network_.add_node(supply);
      for (const Option& option : problem_.offers[group.offer]) ++users[option.pool];
    }
    for (std::size_t pool = 0; pool < problem_.pools.size(); ++pool) {
      const bool is_shared = users[pool] > 1 && problem_.pools[pool].size() > 1;
      pool_nodes_.push_back(is_shared ? network_.add_node() : kNoNode);
    }
    first_manager_ = static_cast<std::uint32_t>(network_.supplies.size());
    for (std::size_t m = 0; m < problem_.managers.size(); ++m) network_.add_node();
    sink_ = network_.add_node(-total);
    total_ = total;
  }

  // More than any way costs on which the places of others are taken, manager by manager, to place one unit.
  void price_unassigned() {
    const Costs& costs = problem_.costs;
    const std::int64_t unit_most =
        costs.preference * kPreferenceRankMax + costs.imbalance * kSpanParts + costs.disruption.value_or(0);
    const Wide price = 2 * static_cast<Wide>(std::ssize(problem_.managers) + 2) * (unit_most + 1) * unit_;
    urgency_most_ = 1;
    for (const CustomerGroup& group : problem_.groups) urgency_most_ = std::max(urgency_most_, group.urgency);
    if (price * 2 * urgency_most_ > kFlowCostMax) {
      throw Error(Code::range, "the policy's costs and weights are too large for so many managers",
                  "/policy");
    }
    price_ = static_cast<std::int64_t>(price);
  }

  void add_arc(std::uint32_t from, std::uint32_t to, std::int64_t capacity, std::int64_t cost,
               ArcMeaning meaning) {
    network_.arcs.push_back({from, to, capacity, cost});
    meanings_.push_back(meaning);
  }

  void add_group(std::uint32_t g) {
    const CustomerGroup& group = problem_.groups[g];
    const std::int64_t rank_cost = problem_.costs.preference * unit_;
    for (const Option& option : problem_.offers[group.offer]) {
      const std::int64_t cost = rank_cost * option.rank;
      if (pool_nodes_[option.pool] != kNoNode) {
        add_arc(group_nodes_[g], pool_nodes_[option.pool], total_, cost,
                {ArcKind::into_pool, g, option.pool});
        continue;
      }
      for (const std::uint32_t m : problem_.pools[option.pool]) {
        if (!problem_.managers[m].is_closed)
          add_arc(group_nodes_[g], first_manager_ + m, total_, cost, {ArcKind::comes, g, m});
      }
    }
    const std::int64_t units = group.weight / unit_;
    for (const Present& present : group.presents) {
      // Who stays saves what moving would cost.
      add_arc(group_nodes_[g], first_manager_ + present.manager, present.count * units,
              rank_cost * present.rank - problem_.costs.disruption.value_or(0) * unit_,
              {ArcKind::stays, g, present.manager});
    }
    if (group.seekers > 0)
      add_arc(group_nodes_[g], sink_, group.seekers * units, price_ * group.urgency,
              {ArcKind::unassigned, g, 0});
    if (!is_whole_ && !group.presents.empty())
      add_arc(group_nodes_[g], sink_, total_, price_ * 2 * urgency_most_, {ArcKind::evicted, g, 0});
  }

  void add_pool(std::uint32_t pool) {
    for (const std::uint32_t m : problem_.pools[pool]) {
      if (!problem_.managers[m].is_closed)
        add_arc(pool_nodes_[pool], first_manager_ + m, total_, 0, {ArcKind::out_of_pool, pool, m});
    }
  }

  // As many arcs as the cost of one more unit grows on the way to the span.
  void add_parts(std::uint32_t m) {
    const std::int64_t span = problem_.managers[m].span;
    const std::int64_t cost = problem_.costs.imbalance;
    std::int64_t load = open_.loads[m];
    std::int64_t left = open_.rooms[m] / unit_;
    while (left > 0) {
      // Up to the next part that is dearer; the unit that reaches into it by itself.
      const std::int64_t part = part_of_span(span, load);
      const std::int64_t end =
          part == kSpanParts ? INT64_MAX : (span * (part + 1) + kSpanParts - 1) / kSpanParts;
      const std::int64_t count = std::min(left, std::max<std::int64_t>(1, (end - load) / unit_));
      const std::int64_t grown = imbalance_of(cost, span, load + unit_) - imbalance_of(cost, span, load);
      add_arc(first_manager_ + m, sink_, count, grown, {ArcKind::part, m, 0});
      load += count * unit_;
      left -= count;
    }
  }

  RelaxedPlan read(const Flow& flow) const {
    RelaxedPlan plan;
    plan.unit = unit_;
    plan.loads.resize(problem_.groups.size());
    std::vector<std::vector<PartOfFlow>> in(problem_.pools.size());
    std::vector<std::vector<PartOfFlow>> out(problem_.pools.size());
    for (std::size_t arc = 0; arc < meanings_.size(); ++arc) {
      const ArcMeaning& meaning = meanings_[arc];
      const std::int64_t amount = flow.amounts[arc] * unit_;
      if (amount == 0) continue;
      if (meaning.kind == ArcKind::comes) plan.loads[meaning.owner].of(meaning.to).comes += amount;
      if (meaning.kind == ArcKind::stays) plan.loads[meaning.owner].of(meaning.to).stays += amount;
      if (meaning.kind == ArcKind::unassigned) plan.loads[meaning.owner].unassigned += amount;
      if (meaning.kind == ArcKind::evicted) plan.evicted += amount;
      if (meaning.kind == ArcKind::into_pool) in[meaning.to].push_back({meaning.owner, amount});
      if (meaning.kind == ArcKind::out_of_pool) out[meaning.owner].push_back({meaning.to, amount});
    }
    for (std::size_t pool = 0; pool < in.size(); ++pool) share_out(in[pool], out[pool], plan.loads);
    return plan;
  }

  // Who came through a node goes to its managers, both in their order: any way of it costs the same.
  static void share_out(const std::vector<PartOfFlow>& in, const std::vector<PartOfFlow>& out,
                        Allocation& loads) {
    auto to = out.begin();
    std::int64_t taken = 0;
    for (const PartOfFlow& from : in) {
      for (std::int64_t left = from.amount; left > 0;) {
        const std::int64_t amount = std::min(left, to->amount - taken);
        loads[from.of].of(to->of).comes += amount;
        left -= amount;
        taken += amount;
        if (taken == to->amount) ++to, taken = 0;
      }
    }
  }

  const OpenProblem& open_;
  const Problem& problem_;
  bool is_whole_ = true;  // nothing is decided
  std::int64_t unit_ = 0;
  std::int64_t total_ = 0;
  std::int64_t price_ = 0;
  std::int64_t urgency_most_ = 1;
  Network network_;
  std::vector<ArcMeaning> meanings_;  // by arc
  std::vector<std::uint32_t> group_nodes_;
  std::vector<std::uint32_t> pool_nodes_;
  std::uint32_t first_manager_ = 0;
  std::uint32_t sink_ = 0;
};

}  // namespace

OpenProblem::OpenProblem(const Problem& whole) : problem(whole), is_open(whole.groups.size(), true) {
  for (const ProblemManager& manager : whole.managers) {
    loads.push_back(manager.load);
    rooms.push_back(manager.room);
  }
}

RelaxedPlan relax(const OpenProblem& open) {
  return Relaxation(open).run();
}

}  // namespace crmcore::assignment
