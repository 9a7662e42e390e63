// What the fuzz targets share: one archive that every input finds as it was, and what counts as a finding.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fault/small_archive.hpp"
#include "open_or_make.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace crmcore::fuzz {

[[noreturn]] inline void report(std::string_view what) {
  std::fprintf(stderr, "finding: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

// Runs what may be refused; a defect or a file that contradicts itself is a finding.
template <class Work>
bool is_accepted(Work work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() == Code::internal || error.code() == Code::corrupt || error.code() == Code::unknown) {
      report(error.what());
    }
    return false;
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes the text up to the first line feed.
inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

class Archive {
 public:
  Archive() : database_(open(folder_ / "fuzz.crm")), connection_(fault::connect(database_)) {
    fault::fill(connection_, 8);
    // Endless statements are for the host to stop: it does so after some 400,000 steps.
    connection_.set_progress([this](std::int64_t, std::int64_t) { return ++asked_ > 20; });
    last_change_ = last_change();
  }

  static Archive& instance() {
    static Archive archive;
    return archive;
  }

  // Runs the work in a transaction that is rolled back; what it changed must be gone then.
  template <class Work>
  void try_out(Work work) {
    asked_ = 0;
    connection_.begin();
    is_accepted([&] { work(connection_); });
    connection_.rollback();
    asked_ = 0;
    if (last_change() != last_change_) report("a change outlived its rollback");
  }

  Connection& connection() { return connection_; }

 private:
  static Database open(const std::string& path) {
    OpenOptions options;
    options.durability = Durability::relaxed;
    return open_or_make(path, options);
  }
  std::int64_t last_change() { return fault::integer(connection_, "SELECT max(seq) FROM change_log"); }

  fault::Folder folder_;
  Database database_;
  Connection connection_;
  int asked_ = 0;
  std::int64_t last_change_ = 0;
};

}  // namespace crmcore::fuzz
