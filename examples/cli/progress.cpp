#include "progress.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

#include "table.hpp"

namespace cli {
namespace {

using std::chrono::steady_clock;

// What is done sooner shows no bar; a bar is redrawn ten times a second.
constexpr std::chrono::milliseconds kPatience{300};
constexpr std::chrono::milliseconds kPause{100};
constexpr std::size_t kBarColumns = 32;

}  // namespace

Progress::Progress(std::string title)
    : title_(terminal::harmless(title)),
      is_terminal_(isatty(STDERR_FILENO) != 0),
      next_(steady_clock::now() + kPatience) {}

void Progress::show(std::int64_t done, std::int64_t total) {
  if (!is_terminal_ || steady_clock::now() < next_) return;
  next_ = steady_clock::now() + kPause;
  is_drawn_ = true;
  std::cerr << "\r\x1B[K" << title_ << ' ';
  if (total > 0) {
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    std::cerr << terminal::pad(terminal::bar(part, 1, kBarColumns), kBarColumns) << ' '
              << static_cast<int>(100 * part) << " %";
  } else {
    std::cerr << done;
  }
  std::cerr << std::flush;
}

void Progress::finish() {
  if (is_drawn_) std::cerr << "\r\x1B[K" << std::flush;
  is_drawn_ = false;
}

crmcore::Progress Progress::reporter() {
  return [this](std::int64_t done, std::int64_t total) {
    show(done, total);
    return false;
  };
}

}  // namespace cli
