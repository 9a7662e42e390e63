#include "base/merkle.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace crmcore {

Digest merkle_leaf(std::string_view bytes) noexcept {
  constexpr std::size_t kShort = 247;
  if (bytes.size() <= kShort) {
    std::array<char, kShort + 1> message;
    message[0] = 0;
    std::copy(bytes.begin(), bytes.end(), message.begin() + 1);
    return digest_of({message.data(), bytes.size() + 1});
  }
  return digest_of(std::string(1, '\0').append(bytes));
}

Digest merkle_node(const Digest& left, const Digest& right) noexcept {
  std::array<char, 1 + 2 * sizeof(Digest)> message;
  message[0] = 1;
  std::copy(left.begin(), left.end(), message.begin() + 1);
  std::copy(right.begin(), right.end(), message.begin() + 1 + sizeof(Digest));
  return digest_of({message.data(), message.size()});
}

void MerkleTree::add(const Digest& leaf) {
  complete_.push_back(leaf);
  // Two subtrees of one size are one of the next: as many as n has trailing ones.
  for (std::uint64_t rest = size_; rest & 1U; rest >>= 1U) {
    const Digest right = complete_.back();
    complete_.pop_back();
    complete_.back() = merkle_node(complete_.back(), right);
  }
  ++size_;
}

Digest MerkleTree::root() const {
  if (complete_.empty()) return digest_of({});
  Digest root = complete_.back();
  for (std::size_t i = complete_.size() - 1; i-- > 0;) root = merkle_node(complete_[i], root);
  return root;
}

void MerkleTree::clear() noexcept {
  complete_.clear();
  size_ = 0;
}

}  // namespace crmcore
