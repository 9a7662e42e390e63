#include "base/merkle.hpp"

#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace crmcore {
namespace {

// The test vectors of the certificate transparency projects: eight leaves, the root after each.
const std::vector<std::string> kLeaves = {"",
                                          std::string(1, '\0'),
                                          "\x10",
                                          "\x20\x21",
                                          "\x30\x31",
                                          "\x40\x41\x42\x43",
                                          "\x50\x51\x52\x53\x54\x55\x56\x57",
                                          "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
constexpr const char* kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

// As the standard defines it, over all leaves at once.
Digest root_of(const std::vector<std::string>& leaves, std::size_t first, std::size_t count) {
  if (count == 0) return digest_of({});
  if (count == 1) return merkle_leaf(leaves[first]);
  std::size_t left = 1;
  while (2 * left < count) left *= 2;
  return merkle_node(root_of(leaves, first, left), root_of(leaves, first + left, count - left));
}

TEST_CASE("the published roots come out") {
  MerkleTree tree;
  CHECK(to_hex(tree.root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < kLeaves.size(); ++i) {
    tree.add(merkle_leaf(kLeaves[i]));
    CHECK(tree.size() == i + 1);
    CHECK(to_hex(tree.root()) == kRoots[i]);
  }
}

TEST_CASE("the root is the standard's for every number of leaves") {
  std::vector<std::string> leaves;
  MerkleTree tree;
  for (std::size_t count = 1; count <= 130; ++count) {
    leaves.push_back(std::string(count * 5, static_cast<char>('a' + count % 26)));
    tree.add(merkle_leaf(leaves.back()));
    CHECK(tree.root() == root_of(leaves, 0, count));
    const std::size_t complete = count & (~count + 1);
    CHECK(tree.last_complete() == root_of(leaves, count - complete, complete));
  }
  tree.clear();
  CHECK(tree.root() == digest_of({}));
}

}  // namespace
}  // namespace crmcore
