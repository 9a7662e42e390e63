#include "storage/sqlite/lock_note.hpp"

#include <fstream>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::string_view kBeginning = R"({"crmcore":1,)";
constexpr std::string_view kBeforeSum = R"(,"sum":")";

// FNV-1a: it tells a note that was cut, not one that somebody made.
std::string with_sum(std::string text) {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  text += fmt::format(R"({}{:016x}"}})", kBeforeSum, sum);
  text.resize(kLockNoteBytes - 1, ' ');
  return text + '\n';
}

}  // namespace

std::string lock_note_text(const LockNote& note) {
  std::string text = fmt::format(
      R"({}"is_open":{},"process":{},"boot":"{}","is_strict":{},"archive":"{}","links":{},"node":"{}")",
      kBeginning, note.is_open, note.process, note.boot, note.is_strict, note.archive, note.links, note.node);
  return with_sum(std::move(text));
}

std::optional<LockNote> parse_lock_note(std::string_view text) {
  const std::size_t end = text.find(kBeforeSum);
  if (text.size() != kLockNoteBytes || !text.starts_with(kBeginning) || end == std::string_view::npos) {
    return std::nullopt;
  }
  if (text != with_sum(std::string(text.substr(0, end)))) return std::nullopt;
  const Json json = parse_json(text);
  LockNote note;
  note.is_open = json["is_open"].get<bool>();
  note.process = json["process"].get<std::int64_t>();
  note.boot = json["boot"].text();
  note.is_strict = json["is_strict"].get<bool>();
  note.archive = json["archive"].text();
  note.links = json["links"].get<std::int64_t>();
  note.node = json["node"].text();
  return note;
}

bool may_be_lock_note(std::string_view text) noexcept {
  return text.starts_with(kBeginning) || text.find_first_not_of('\0') == std::string_view::npos;
}

std::string boot_id() {
  std::string id;
  std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
  return id;
}

}  // namespace crmcore::sqlite
