// A number names a contact; else a name with a telephone number or an e-mail address, so that a list that
// comes without numbers with every delivery finds those whom it made before. A name alone, and a name whose
// contact had neither, is enough where nobody else is meant. Names are compared as search compares them,
// e-mail addresses likewise, of telephone numbers the digits and letters. Invariant: each known contact is
// meant once. Whoever says more chooses first, so that the order of a list does not matter and the same list
// means the same contacts again. tests/archive/contacts_test.cpp puts random lists twice. Cost: given ×
// known, each at most kContactsMax.
#include "archive/contact_match.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/format.hpp"
#include "base/text.hpp"

namespace crmcore::archive {

ContactMarks marks_of(std::string_view name, std::string_view phone, std::string_view email) {
  ContactMarks marks{text::fold(name), text::fold(phone), text::fold(email)};
  std::erase_if(marks.phone,
                [](char c) { return std::string_view(" -()./").find(c) != std::string_view::npos; });
  return marks;
}

namespace {

class Matcher {
 public:
  Matcher(std::span<const Contact> known, std::span<const ContactInput> given, const std::string& path,
          std::vector<Diagnostic>& found)
      : known_(known), given_(given), path_(path), found_(found), matches_(given.size()) {
    takers_.resize(known.size());
    for (const Contact& one : known) known_marks_.push_back(marks_of(one.name, one.phone, one.email));
    for (const ContactInput& one : given) {
      given_marks_.push_back(marks_of(one.name.value_or(""), one.phone.value_or(""), one.email.value_or("")));
    }
  }

  std::vector<std::optional<std::size_t>> match() {
    match_numbers();
    refuse_twins();
    using Fits = bool (*)(const ContactMarks& given, const ContactMarks& known);
    // From the strongest on.
    constexpr std::size_t kExactWays = 2;
    constexpr std::array<Fits, 4> kWays = {
        [](const ContactMarks& given, const ContactMarks& known) { return given.shares_address(known); },
        [](const ContactMarks& given, const ContactMarks& known) {
          return !given.has_address() && !known.has_address();
        },
        [](const ContactMarks& given, const ContactMarks&) { return !given.has_address(); },
        [](const ContactMarks&, const ContactMarks& known) { return !known.has_address(); },
    };
    for (std::size_t way = 0; way < kWays.size(); ++way) {
      for (std::size_t i = 0; i < given_.size(); ++i) {
        // Who is to go must be meant exactly: put again it would take the next one away.
        if (way < kExactWays || !given_[i].remove) match_by(i, kWays[way]);
      }
    }
    return std::move(matches_);
  }

 private:
  std::string at(std::size_t i) const { return fmt::format("{}/contacts/{}", path_, i); }
  bool is_open(std::size_t i) const { return given_[i].contact_no == 0 && !matches_[i]; }

  void match_numbers() {
    for (std::size_t i = 0; i < given_.size(); ++i) {
      const std::int64_t number = given_[i].contact_no;
      if (number == 0) continue;
      const auto same = [&](const ContactInput& other) { return other.contact_no == number; };
      const auto twin = std::find_if(given_.begin(), given_.end(), same) - given_.begin();
      if (twin != static_cast<std::ptrdiff_t>(i)) {
        found_.push_back(
            {Code::invalid, at(i) + "/contact_no",
             fmt::format("contact {} stands at {} already", number, at(static_cast<std::size_t>(twin)))});
        continue;
      }
      for (std::size_t k = 0; k < known_.size(); ++k) {
        if (known_[k].contact_no == number) take(i, k);
      }
    }
  }

  // Two of the list that are known by the same.
  void refuse_twins() {
    for (std::size_t i = 0; i < given_.size(); ++i) {
      for (std::size_t twin = 0; twin < i; ++twin) {
        const ContactMarks& a = given_marks_[i];
        const ContactMarks& b = given_marks_[twin];
        if (!is_open(i) || !is_open(twin) || a.name != b.name) continue;
        if (!a.shares_address(b) && (a.has_address() || b.has_address())) continue;
        found_.push_back({Code::invalid, at(i),
                          fmt::format("is the same contact as {}: the same name, and {}", at(twin),
                                      a.has_address() ? "the same telephone number or e-mail address"
                                                      : "neither telephone number nor e-mail address")});
        break;
      }
    }
  }

  template <class Fits>
  void match_by(std::size_t i, Fits fits) {
    if (!is_open(i)) return;
    std::vector<std::size_t> fitting;
    for (std::size_t k = 0; k < known_.size(); ++k) {
      const bool is_free = !takers_[k] && known_marks_[k].name == given_marks_[i].name;
      if (is_free && fits(given_marks_[i], known_marks_[k])) fitting.push_back(k);
    }
    if (fitting.empty()) return;
    if (fitting.size() == 1) return take(i, fitting.front());
    std::vector<std::int64_t> numbers;
    for (const std::size_t k : fitting) numbers.push_back(known_[k].contact_no);
    found_.push_back(
        {Code::conflict, at(i),
         fmt::format("may be any of the contacts {}; say contact_no", fmt::join(numbers, ", "))});
  }

  void take(std::size_t i, std::size_t k) {
    matches_[i] = k;
    takers_[k] = true;
  }

  std::span<const Contact> known_;
  std::span<const ContactInput> given_;
  const std::string& path_;
  std::vector<Diagnostic>& found_;
  std::vector<std::optional<std::size_t>> matches_;
  std::vector<bool> takers_;  // of each known one whether it is meant
  std::vector<ContactMarks> known_marks_;
  std::vector<ContactMarks> given_marks_;
};

}  // namespace

std::vector<std::optional<std::size_t>> match_contacts(std::span<const Contact> known,
                                                       std::span<const ContactInput> given,
                                                       const std::string& path,
                                                       std::vector<Diagnostic>& found) {
  // Most are the first and only one.
  if (known.empty() && given.size() < 2) return std::vector<std::optional<std::size_t>>(given.size());
  return Matcher(known, given, path, found).match();
}

}  // namespace crmcore::archive
