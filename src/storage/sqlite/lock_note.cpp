#include "storage/sqlite/lock_note.hpp"

#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>

#include "base/json.hpp"

namespace crmcore::sqlite {
namespace {

constexpr std::string_view kBeginning = R"({"crmcore":1,)";
constexpr std::string_view kBeforeSum = R"(,"sum":")";
constexpr std::size_t kBootBytes = 36;
constexpr std::size_t kArchiveBytes = 32;
constexpr std::size_t kSumBytes = 28;  // with what is before and behind it, and the line's end

// Fills a text piece by piece, by hand: a commit has no time for more.
class Line {
 public:
  Line() { text_.fill(' '); }
  explicit Line(std::string_view begin) : Line() { text(begin); }

  Line& text(std::string_view piece) {
    end_ += piece.copy(text_.data() + end_, text_.size() - end_);
    return *this;
  }
  Line& number(std::int64_t number) {
    end_ = static_cast<std::size_t>(
        std::to_chars(text_.data() + end_, text_.data() + text_.size(), number).ptr - text_.data());
    return *this;
  }
  Line& flag(bool value) { return text(value ? "true" : "false"); }
  Line& put_hex(std::uint8_t byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return text(kDigits.substr(byte >> 4U, 1)).text(kDigits.substr(byte & 0xfU, 1));
  }

  // Ends it with a sum over what it says so far, which tells a note that was cut, not one that was forged.
  LockNoteText finish() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < text_.size(); i += sizeof sum) {
      std::uint64_t word = 0;
      std::memcpy(&word, text_.data() + i, sizeof word);
      sum = (std::rotl(sum, 23) ^ word) * 0x9e3779b97f4a7c15U;
    }
    text(kBeforeSum);
    for (int shift = 56; shift >= 0; shift -= 8)
      put_hex(static_cast<std::uint8_t>(sum >> static_cast<unsigned>(shift)));
    text("\"}");
    text_.back() = '\n';
    return text_;
  }

 private:
  LockNoteText text_;
  std::size_t end_ = 0;
};

}  // namespace

LockNoteText lock_note_text(const LockNote& note) noexcept {
  Line line(kBeginning);
  line.text("\"is_open\":").flag(note.is_open);
  line.text(",\"process\":").number(note.process);
  line.text(",\"boot\":\"").text(std::string_view(note.boot).substr(0, kBootBytes));
  line.text("\",\"is_strict\":").flag(note.is_strict);
  line.text(",\"archive\":\"").text(std::string_view(note.archive).substr(0, kArchiveBytes));
  line.text("\",\"links\":").number(note.links);
  line.text(",\"node\":\"");
  for (const std::uint8_t byte : note.node) line.put_hex(byte);
  line.text("\"");
  return line.finish();
}

std::optional<LockNote> parse_lock_note(std::string_view text) {
  const std::size_t end = text.find(kBeforeSum);
  if (text.size() != kLockNoteBytes || !text.starts_with(kBeginning) || end > kLockNoteBytes - kSumBytes)
    return std::nullopt;
  const LockNoteText same = Line(text.substr(0, end)).finish();
  if (text != std::string_view(same.data(), same.size())) return std::nullopt;
  const Json json = parse_json(text);
  LockNote note;
  note.is_open = json["is_open"].get<bool>();
  note.process = json["process"].get<std::int64_t>();
  note.boot = json["boot"].text();
  note.is_strict = json["is_strict"].get<bool>();
  note.archive = json["archive"].text();
  note.links = json["links"].get<std::int64_t>();
  fill_from_hex(note.node, json["node"].text());
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
