#include "storage/sqlite/lock_note.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/format.hpp"
#include "base/json.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::string_view kBeginning = R"({"crmcore":1,)";
constexpr std::string_view kBeforeSum = R"(,"sum":")";
constexpr std::size_t kSumBytes = 28;  // with what is before and behind it, and the line's end

// Puts the sum of what is before `end` there, and blanks behind it.
void put_sum(LockNoteText& text, std::size_t end) {
  std::uint64_t sum = 0xcbf29ce484222325U;  // FNV-1a: it tells a note that was cut, not one that was forged
  for (std::size_t i = 0; i < end; ++i) sum = (sum ^ static_cast<unsigned char>(text[i])) * 0x100000001b3U;
  char* const last = fmt::format_to(text.data() + end, R"({}{:016x}"}})", kBeforeSum, sum);
  std::fill(last, text.data() + text.size() - 1, ' ');
  text.back() = '\n';
}

Digest digest_from_hex(std::string_view hex) {
  Digest digest{};
  for (std::size_t i = 0; i < digest.size() && 2 * i + 2 <= hex.size(); ++i)
    std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, digest[i], 16);
  return digest;
}

}  // namespace

LockNoteText lock_note_text(const LockNote& note) noexcept {
  LockNoteText text;
  const char* const end = fmt::format_to(
      text.data(),
      R"({}"is_open":{},"process":{},"boot":"{:.36}","is_strict":{},"archive":"{:.32}","links":{},"node":"{:02x}")",
      kBeginning, note.is_open, note.process, note.boot, note.is_strict, note.archive, note.links,
      fmt::join(note.node, ""));
  put_sum(text, static_cast<std::size_t>(end - text.data()));
  return text;
}

std::optional<LockNote> parse_lock_note(std::string_view text) {
  const std::size_t end = text.find(kBeforeSum);
  if (text.size() != kLockNoteBytes || !text.starts_with(kBeginning) || end > kLockNoteBytes - kSumBytes)
    return std::nullopt;
  LockNoteText same;
  text.copy(same.data(), end);
  put_sum(same, end);
  if (text != std::string_view(same.data(), same.size())) return std::nullopt;
  const Json json = parse_json(text);
  LockNote note;
  note.is_open = json["is_open"].get<bool>();
  note.process = json["process"].get<std::int64_t>();
  note.boot = json["boot"].text();
  note.is_strict = json["is_strict"].get<bool>();
  note.archive = json["archive"].text();
  note.links = json["links"].get<std::int64_t>();
  note.node = digest_from_hex(json["node"].text());
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
