#include "storage/packed_vector.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "crmcore/error.hpp"

namespace crmcore::storage {
namespace {

using sqlite::Sql;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie in memory");

constexpr int kVectorBlockBits = 38;
constexpr int kVectorIdBits = 20;
constexpr std::size_t kPendingBlocksMax = 4096;

constexpr Sql kVectorBody{"SELECT body FROM packed_vector WHERE vector_block = ?1"};
constexpr Sql kPutVector{
    "INSERT INTO packed_vector (vector_block, body) VALUES (?1, ?2) "
    "ON CONFLICT (vector_block) DO UPDATE SET body = excluded.body"};
constexpr const char* kVectorBlocks =
    "SELECT vector_block, body FROM packed_vector WHERE vector_block BETWEEN ?1 AND ?2 ORDER BY vector_block";
constexpr Sql kLastVectorBlock{
    "SELECT coalesce(max(vector_block), -1) FROM packed_vector WHERE vector_block BETWEEN ?1 AND ?2"};
constexpr Sql kDropVectors{"DELETE FROM packed_vector"};

template <class Number>
void append_numbers(std::vector<std::uint8_t>& body, std::span<const std::uint32_t> numbers) {
  body.resize(1 + numbers.size() * sizeof(Number));
  body[0] = sizeof(Number);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = static_cast<Number>(numbers[i]);
    std::memcpy(body.data() + 1 + i * sizeof number, &number, sizeof number);
  }
}

template <class Number, class Out>
void copy_numbers(const std::uint8_t* __restrict data, std::size_t size, Out* __restrict out) {
  constexpr auto kAll = static_cast<std::size_t>(kVectorCustomers);
  const auto copy = [&](std::size_t i) {
    Number number;
    std::memcpy(&number, data + i * sizeof number, sizeof number);
    out[i] = sizeof(Number) <= sizeof(Out)
                 ? static_cast<Out>(number)
                 : static_cast<Out>(std::min<Number>(number, static_cast<Number>(Out(-1))));
  };
  // Of a block that is full the compiler knows the length.
  if (size == kAll) {
    for (std::size_t i = 0; i < kAll; ++i) copy(i);
    return;
  }
  for (std::size_t i = 0; i < size; ++i) copy(i);
  std::fill(out + size, out + kAll, Out{0});
}

template <class Out>
void copy_block(const VectorBlock& block, Out* out) {
  if (block.width() == 1) {
    copy_numbers<std::uint8_t>(block.data(), block.size(), out);
  } else if (block.width() == 2) {
    copy_numbers<std::uint16_t>(block.data(), block.size(), out);
  } else {
    copy_numbers<std::uint32_t>(block.data(), block.size(), out);
  }
}

std::vector<std::uint8_t> pack_numbers(std::span<const std::uint32_t> numbers) {
  while (!numbers.empty() && numbers.back() == 0) numbers = numbers.first(numbers.size() - 1);
  std::uint32_t all = 0;
  for (const std::uint32_t number : numbers) all |= number;
  std::vector<std::uint8_t> body;
  if (all <= 0xff) {
    append_numbers<std::uint8_t>(body, numbers);
  } else if (all <= 0xffff) {
    append_numbers<std::uint16_t>(body, numbers);
  } else {
    append_numbers<std::uint32_t>(body, numbers);
  }
  return body;
}

}  // namespace

std::int64_t VectorKey::packed(std::int64_t block) const noexcept {
  assert(id >= 0 && id < std::int64_t{1} << kVectorIdBits && block < std::int64_t{1} << kVectorBlockBits);
  return ((static_cast<std::int64_t>(kind) << kVectorIdBits | id) << kVectorBlockBits) | block;
}

VectorBlock::VectorBlock(std::span<const std::uint8_t> body) {
  const auto is_damaged = [&] {
    if (body.empty() || (body[0] != 1 && body[0] != 2 && body[0] != 4)) return true;
    const std::size_t bytes = body.size() - 1;
    return bytes % body[0] != 0 || bytes / body[0] > static_cast<std::size_t>(kVectorCustomers);
  };
  if (is_damaged()) {
    throw Error(Code::corrupt, "a block of packed classes or grades is damaged; verify rebuilds it");
  }
  width_ = body[0];
  data_ = body.data() + 1;
  size_ = (body.size() - 1) / body[0];
}

void VectorBlock::copy_to(std::span<std::uint32_t> out) const noexcept {
  copy_block(*this, out.data());
}

void VectorBlock::copy_to(std::span<std::uint16_t> out) const noexcept {
  copy_block(*this, out.data());
}

VectorWriter::Numbers& VectorWriter::numbers_of(const VectorKey& key, std::int64_t block) {
  const std::int64_t row = key.packed(block);
  if (row == last_row_) return *last_;
  const auto [found, is_new] = pending_.try_emplace(row);
  if (is_new) {
    found->second.resize(static_cast<std::size_t>(kVectorCustomers));
    auto body = db_.use(kVectorBody);
    body.bind(1, row);
    if (body.step()) VectorBlock(body.blob(0)).copy_to(found->second);
  }
  last_row_ = row;
  last_ = &found->second;
  return *last_;
}

void VectorWriter::set(const VectorKey& key, CustomerId customer, std::uint32_t number) {
  const std::int64_t block = customer.value / kVectorCustomers;
  if (pending_.size() >= kPendingBlocksMax && key.packed(block) != last_row_) flush();
  numbers_of(key, block)[static_cast<std::size_t>(customer.value % kVectorCustomers)] = number;
}

void VectorWriter::flush() {
  auto put = db_.use(kPutVector);
  for (const auto& [row, numbers] : pending_) {
    const auto body = pack_numbers(numbers);
    put.bind(1, row).bind(2, body).run();
  }
  pending_.clear();
  last_row_ = -1;
  last_ = nullptr;
}

VectorScan::VectorScan(sqlite::Connection& db, const VectorKey& key, std::int64_t first_block)
    : rows_(db.prepare(kVectorBlocks)), key_(key) {
  const std::int64_t last_row = key.packed((std::int64_t{1} << kVectorBlockBits) - 1);
  rows_.bind(1, key.packed(first_block)).bind(2, last_row);
  auto last = db.use(kLastVectorBlock);
  last.bind(1, key.packed(0)).bind(2, last_row);
  last.step();
  last_block_ = std::max<std::int64_t>(last.integer(0) - key.packed(0), -1);
}

void VectorScan::step() {
  at_ = rows_.step() ? rows_.integer(0) - key_.packed(0) : INT64_MAX;
}

VectorBlock VectorScan::block(std::int64_t block) {
  while (at_ < block) step();
  return at_ == block ? VectorBlock(rows_.blob(1)) : VectorBlock();
}

void drop_vectors(sqlite::Connection& db) {
  db.use(kDropVectors).run();
}

}  // namespace crmcore::storage
