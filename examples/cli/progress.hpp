// A progress bar on standard error, when that is a terminal; else nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "crmcore/database.hpp"

namespace cli {

class Progress {
 public:
  explicit Progress(std::string title);
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Redraws the bar now and then; `total` is 0 when it is not known.
  void show(std::int64_t done, std::int64_t total);
  // Removes the bar.
  void finish();
  // For Connection::set_progress. Refers to this object.
  crmcore::Progress reporter();

 private:
  std::string title_;
  bool is_terminal_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace cli
