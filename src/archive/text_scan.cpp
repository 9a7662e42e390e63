#include "archive/text_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace crmcore::archive {
namespace {

// Which two bytes of a needle are compared first: the last one of its first character, and of its second.
struct ProbePlaces {
  std::size_t first = 0;
  std::size_t second = 0;
};

ProbePlaces probe_places(std::string_view needle) noexcept {
  const auto end_of = [&](std::size_t at) {
    while (at + 1 < needle.size() && (static_cast<unsigned char>(needle[at + 1]) & 0xC0) == 0x80) ++at;
    return at;
  };
  const std::size_t first = end_of(0);
  if (first + 1 == needle.size()) return {first == 0 ? 0 : first - 1, first};
  return {first, end_of(first + 1)};
}

struct Scan {
  std::string_view text;
  std::string_view needle;
  ProbePlaces probe;
  std::vector<std::size_t>& found;

  void test(std::size_t at) const {
    if (std::memcmp(text.data() + at, needle.data(), needle.size()) == 0) found.push_back(at);
  }
  // From `at` on, one by one.
  void finish(std::size_t at) const {
    for (; at + needle.size() <= text.size(); ++at) {
      if (text[at + probe.first] == needle[probe.first]) test(at);
    }
  }
};

#ifdef __x86_64__

// As long as whole registers can be read.
[[gnu::target("avx2")]] std::size_t scan_avx2(const Scan& scan) {
  constexpr std::size_t kWidth = 32;
  const __m256i first = _mm256_set1_epi8(scan.needle[scan.probe.first]);
  const __m256i second = _mm256_set1_epi8(scan.needle[scan.probe.second]);
  const std::size_t reach = std::max(scan.probe.first, scan.probe.second) + kWidth;
  const std::size_t room = std::max(reach, scan.needle.size() + kWidth - 1);
  std::size_t at = 0;
  for (; at + room <= scan.text.size(); at += kWidth) {
    const char* here = scan.text.data() + at;
    const __m256i is_first = _mm256_cmpeq_epi8(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + scan.probe.first)), first);
    const __m256i is_second = _mm256_cmpeq_epi8(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + scan.probe.second)), second);
    auto both = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(is_first, is_second)));
    for (; both != 0; both &= both - 1) scan.test(at + static_cast<std::size_t>(std::countr_zero(both)));
  }
  return at;
}

std::size_t scan_sse2(const Scan& scan) {
  constexpr std::size_t kWidth = 16;
  const __m128i first = _mm_set1_epi8(scan.needle[scan.probe.first]);
  const __m128i second = _mm_set1_epi8(scan.needle[scan.probe.second]);
  const std::size_t reach = std::max(scan.probe.first, scan.probe.second) + kWidth;
  const std::size_t room = std::max(reach, scan.needle.size() + kWidth - 1);
  std::size_t at = 0;
  for (; at + room <= scan.text.size(); at += kWidth) {
    const char* here = scan.text.data() + at;
    const __m128i is_first =
        _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(here + scan.probe.first)), first);
    const __m128i is_second =
        _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(here + scan.probe.second)), second);
    auto both = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_and_si128(is_first, is_second)));
    for (; both != 0; both &= both - 1) scan.test(at + static_cast<std::size_t>(std::countr_zero(both)));
  }
  return at;
}

std::size_t scan_wide(const Scan& scan) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  return has_avx2 ? scan_avx2(scan) : scan_sse2(scan);
}

#else

std::size_t scan_wide(const Scan&) {
  return 0;
}

#endif

}  // namespace

void find_all(std::string_view text, std::string_view needle, std::vector<std::size_t>& found) {
  if (needle.empty()) return;
  const Scan scan{text, needle, probe_places(needle), found};
  scan.finish(scan_wide(scan));
}

}  // namespace crmcore::archive
