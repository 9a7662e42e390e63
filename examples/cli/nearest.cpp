#include "nearest.hpp"

#include <algorithm>
#include <numeric>

namespace cli {
namespace {

// How many characters have to be put in, taken out or changed.
std::size_t distance_of(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t before = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = before + (a[i] == b[j] ? 0 : 1);
      before = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_to(std::string_view word, const std::vector<std::string>& names) {
  std::string near;
  for (const std::string& name : names) {
    if (distance_of(word, name) <= 1 + name.size() / 4) near += (near.empty() ? "" : ", ") + name;
  }
  return near;
}

}  // namespace cli
