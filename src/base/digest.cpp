#include "base/digest.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

// The low-level functions: those of EVP allocate, look algorithms up by name and bring all of libcrypto.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace crmcore {

// Short pieces are gathered, since each costs a call, and SHA-256 takes many blocks at a time in half the
// time of as many single ones.
struct Digester::State {
  static constexpr std::size_t kGatheredMax = 4096;

  SHA256_CTX context;
  std::size_t size = 0;
  std::array<std::uint8_t, kGatheredMax> gathered;

  State() { SHA256_Init(&context); }
  State(const State& other) : context(other.context), size(other.size) {
    std::copy_n(other.gathered.begin(), size, gathered.begin());
  }
  State& operator=(const State&) = delete;

  void update() noexcept {
    SHA256_Update(&context, gathered.data(), size);
    size = 0;
  }
};

Digester::Digester() : state_(std::make_unique<State>()) {}
Digester::Digester(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

void Digester::bytes(const void* data, std::size_t size) noexcept {
  State& state = *state_;
  if (size > State::kGatheredMax - state.size) {
    state.update();
    if (size > State::kGatheredMax) {
      SHA256_Update(&state.context, data, size);
      return;
    }
  }
  if (size == 0) return;
  std::memcpy(state.gathered.data() + state.size, data, size);
  state.size += size;
}

void Digester::integer(std::int64_t value) noexcept {
  const auto bits = static_cast<std::uint64_t>(value);
  std::array<std::uint8_t, 8> little_endian;
  for (std::size_t i = 0; i < little_endian.size(); ++i) {
    little_endian[i] = static_cast<std::uint8_t>(bits >> (8 * i));
  }
  bytes(little_endian.data(), little_endian.size());
}

void Digester::text(std::string_view value) noexcept {
  integer(static_cast<std::int64_t>(value.size()));
  bytes(value.data(), value.size());
}

Digest Digester::finish() noexcept {
  Digest digest;
  state_->update();
  SHA256_Final(digest.data(), &state_->context);
  SHA256_Init(&state_->context);
  return digest;
}

Digester Digester::copy() const {
  return Digester(std::make_unique<State>(*state_));
}

Digest digest_of(std::string_view bytes) noexcept {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  Digest digest;
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::string to_hex(const Digest& digest) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    hex += kHexDigits[byte >> 4];
    hex += kHexDigits[byte & 0x0F];
  }
  return hex;
}

void fill_from_hex(std::span<std::uint8_t> bytes, std::string_view digits) noexcept {
  for (std::size_t i = 0; i < bytes.size() && 2 * i + 2 <= digits.size(); ++i)
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
}

}  // namespace crmcore
