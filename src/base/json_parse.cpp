// Parsing by nlohmann's SAX events: its document parser keeps the last of two equal keys and rounds
// integers that do not fit, and neither it nor its errors know the path.
#include "base/json_parse.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "crmcore/error.hpp"
#include "crmcore/money.hpp"

#include "base/format.hpp"
#include "base/pulse.hpp"
#include "base/text.hpp"

namespace crmcore {
namespace {

// Names the events; no value of it is ever made, since its destructor allocates.
using Sax = nlohmann::json;

class Builder final : public nlohmann::json_sax<Sax> {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  Json take() { return std::move(root_); }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override {
    if (value < -kIntegerMax) refuse_integer(std::to_string(value));
    return add(value);
  }
  bool number_unsigned(std::uint64_t value) override {
    if (value > static_cast<std::uint64_t>(kIntegerMax)) refuse_integer(std::to_string(value));
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& token) override {
    // An integer that fits no 64 bits arrives here, rounded.
    if (token.find_first_of(".eE") == std::string::npos) refuse_integer(token);
    return add(value == 0 ? 0.0 : value);
  }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(Sax::binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(std::string& name) override {
    // Json's own insertion would search all members before it.
    open_.back()->items().emplace_back(std::move(name), nullptr);
    is_value_due_ = true;
    return true;
  }
  bool end_object() override {
    refuse_duplicate_keys();
    open_.pop_back();
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Sax::exception& error) override {
    const auto bad_byte = text::find_invalid_utf8(text_);
    if (bad_byte && *bad_byte < position) {
      throw Error(Code::utf8, fmt::format("JSON text is not UTF-8 at byte {}", *bad_byte), path());
    }
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) throw Error(Code::range, "number does not fit a 64-bit float", path());
    std::string_view reason = error.what();
    reason.remove_prefix(std::min(reason.find("] ") + 2, reason.size()));
    reason = reason.substr(0, reason.find("; last read: "));  // as long as the input makes it
    const bool is_surrogate = reason.find("surrogate") != std::string_view::npos;
    throw Error(is_surrogate ? Code::utf8 : Code::invalid, fmt::format("JSON {}", reason), path());
  }

 private:
  // Puts a value where the document expects the next one.
  Json* put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    is_value_due_ = false;
    Json& member = parent.items().back().second;
    member = std::move(value);
    return &member;
  }
  bool add(Json value) {
    put(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() == kJsonDepthMax) {
      throw Error(Code::limit, fmt::format("JSON is nested deeper than {} levels", kJsonDepthMax), path());
    }
    open_.push_back(put(std::move(container)));
    return true;
  }

  // The path of the value that is being read: the last member of each open container, and in the
  // innermost one the member or element that comes next.
  std::string path() const {
    std::string path;
    for (std::size_t level = 0; level < open_.size(); ++level) {
      const Json& container = *open_[level];
      const bool is_innermost = level + 1 == open_.size();
      if (container.is_array()) {
        path = join_path(path, container.size() - (is_innermost ? 0 : 1));
      } else if (!is_innermost || is_value_due_) {
        path = join_path(path, container.items().back().first);
      }
    }
    return path;
  }

  [[noreturn]] void refuse_integer(const std::string& token) const {
    throw Error(Code::range,
                fmt::format("integer {} is beyond -{} to {}", text::quoted(token), kIntegerMax, kIntegerMax),
                path());
  }

  void refuse_duplicate_keys() const {
    const auto& members = std::as_const(*open_.back()).items();
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.push_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twin = std::adjacent_find(keys.begin(), keys.end());
    if (twin == keys.end()) return;
    throw Error(Code::invalid, fmt::format("the key {} stands twice in one object", text::quoted(*twin)),
                join_path(path(), *twin));
  }

  std::string_view text_;
  Json root_;
  std::vector<Json*> open_;
  bool is_value_due_ = false;  // a key was read and its value was not
};

// The bytes of a text; each so many of them are a beat, since one string may be all of it.
class BeatingBytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  explicit BeatingBytes(const char* at) noexcept : at_(at) {}
  reference operator*() const noexcept { return *at_; }
  BeatingBytes& operator++() {
    constexpr std::uintptr_t kBytesBetween = 4096;
    if (reinterpret_cast<std::uintptr_t>(++at_) % kBytesBetween == 0) Pulse::beat();
    return *this;
  }
  friend bool operator==(const BeatingBytes&, const BeatingBytes&) = default;

 private:
  const char* at_;
};

}  // namespace

Json parse_json(std::string_view text) {
  if (text.size() > kJsonBytesMax) {
    throw Error(Code::limit,
                fmt::format("JSON of {} bytes is longer than {} bytes", text.size(), kJsonBytesMax));
  }
  // The parser takes a NUL for the end of its input.
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    throw Error(Code::invalid, fmt::format("JSON text has a NUL at byte {}", at));
  }
  Builder builder(text);
  Sax::sax_parse(BeatingBytes(text.data()), BeatingBytes(text.data() + text.size()), &builder);
  return builder.take();
}

}  // namespace crmcore
