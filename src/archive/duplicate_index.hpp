// The profiles of all customers with their keys in memory: those of 1,024 customers are a block, which never
// changes.
//
// Keys of a block stand in the order of their hashes, each with the place of the customer in its lowest bits,
// so that one is found at about the place that its hash says, and that all of them are gone through in slices
// of hashes: who may be one for the whole archive is told without ever having the keys of all in one list.
// tests/archive/duplicates_test.cpp compares with all pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/duplicates.hpp"
#include "archive/name_index.hpp"

namespace crmcore::archive {

class DuplicateBlock {
 public:
  // In the order of places, from 0; those that are passed over have no customer.
  void add(std::size_t place, const Profile& profile);
  // After the last one.
  void finish();

  // Nothing where there is no customer. Borrowed from the block.
  std::optional<Profile> profile(std::size_t place) const noexcept;
  // Appends the customers of the block that have the key; `first` is the id of place 0.
  void find(std::uint64_t key, std::int64_t first, std::vector<CustomerId>& found) const;
  // Keys of at least `from` and less than `to`; 0 for no end.
  std::span<const std::uint64_t> slice(std::uint64_t from, std::uint64_t to) const noexcept;

 private:
  struct Row {
    std::uint32_t core_end = 0;
    std::uint32_t mark_end = 0;
    std::uint32_t division = 0;
    bool is_there = false;
    bool is_person = false;
    NodeId region;
  };

  std::vector<Row> rows_;  // by place
  std::string cores_;
  std::vector<Mark> marks_;
  std::vector<std::uint64_t> keys_;
};

struct DuplicatePair {
  CustomerId one;  // the smaller
  CustomerId other;
  std::int32_t points = 0;
};

// More customers have a key than are compared with each other.
struct CrowdedKey {
  DuplicateKey kind = DuplicateKey::mark;
  std::int64_t customers = 0;
  std::string core;  // of those who have it the first in the order of bytes
};

struct DuplicatePairs {
  std::vector<DuplicatePair> pairs;  // by ids
  std::vector<CrowdedKey> crowded;   // the most customers first
};

// Copies share their blocks.
class DuplicateIndex {
 public:
  using Block = DuplicateBlock;
  // So many customers with one key are compared with each other.
  static constexpr std::size_t kCrowd = 256;

  // In place of the one that was there.
  void set(std::int64_t block, DuplicateBlock profiles);

  std::optional<Profile> profile(CustomerId customer) const noexcept;
  struct Hit {
    CustomerId customer;
    Score score;
  };
  // Who has one of the keys and at least these points, the most first, then by id; not `self`, who may be
  // none.
  std::vector<Hit> like(const Profile& profile, CustomerId self, std::int32_t points_min) const;
  // All pairs of customers who have a key in common and at least these points. `tick` is told how much is
  // done.
  DuplicatePairs pairs(std::int32_t points_min,
                       const std::function<void(std::int64_t done, std::int64_t total)>& tick) const;

 private:
  std::vector<std::shared_ptr<const DuplicateBlock>> blocks_;
};

}  // namespace crmcore::archive
