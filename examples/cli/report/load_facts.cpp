#include <algorithm>
#include <limits>

#include "report/facts.hpp"
#include "report/source.hpp"

namespace report {
namespace {

// Part of the span that is used; a load without a span is beyond all.
double use_of(const Manager& manager) {
  if (manager.span > 0) return static_cast<double>(manager.load) / static_cast<double>(manager.span);
  return manager.load > 0 ? std::numeric_limits<double>::infinity() : 0;
}

bool is_fuller(const Manager& a, const Manager& b) {
  return use_of(a) != use_of(b) ? use_of(a) > use_of(b) : a.code < b.code;
}

// Who left has no room to give.
constexpr std::string_view kLoads =
    "SELECT manager, manager_name, level, customers, load, span FROM manager_load m WHERE policy = ?1 "
    "AND (load > 0 OR NOT EXISTS (SELECT 1 FROM manager_absence_log a WHERE a.manager = m.manager "
    "AND a.status = 'left' AND a.valid_from <= ?2 AND (a.valid_to IS NULL OR a.valid_to > ?2)))";

}  // namespace

// By the policy that uses the scheme's grades, else by the first one.
Load read_load(Source& source, const std::string& scheme, const std::string& as_of) {
  Load load;
  const Json policies =
      source.query("SELECT policy FROM policy_current ORDER BY scheme <> ?1, policy LIMIT 1", {scheme});
  if (policies.empty()) return load;
  load.policy = policies[0].at("policy").get<std::string>();
  for (const Json& row : source.query(kLoads, {load.policy, as_of})) {
    load.managers.push_back({row.at("manager").get<std::string>(), row.at("manager_name").get<std::string>(),
                             row.at("level").get<std::string>(), row.at("customers").get<std::int64_t>(),
                             row.at("load").get<std::int64_t>(), row.at("span").get<std::int64_t>()});
  }
  load.count = static_cast<std::int64_t>(load.managers.size());
  for (const Manager& one : load.managers) {
    load.load += one.load;
    load.span += one.span;
    load.over_span += one.load > one.span ? 1 : 0;
  }
  std::sort(load.managers.begin(), load.managers.end(), is_fuller);
  if (load.managers.size() > kManagersMax) load.managers.resize(kManagersMax);
  return load;
}

}  // namespace report
