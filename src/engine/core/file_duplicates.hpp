// What customers are compared by, in memory, the places that names say, and the pairs that were found last.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "archive/duplicate_index.hpp"
#include "engine/core/file_blocks.hpp"

namespace crmcore::engine {

// Of one index: whoever has it, and is asked for the same points, has its pairs.
struct FoundDuplicates {
  std::shared_ptr<const archive::DuplicateIndex> index;
  std::int32_t points_min = 0;
  std::vector<archive::DuplicatePair>
      pairs;  // the most points first, then by codes; `one` has the smaller code
  std::vector<archive::CrowdedKey> crowded;
};

class FileDuplicates {
 public:
  FileBlocks<archive::DuplicateIndex> blocks;

  // Of this version of the catalogue; `make` makes them.
  template <class Make>
  std::shared_ptr<const archive::RegionWords> regions(std::int64_t version, Make make) {
    {
      const std::lock_guard lock(mutex_);
      if (regions_ != nullptr && regions_version_ == version) return regions_;
    }
    auto made = std::make_shared<const archive::RegionWords>(make());
    const std::lock_guard lock(mutex_);
    regions_ = made;
    regions_version_ = version;
    return made;
  }

  // nullptr when others were found last.
  std::shared_ptr<const FoundDuplicates> last(const archive::DuplicateIndex* index, std::int32_t points_min) {
    const std::lock_guard lock(mutex_);
    const bool is_same = last_ != nullptr && last_->index.get() == index && last_->points_min == points_min;
    return is_same ? last_ : nullptr;
  }
  void keep(std::shared_ptr<const FoundDuplicates> found) {
    const std::lock_guard lock(mutex_);
    last_.swap(found);
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<const archive::RegionWords> regions_;
  std::int64_t regions_version_ = 0;
  std::shared_ptr<const FoundDuplicates> last_;
};

}  // namespace crmcore::engine
