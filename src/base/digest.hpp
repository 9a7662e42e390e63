// SHA-256, by OpenSSL's libcrypto (compiled in; of its archive only what SHA-256 needs).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace crmcore {

using Digest = std::array<std::uint8_t, 32>;

// An incremental SHA-256. Integers are added as 8 bytes little-endian, texts with their length before
// them, so that no two sequences of values give the same bytes.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;

  void bytes(const void* data, std::size_t size) noexcept;  // raw, no length
  void integer(std::int64_t value) noexcept;
  void text(std::string_view value) noexcept;
  // Ends this digest and starts a new one.
  Digest finish() noexcept;
  // The same digest so far, to go on from twice.
  Digester copy() const;

 private:
  struct State;
  explicit Digester(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

Digest digest_of(std::string_view bytes) noexcept;
std::string to_hex(const Digest& digest);
// Fills bytes from hexadecimal digits as far as these go.
void fill_from_hex(std::span<std::uint8_t> bytes, std::string_view digits) noexcept;

}  // namespace crmcore
