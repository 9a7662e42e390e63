#include "storage/entry_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "crmcore/error.hpp"

#include "storage/ledger_block.hpp"

namespace crmcore::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "items are copied as they lie in memory");

constexpr std::uint8_t kEntriesFormat = 1;
constexpr int kPlaceBits = 10;
constexpr int kCountBits = 3;
constexpr std::uint32_t kPlaceMask = (1U << kPlaceBits) - 1;
constexpr std::int64_t kCountMax = 1 << kCountBits;
constexpr std::int64_t kDistanceEnd = std::int64_t{1} << (32 - kPlaceBits - kCountBits);
constexpr std::size_t kPieceHeadBytes = 12;
static_assert(std::int64_t{1} << kPlaceBits == kBlockCustomers);

template <class Number>
Number read_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  Number number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

template <class Number>
void write_at(std::vector<std::uint8_t>& bytes, std::size_t at, Number number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

[[noreturn]] void damaged_entries() {
  throw Error(Code::corrupt, "the index of a block's ledger entries is damaged; verify rebuilds it");
}

// Calls `visit(base, items)` for each piece, `items` being their bytes.
template <class Visit>
void visit_pieces(std::span<const std::uint8_t> body, Visit visit) {
  if (body.empty()) return;
  if (body.front() != kEntriesFormat) damaged_entries();
  for (std::size_t at = 1; at < body.size();) {
    if (body.size() - at < kPieceHeadBytes) damaged_entries();
    const auto base = read_at<std::int64_t>(body, at);
    const auto count = read_at<std::uint32_t>(body, at + sizeof base);
    at += kPieceHeadBytes;
    if (base < 0 || base > kEntryIdMax) damaged_entries();
    if ((body.size() - at) / sizeof(std::uint32_t) < count) damaged_entries();
    visit(base, body.subspan(at, count * sizeof(std::uint32_t)));
    at += count * sizeof(std::uint32_t);
  }
}

// Appends items, to the last piece where they are near its base.
class PieceWriter {
 public:
  explicit PieceWriter(std::vector<std::uint8_t>& body) : body_(body) {
    visit_pieces(body, [&](std::int64_t base, std::span<const std::uint8_t> items) {
      base_ = base;
      count_ = static_cast<std::uint32_t>(items.size() / sizeof(std::uint32_t));
      head_ = static_cast<std::size_t>(items.data() - body.data()) - kPieceHeadBytes;
    });
    if (body.empty()) body.push_back(kEntriesFormat);
  }
  ~PieceWriter() { finish_piece(); }
  PieceWriter(const PieceWriter&) = delete;
  PieceWriter& operator=(const PieceWriter&) = delete;

  // Ids from `least` on will be added.
  void reach(std::int64_t least) {
    if (head_ == 0 || least < base_) begin_piece(least);
  }
  void add(std::uint32_t place, std::int64_t id, std::int64_t count) {
    if (head_ == 0 || id < base_ || id - base_ >= kDistanceEnd) begin_piece(id);
    const std::uint32_t item = place | static_cast<std::uint32_t>(count - 1) << kPlaceBits |
                               static_cast<std::uint32_t>(id - base_) << (kPlaceBits + kCountBits);
    const std::size_t at = body_.size();
    body_.resize(at + sizeof item);
    write_at(body_, at, item);
    ++count_;
  }

 private:
  void begin_piece(std::int64_t base) {
    finish_piece();
    base_ = base;
    count_ = 0;
    head_ = body_.size();
    body_.resize(head_ + kPieceHeadBytes);
  }
  void finish_piece() noexcept {
    if (head_ == 0) return;
    write_at(body_, head_, base_);
    write_at(body_, head_ + sizeof base_, count_);
  }

  std::vector<std::uint8_t>& body_;
  std::size_t head_ = 0;  // where the last piece begins; 0: there is none
  std::int64_t base_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace

void add_entry_id(std::vector<EntryRun>& runs, CustomerId customer, Date day, std::int64_t id) {
  if (!runs.empty()) {
    EntryRun& last = runs.back();
    if (last.customer == customer && last.day == day && last.first + last.count == id) {
      ++last.count;
      return;
    }
  }
  runs.push_back({customer, day, id, 1});
}

void append_entries(std::vector<std::uint8_t>& body, std::span<const EntryRun> runs) {
  if (runs.empty()) return;
  // The least id is the base of a new piece, so that one takes all that is posted together.
  const auto least = std::min_element(runs.begin(), runs.end(), [](const EntryRun& a, const EntryRun& b) {
                       return a.first < b.first;
                     })->first;
  PieceWriter out(body);
  out.reach(least);
  for (const EntryRun& run : runs) {
    const auto place = static_cast<std::uint32_t>(run.customer.value % kBlockCustomers);
    for (std::int64_t done = 0; done < run.count; done += kCountMax) {
      out.add(place, run.first + done, std::min(run.count - done, kCountMax));
    }
  }
}

void visit_entries(std::span<const std::uint8_t> body, std::optional<std::uint32_t> only,
                   FunctionRef<void(std::uint32_t, std::int64_t, std::int64_t)> visit) {
  visit_pieces(body, [&](std::int64_t base, std::span<const std::uint8_t> items) {
    for (std::size_t at = 0; at < items.size(); at += sizeof(std::uint32_t)) {
      const auto item = read_at<std::uint32_t>(items, at);
      const std::uint32_t place = item & kPlaceMask;
      if (only && place != *only) continue;
      const std::int64_t count = (item >> kPlaceBits & (kCountMax - 1)) + 1;
      visit(place, base + (item >> (kPlaceBits + kCountBits)), count);
    }
  });
}

}  // namespace crmcore::storage
