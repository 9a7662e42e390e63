// A file descriptor that is closed with its owner, and what is done by it.
#pragma once

#include <cerrno>
#include <fcntl.h>
#include <new>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "crmcore/error.hpp"

#include "base/format.hpp"

namespace crmcore::sqlite {

class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) noexcept : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  explicit operator bool() const noexcept { return descriptor_ >= 0; }
  int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// Throws Error(io) with what errno says.
[[noreturn]] inline void throw_system_error(const std::string& doing) {
  const int system_error = errno;
  if (system_error == ENOMEM) throw std::bad_alloc();
  throw Error(Code::io, fmt::format("{}: {}", doing, std::generic_category().message(system_error)));
}

// Makes an empty file with mode 0600; false when there is something of that name. Throws Error(io).
inline bool make_file(const std::string& path) {
  const Descriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!made && errno != EEXIST) throw_system_error("making " + path);
  return static_cast<bool>(made);
}

}  // namespace crmcore::sqlite
