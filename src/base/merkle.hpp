// Hash trees as RFC 9162 (section 2.1) has them: SHA-256 over 0x00 and a leaf's bytes, over 0x01 and two
// nodes; a tree of n leaves splits at the largest power of two below n. So a proof that a leaf is in a tree,
// or that a tree continues an older one, is what every verifier of certificate logs checks.
// tests/base/merkle_test.cpp has the published values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/digest.hpp"

namespace crmcore {

Digest merkle_leaf(std::string_view bytes) noexcept;
Digest merkle_node(const Digest& left, const Digest& right) noexcept;

// The root of the leaves that were added, in memory of one digest for each power of two.
class MerkleTree {
 public:
  void add(const Digest& leaf);
  // Of no leaves: SHA-256 of nothing.
  Digest root() const;
  std::uint64_t size() const noexcept { return size_; }
  // The root of the largest complete subtree that ends with the last leaf. Precondition: there is one.
  const Digest& last_complete() const noexcept { return complete_.back(); }
  void clear() noexcept;

 private:
  std::vector<Digest> complete_;  // the complete subtrees, the largest first
  std::uint64_t size_ = 0;
};

}  // namespace crmcore
