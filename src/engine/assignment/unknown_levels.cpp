#include "engine/assignment/unknown_levels.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/json.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"
#include "engine/assignment/policies.hpp"
#include "storage/manager_store.hpp"

namespace crmcore::engine {
namespace {

bool is_known_level(std::span<const std::string> known, std::string_view level) {
  return level.empty() || known.empty() || std::find(known.begin(), known.end(), level) != known.end();
}

}  // namespace

std::vector<std::string> known_levels(sqlite::Connection& db) {
  std::vector<std::string> levels;
  for (LoadedPolicy& loaded : newest_policies(db)) {
    for (std::string& level : loaded.policy.levels) {
      if (std::find(levels.begin(), levels.end(), level) == levels.end()) levels.push_back(std::move(level));
    }
  }
  return levels;
}

std::string what_is_known_instead(std::span<const std::string> known, std::string_view level) {
  if (is_known_level(known, level)) return {};
  return fmt::format("no policy knows the level '{}'; known are {}", level, fmt::join(known, ", "));
}

Json unknown_levels_json(sqlite::Connection& db, std::span<const std::string> known,
                         std::span<const std::string_view> only) {
  std::vector<std::string> keys;
  for (const std::string_view code : only) keys.push_back(text::key_form(code));
  std::sort(keys.begin(), keys.end());
  Json list = Json::array();
  for (const auto& row : storage::ManagerStore(db).managers()) {
    if (is_known_level(known, row.level)) continue;
    if (!keys.empty() && !std::binary_search(keys.begin(), keys.end(), text::key_form(row.code))) continue;
    list.push_back({{"manager", row.code}, {"name", row.name}, {"level", row.level}});
  }
  return list;
}

Json unknown_levels_answer() {
  return schema::about(
      "whose level is none of a policy's: they are taken, and a run of a policy that does not know them is "
      "refused; absent: nobody",
      schema::list(schema::object(
          {{"manager", schema::text()}, {"name", schema::text()}, {"level", schema::text()}})));
}

}  // namespace crmcore::engine
