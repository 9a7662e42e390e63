#include "engine/archive/row_duplicates.hpp"

#include <utility>

#include "base/format.hpp"
#include "engine/core/naming.hpp"

namespace crmcore::engine {

// The best of those who are there, else the first best of the rows before.
std::string RowDuplicates::told_of(const archive::Profile& profile,
                                   const std::vector<std::uint64_t>& keys) const {
  const auto hits = known_.index()->like(profile, {}, kDuplicatePointsMin);
  const Row* best = nullptr;
  archive::Score score;
  score.points = hits.empty() ? kDuplicatePointsMin - 1 : hits.front().score.points;
  for (const std::uint64_t key : keys) {
    const auto rows = by_key_.find(key);
    if (rows == by_key_.end()) continue;
    for (const std::uint32_t row : rows->second) {
      const archive::Score one = score_of(profile, rows_[row].profile.view());
      const bool is_earlier = best != nullptr && one.points == score.points && rows_[row].place < best->place;
      if (one.points <= score.points && !is_earlier) continue;
      score = one;
      best = &rows_[row];
    }
  }
  if (best != nullptr)
    return fmt::format("probably customer '{}' of line {} already: {} points of 100 ({})", best->code,
                       best->place, score.points, reasons_text(score));
  if (hits.empty()) return {};
  return fmt::format("probably customer {} already: {} points of 100 ({})",
                     told_customer(db_, hits.front().customer), hits.front().score.points,
                     reasons_text(hits.front().score));
}

void RowDuplicates::look_at(const CustomerDraft& draft, std::int64_t place, const std::string& path,
                            std::vector<Diagnostic>& found) {
  OwnProfile profile = known_.profile_of(draft);
  std::vector<std::uint64_t> keys;
  archive::keys_of(profile.view(), keys);
  report_ = told_of(profile.view(), keys);
  if (!report_.empty() && what_ == OnDuplicate::refuse) {
    found.push_back({Code::conflict, path + "/name", std::exchange(report_, {})});
    return;
  }
  for (const std::uint64_t key : keys) {
    auto& rows = by_key_[key];
    if (rows.size() < archive::DuplicateIndex::kCrowd)
      rows.push_back(static_cast<std::uint32_t>(rows_.size()));
  }
  rows_.push_back({place, draft.after.code, std::move(profile)});
}

}  // namespace crmcore::engine
