// Whatever people write around an identifier goes: full width, case, blanks and dashes. What is left is
// checked by the kind's own rule; letters that look alike are not exchanged, since nothing is guessed.
#include "archive/identifiers.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Capital letters and digits; nothing where something else is left.
std::optional<std::string> letters_and_digits(std::string_view form) {
  std::string key;
  for (const char c : form) {
    if (c == ' ' || c == '-') continue;
    const bool is_letter = c >= 'a' && c <= 'z';
    if (!is_letter && !is_digit(c)) return std::nullopt;
    key.push_back(is_letter ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return key;
}

// GB 32100-2015: 17 characters and one that makes their sum, weighted by the powers of 3, a multiple of 31.
std::optional<std::string> uscc_key(std::string_view form) {
  constexpr std::string_view kCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  constexpr std::size_t kSize = 18;
  auto key = letters_and_digits(form);
  if (!key || key->size() != kSize) return std::nullopt;
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (const char& c : *key) {
    const std::size_t value = kCharacters.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    const bool is_check = &c == &key->back();
    sum += is_check ? value : value * weight;
    weight = weight * 3 % kCharacters.size();
  }
  return sum % kCharacters.size() == 0 ? key : std::nullopt;
}

// Numbers of before 2015 have 15 digits, persons' 18 or 20 characters, those of other countries from 5 on.
std::optional<std::string> tax_key(std::string_view form) {
  constexpr std::size_t kCharactersMin = 5;
  constexpr std::size_t kCharactersMax = 20;
  auto key = letters_and_digits(form);
  if (!key || key->size() < kCharactersMin || key->size() > kCharactersMax) return std::nullopt;
  return std::any_of(key->begin(), key->end(), is_digit) ? key : std::nullopt;
}

// Where an extension begins: at a word for it, or at a dash behind a whole number with its area code.
std::size_t extension_at(std::string_view form) noexcept {
  constexpr std::string_view kWords[] = {"ext", "转", "分机", "x", "#"};
  constexpr std::size_t kAreaDigitsMin = 10;
  std::size_t end = form.size();
  for (const std::string_view word : kWords) end = std::min(end, form.find(word));
  std::size_t digits = 0;
  for (std::size_t at = 0; at < end; ++at) {
    if (is_digit(form[at])) ++digits;
    if (form[at] == '-' && form.front() == '0' && !form.starts_with("00") && digits >= kAreaDigitsMin)
      return at;
  }
  return end;
}

// Of China as one dials it there: a mobile number as it is, others with the 0 of the area code, those of 400
// and 800 without. Of other countries "+" and the digits.
std::optional<std::string> phone_key(std::string_view form) {
  constexpr std::size_t kDigitsMin = 5;
  constexpr std::size_t kDigitsMax = 20;
  constexpr std::size_t kMobileDigits = 11;
  constexpr std::size_t kServiceDigits = 10;
  constexpr std::string_view kChina = "86";
  std::string digits;
  for (const char c : form.substr(0, extension_at(form))) {
    if (is_digit(c) || (c == '+' && digits.empty())) {
      digits.push_back(c);
    } else if (std::string_view(" -()./").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  const auto is_mobile = [](std::string_view number) {
    return number.size() == kMobileDigits && number[0] == '1' && number[1] >= '3';
  };
  if (digits.starts_with("00")) digits.replace(0, 2, "+");
  const bool is_bare =
      form.starts_with("86-") || form.starts_with("86 ") ||
      (digits.starts_with(kChina) && is_mobile(std::string_view(digits).substr(kChina.size())));
  if (is_bare) digits.insert(0, "+");
  const bool is_abroad = digits.starts_with('+') && !digits.starts_with("+86");
  if (digits.starts_with("+86")) {
    digits.erase(0, 1 + kChina.size());
    const bool is_service =
        digits.size() == kServiceDigits && (digits.starts_with("400") || digits.starts_with("800"));
    if (!digits.starts_with('0') && !is_mobile(digits) && !is_service) digits.insert(0, "0");
  }
  const std::size_t count = digits.size() - (is_abroad ? 1 : 0);
  return count < kDigitsMin || count > kDigitsMax ? std::nullopt : std::optional(std::move(digits));
}

// Without regard to case before the @ either: no provider tells boxes apart by it.
std::optional<std::string> email_key(std::string_view form) {
  const std::size_t at = form.find('@');
  if (at == std::string_view::npos || at == 0 ||
      form.find_first_of("@ ,;", at + 1) != std::string_view::npos ||
      form.find_first_of(" ,;") != std::string_view::npos)
    return std::nullopt;
  const std::string_view domain = form.substr(at + 1);
  const std::size_t dot = domain.find('.');
  if (dot == std::string_view::npos || dot == 0 || domain.ends_with('.')) return std::nullopt;
  return std::string(form);
}

struct KindRow {
  std::optional<std::string> (*key)(std::string_view form);  // of the search form
  std::string_view rule;
  bool is_unique;
  bool is_identity;
};
// In the order of the kinds.
constexpr KindRow kIdentifierTable[] = {
    {uscc_key,
     "a unified social credit code: 18 digits and letters (never I, O, S, V, Z), the last of which is the "
     "check "
     "character of the others",
     true, true},
    {tax_key, "a tax number: 5 to 20 letters and digits, of which one is a digit", false, true},
    {phone_key, "a telephone number of 5 to 20 digits, perhaps with +, blanks, -()./ and an extension", false,
     false},
    {email_key, "an e-mail address: a name, @ and a domain with a dot", false, false},
};
static_assert(std::size(kIdentifierTable) == kIdentifierKinds);

const KindRow& row_of(IdentifierKind kind) noexcept {
  return kIdentifierTable[static_cast<std::size_t>(kind)];
}

std::string_view without_blanks_around(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

}  // namespace

std::optional<std::string> identifier_key(IdentifierKind kind, std::string_view text) {
  return row_of(kind).key(text::fold(text));
}

std::string_view identifier_rule(IdentifierKind kind) noexcept {
  return row_of(kind).rule;
}

bool is_unique_by_default(IdentifierKind kind) noexcept {
  return row_of(kind).is_unique;
}

bool is_identity(IdentifierKind kind) noexcept {
  return row_of(kind).is_identity;
}

std::vector<IdentifierChange> merge_identifiers(std::span<const Identifier> known,
                                                std::span<const IdentifierInput> given,
                                                const std::string& path, std::vector<Diagnostic>& found) {
  std::vector<IdentifierChange> changes;
  std::array<bool, kIdentifierKinds> is_given{};
  for (std::size_t i = 0; i < given.size(); ++i) {
    const IdentifierInput& one = given[i];
    const auto refuse = [&](Code code, std::string_view field, std::string message) {
      found.push_back({code, fmt::format("{}/identifiers/{}/{}", path, i, field), std::move(message)});
    };
    if (word_of(one.kind).empty()) {
      refuse(Code::invalid, "kind",
             fmt::format("unknown kind; {} are allowed", text::alternatives(words_of(IdentifierKind{}))));
      continue;
    }
    if (std::exchange(is_given[static_cast<std::size_t>(one.kind)], true)) {
      refuse(Code::invalid, "kind",
             fmt::format("'{}' is given twice; a customer has one of a kind", word_of(one.kind)));
      continue;
    }
    IdentifierChange change;
    const auto held =
        std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.kind == one.kind; });
    if (held != known.end()) change.before = *held;
    change.given = i;
    std::optional<std::string> key;
    if (one.value) {
      const std::size_t found_before = found.size();
      collect(found, fmt::format("{}/identifiers/{}", path, i), "/value", [&] {
        text::require_text(*one.value, kIdentifierBytesMax, {});
        if (const std::string_view bare = without_blanks_around(*one.value); !bare.empty())
          text::require_code(bare, {});
      });
      if (found.size() != found_before) continue;
      key = identifier_key(one.kind, *one.value);
      if (!key) {
        refuse(Code::invalid, "value",
               fmt::format("{} is not {}", text::quoted(*one.value), identifier_rule(one.kind)));
        continue;
      }
    } else if (!one.remove) {
      refuse(Code::invalid, "value", "is required unless the identifier is removed");
      continue;
    }
    if (!one.remove) change.after = Identifier{one.kind, *one.value, std::move(*key)};
    const bool is_other = one.remove && key && change.before && change.before->key != *key;
    if (change.before != change.after && !is_other) changes.push_back(std::move(change));
  }
  std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) { return a.kind() < b.kind(); });
  return changes;
}

}  // namespace crmcore::archive
