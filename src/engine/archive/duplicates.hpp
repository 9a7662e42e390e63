// Customers who may be one: at entry, in the whole archive, and in what is imported (docs/archive.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crmcore/archive.hpp"

#include "archive/duplicate_index.hpp"
#include "base/object_reader.hpp"
#include "engine/archive/customer_draft.hpp"
#include "engine/core/language.hpp"
#include "engine/core/session.hpp"

namespace crmcore::engine {

inline constexpr std::int32_t kDuplicatePointsMin = 60;  // where nothing is said

// A profile that has its texts.
struct OwnProfile {
  archive::CoreName core;
  std::vector<archive::Mark> marks;
  bool is_person = false;
  NodeId region;

  archive::Profile view() const { return {core.text, core.division, is_person, region, marks}; }
};

// What customers of the archive are compared by, as `db`, which is within a transaction, sees them.
class Duplicates {
 public:
  // `is_own`: the transaction has written already.
  Duplicates(Session& session, sqlite::Connection& db, bool is_own);

  const std::shared_ptr<const archive::DuplicateIndex>& index() const noexcept { return index_; }
  // Of a customer who is not there yet.
  OwnProfile profile_of(const CustomerDraft& draft) const;

 private:
  archive::DuplicateBlock read(sqlite::Connection& db, const archive::NameIndex& names,
                               std::int64_t block) const;

  std::shared_ptr<const archive::RegionWords> regions_;
  const CatalogAxis* axis_;  // of regions; nullptr: there is none
  std::shared_ptr<const archive::DuplicateIndex> index_;
};

// "name 55, region 35"
std::string reasons_text(const archive::Score& score);

struct CheckDuplicatesRequest {
  std::optional<std::string> customer;  // one who is there; else what is put
  CustomerInput input;
  std::int64_t points_min = 0;
  std::int64_t limit = 0;
  Language language = Language::en;
};
CheckDuplicatesRequest read_check_duplicates(ObjectReader& in);
Json check_duplicates(Session& session, const CheckDuplicatesRequest& request);
Json check_duplicates_answer();

struct FindDuplicatesRequest {
  struct Place {
    std::int32_t points = 0;
    std::string one;
    std::string other;
  };
  std::int64_t points_min = 0;
  std::optional<Place> after;
  std::int64_t limit = 0;
  Language language = Language::en;
};
FindDuplicatesRequest read_find_duplicates(ObjectReader& in);
Json find_duplicates(Session& session, const FindDuplicatesRequest& request);
Json find_duplicates_answer();

}  // namespace crmcore::engine
