#include "archive/details.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "archive/contacts.hpp"
#include "base/diagnostics.hpp"
#include "base/format.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace crmcore::archive {
namespace {

constexpr std::size_t kAddressBytesMax = 1024;
constexpr std::size_t kNoteBytesMax = 4096;
constexpr std::size_t kPurposeBytesMax = 128;

constexpr std::string_view kAliasUses[] = {"alias", "former", "trade", "foreign"};
constexpr std::string_view kAddressUses[] = {"registered", "office", "delivery", "billing", "home", "other"};
constexpr std::string_view kConsentChannels[] = {"any", "phone", "email", "message", "visit"};
constexpr std::string_view kLinkKinds[] = {"parent", "group", "household", "referral", "guarantor"};
constexpr std::string_view kDecisions[] = {"given", "refused", "withdrawn"};

constexpr DetailField kAlias[] = {
    {"name", DetailPart::label, true, true, kNameBytesMax, {}, "the other name"},
    {"use", DetailPart::use, false, false, 0, kAliasUses, ""},
};
constexpr DetailField kAddress[] = {
    {"use", DetailPart::use, true, true, 0, kAddressUses, ""},
    {"label", DetailPart::label, true, false, kPurposeBytesMax, {}, "where there are several of a use"},
    {"text", DetailPart::text, false, true, kAddressBytesMax, {}, "a new one needs it"},
    {"postcode", DetailPart::place, false, false, 32, {}, ""},
};
constexpr DetailField kConsent[] = {
    {"channel", DetailPart::use, true, true, 0, kConsentChannels, "any: all that are not named"},
    {"purpose",
     DetailPart::label,
     true,
     true,
     kPurposeBytesMax,
     {},
     "the host's own word for what it is for"},
    {"contact_no", DetailPart::number, true, false, 0, {}, "absent: the customer with all its contacts"},
    {"decision", DetailPart::text, false, true, 0, kDecisions, "a new one needs it"},
};
constexpr DetailField kNote[] = {
    {"note_no",
     DetailPart::number,
     true,
     false,
     0,
     {},
     "absent: the note that says the same, else a new one"},
    {"text", DetailPart::text, false, true, kNoteBytesMax, {}, "a new one needs it"},
};
constexpr DetailField kHolding[] = {
    {"product", DetailPart::label, true, true, kNameBytesMax, {}, ""},
    {"at", DetailPart::place, true, false, kNameBytesMax, {}, "the house it is with; absent: this one"},
    {"amount", DetailPart::amount, false, false, 0, {}, "minor units"},
    {"text", DetailPart::text, false, false, kAddressBytesMax, {}, ""},
};
constexpr DetailField kPreference[] = {
    {"topic", DetailPart::label, true, true, kNameBytesMax, {}, ""},
    {"text", DetailPart::text, false, true, kAddressBytesMax, {}, "a new one needs it"},
};
constexpr DetailField kEvidence[] = {
    {"field",
     DetailPart::label,
     true,
     true,
     kNameBytesMax,
     {},
     "as changes name it: name, attribute:<code> …"},
    {"text", DetailPart::text, false, false, kAddressBytesMax, {}, ""},
};

constexpr DetailField kLink[] = {
    {"kind", DetailPart::use, true, true, 0, kLinkKinds, ""},
    {"customer",
     DetailPart::customer,
     true,
     true,
     0,
     {},
     "the other one's code; to take a tree's link away: absent"},
    {"text", DetailPart::text, false, false, kAddressBytesMax, {}, ""},
};

constexpr std::array<DetailForm, kDetailKinds> kForms = {
    DetailForm{"aliases", "name", kAlias},
    DetailForm{"addresses", "use and label", kAddress},
    DetailForm{"consents", "channel, purpose and contact_no", kConsent},
    DetailForm{"notes", "note_no", kNote},
    DetailForm{"holdings", "product and at", kHolding},
    DetailForm{"preferences", "topic", kPreference},
    DetailForm{"evidence", "field", kEvidence, true},
    DetailForm{"links", "kind, of guarantors kind and customer", kLink},
};

[[noreturn]] void throw_unreadable_detail() {
  throw Error(Code::corrupt, "a change of a customer has no readable body");
}

// A member of a detail or of what is given of one.
template <class Of>
auto& text_of(Of& of, DetailPart part) {
  switch (part) {
    case DetailPart::use:
      return of.use;
    case DetailPart::label:
      return of.label;
    case DetailPart::place:
      return of.place;
    default:
      return of.text;
  }
}

bool is_text(DetailPart part) {
  return part != DetailPart::number && part != DetailPart::amount && part != DetailPart::customer;
}

// Texts are alike that are read alike. Parts are divided by a full width bar, which no folded text has.
std::string detail_key(const Detail& detail) {
  if (detail.kind == DetailKind::note) return fmt::format("{:07}", detail.number);
  std::string key;
  for (const DetailField& field : form_of(detail.kind).fields) {
    if (!field.is_key || (field.part == DetailPart::customer && is_tree_link(detail.use))) continue;
    std::string part;
    if (!is_text(field.part)) {
      part = detail.number == 0 ? std::string() : std::to_string(detail.number);
    } else if (detail.kind == DetailKind::evidence) {
      part = detail.label;
    } else {
      part = text::fold(text_of(detail, field.part));
    }
    if (!key.empty() && !part.empty()) key += "｜";
    key += part;
  }
  return key;
}

class Merger {
 public:
  Merger(const DetailInput& given, std::string path, std::vector<Diagnostic>& found)
      : given_(given), form_(form_of(given.kind)), path_(std::move(path)), found_(found) {}

  // What is given of the key, in a detail without anything else; nothing when it is none.
  std::optional<Detail> key() {
    Detail detail;
    detail.kind = given_.kind;
    for (const DetailField& field : form_.fields) {
      if (field.is_key) take(field, detail, field.is_required);
    }
    refuse_others();
    if (is_refused_) return std::nullopt;
    return keyed(std::move(detail));
  }

  // What it is to be; `held` is what is there of its key.
  std::optional<Detail> after(const Detail& named, const Detail* held, Date today) {
    Detail detail = held != nullptr ? *held : named;
    for (const DetailField& field : form_.fields) {
      if (!field.is_key) take(field, detail, field.is_required && held == nullptr);
    }
    // However the key is written now.
    if (held != nullptr && given_.label) detail.label = named.label;
    if (held != nullptr && given_.place && given_.kind == DetailKind::holding) detail.place = named.place;
    if (given_.kind == DetailKind::link) detail.number = named.number;
    if (given_.until) detail.until = *given_.until;
    if (given_.source) {
      check_text("source", *given_.source, kDetailSourceBytesMax);
      detail.source = *given_.source;
    }
    if (given_.confidence && word_of(*given_.confidence).empty())
      refuse(Code::invalid, "confidence", text::alternatives(words_of(Confidence{})) + " is allowed");
    if (given_.confidence) detail.confidence = given_.confidence;
    check_day("observed", given_.observed);
    check_day("until", detail.until);
    if (form_.is_confidence_required && !detail.confidence)
      refuse(Code::invalid, "confidence", text::alternatives(words_of(Confidence{})) + " is required");
    if (held == nullptr || given_.observed || detail != *held)
      detail.observed = given_.observed.value_or(today);
    if (detail.until && *detail.until < detail.observed && given_.kind == DetailKind::consent)
      refuse(Code::invalid, "until", "ends before the day on which it was decided");
    if (is_refused_) return std::nullopt;
    return detail;
  }

  void refuse(Code code, std::string_view field, std::string message) {
    is_refused_ = true;
    found_.push_back({code, field.empty() ? path_ : join_path(path_, field), std::move(message)});
  }

 private:
  void check_day(std::string_view name, std::optional<Date> day) {
    if (day && (*day < kDateMin || kDateMax < *day))
      refuse(Code::range, name, "a day of the years 1 to 9999 is allowed");
  }

  // A key is a name: not blank, without control characters.
  void check_text(std::string_view name, const std::string& text, std::size_t bytes_max,
                  bool is_key = false) {
    const std::size_t before = found_.size();
    collect(found_, join_path(path_, name), {}, [&] {
      text::require_text(text, bytes_max, {});
      if (is_key && !text.empty()) text::require_name(text, {});
    });
    is_refused_ = is_refused_ || found_.size() != before;
  }

  void take(const DetailField& field, Detail& detail, bool is_required) {
    if (field.part == DetailPart::customer) {
      if (!given_.customer && !(given_.remove && is_tree_link(detail.use)))
        refuse(Code::invalid, field.name, "is required");
      detail.number = given_.number.value_or(0);
      return;
    }
    if (field.part == DetailPart::number) {
      const std::int64_t number = given_.number.value_or(0);
      if (number < 0 || number > kNoteNoMax)
        refuse(Code::range, field.name, fmt::format("from 1 to {} is allowed", kNoteNoMax));
      detail.number = number;
      return;
    }
    if (field.part == DetailPart::amount) {
      if (given_.amount) detail.amount = *given_.amount;
      if (detail.amount && (*detail.amount < -kIntegerMax || *detail.amount > kIntegerMax))
        refuse(Code::range, field.name, fmt::format("at most {} either way", kIntegerMax));
      return;
    }
    std::string& text = text_of(detail, field.part);
    const std::optional<std::string>& given = text_of(given_, field.part);
    if (!given) {
      if (is_required) refuse(Code::invalid, field.name, "is required");
      if (!is_required && text.empty() && !field.words.empty()) text = field.words.front();
      return;
    }
    if (given->empty() && field.is_required) {
      refuse(Code::invalid, field.name, "must not be empty");
    } else if (!field.words.empty()) {
      const bool is_word = std::find(field.words.begin(), field.words.end(), *given) != field.words.end();
      if (!is_word) refuse(Code::invalid, field.name, text::alternatives(field.words) + " is allowed");
    } else {
      check_text(field.name, *given, field.bytes_max, field.is_key);
    }
    if (!is_refused_) text = *given;
  }

  // What this kind does not have.
  void refuse_others() {
    const auto has = [&](DetailPart part) {
      return std::any_of(form_.fields.begin(), form_.fields.end(),
                         [&](const DetailField& field) { return field.part == part; });
    };
    const auto refuse_if = [&](bool is_given, DetailPart part, std::string_view name) {
      if (is_given && !has(part))
        refuse(Code::invalid, name, fmt::format("is no field of kind {}", word_of(given_.kind)));
    };
    refuse_if(given_.use.has_value(), DetailPart::use, "use");
    refuse_if(given_.label.has_value(), DetailPart::label, "label");
    refuse_if(given_.place.has_value(), DetailPart::place, "place");
    refuse_if(given_.text.has_value(), DetailPart::text, "text");
    refuse_if(given_.number.has_value() && given_.kind != DetailKind::link, DetailPart::number, "number");
    refuse_if(given_.customer.has_value(), DetailPart::customer, "customer");
    refuse_if(given_.amount.has_value(), DetailPart::amount, "amount");
  }

  const DetailInput& given_;
  const DetailForm& form_;
  std::string path_;
  std::vector<Diagnostic>& found_;
  bool is_refused_ = false;
};

std::int64_t last_note(std::span<const Detail> known) {
  std::int64_t last = 0;
  for (const Detail& one : known) {
    if (one.kind == DetailKind::note) last = std::max(last, one.number);
  }
  return last;
}

}  // namespace

const DetailForm& form_of(DetailKind kind) noexcept {
  return kForms[static_cast<std::size_t>(kind)];
}

bool is_tree_link(std::string_view use) noexcept {
  return enum_of<TreeLink>(use).has_value();
}

bool is_before(const Detail& a, const Detail& b) noexcept {
  return std::tie(a.kind, a.key) < std::tie(b.kind, b.key);
}

std::vector<DetailChange> merge_details(std::span<const Detail> known, std::span<const DetailInput> given,
                                        Date today, const std::string& path, std::vector<Diagnostic>& found) {
  std::vector<DetailChange> changes;
  std::array<std::size_t, kDetailKinds> places{};
  std::array<std::int64_t, kDetailKinds> counts{};
  std::map<std::pair<DetailKind, std::string>, std::size_t> named;
  for (const Detail& one : known) ++counts[static_cast<std::size_t>(one.kind)];
  std::int64_t note_no = last_note(known);
  for (const DetailInput& one : given) {
    if (word_of(one.kind).empty()) {
      found.push_back(
          {Code::invalid, path + "/details",
           fmt::format("unknown kind; {} are allowed", text::alternatives(words_of(DetailKind{})))});
      continue;
    }
    const auto kind = static_cast<std::size_t>(one.kind);
    const std::size_t place = places[kind]++;
    Merger merger(one, fmt::format("{}/{}/{}", path, form_of(one.kind).plural, place), found);
    auto detail = merger.key();
    if (!detail) continue;
    const bool is_new_note = one.kind == DetailKind::note && detail->number == 0;
    if (is_new_note && one.remove) {
      merger.refuse(Code::invalid, "note_no", "is required where a note is taken away");
      continue;
    }
    if (is_new_note) {
      // One that says the same is the same: what is put again changes nothing.
      const auto same = std::find_if(known.begin(), known.end(), [&](const Detail& held) {
        return held.kind == DetailKind::note && held.text == one.text;
      });
      detail->number = same != known.end() ? same->number : ++note_no;
      detail = keyed(std::move(*detail));
    }
    const auto [first, is_first] = named.try_emplace({one.kind, detail->key}, place);
    if (!is_first) {
      merger.refuse(Code::conflict, {},
                    fmt::format("{}/{} has the same {} already", form_of(one.kind).plural, first->second,
                                form_of(one.kind).key_rule));
      continue;
    }
    const auto at = std::lower_bound(known.begin(), known.end(), *detail, is_before);
    const Detail* held = at != known.end() && !is_before(*detail, *at) ? &*at : nullptr;
    DetailChange change;
    change.given = place;
    if (held != nullptr) change.before = *held;
    if (one.remove) {
      if (held == nullptr) continue;
      --counts[kind];
    } else {
      if (one.kind == DetailKind::note && held == nullptr && !is_new_note) {
        merger.refuse(Code::not_found, "note_no", fmt::format("there is no note {}", detail->number));
        continue;
      }
      change.after = merger.after(*detail, held, today);
      if (!change.after || change.before == change.after) continue;
      if (held == nullptr && ++counts[kind] > static_cast<std::int64_t>(kDetailsMax))
        merger.refuse(Code::range, {},
                      fmt::format("a customer has at most {} {}", kDetailsMax, form_of(one.kind).plural));
    }
    changes.push_back(std::move(change));
  }
  std::sort(changes.begin(), changes.end(),
            [](const auto& a, const auto& b) { return is_before(a.any(), b.any()); });
  return changes;
}

Detail keyed(Detail detail) {
  detail.key = detail_key(detail);
  return detail;
}

void require_form(const Detail& detail) {
  Detail told;
  told.kind = detail.kind;
  for (const DetailField& field : form_of(detail.kind).fields) {
    if (is_text(field.part)) {
      text_of(told, field.part) = text_of(detail, field.part);
    } else if (field.part == DetailPart::amount) {
      told.amount = detail.amount;
    } else {
      told.number = detail.number;
    }
  }
  const auto parts = [](const Detail& one) {
    return std::tie(one.use, one.label, one.place, one.text, one.number, one.amount);
  };
  if (parts(told) != parts(detail))
    throw Error(Code::corrupt,
                fmt::format("a detail of kind {} has a part of another kind", word_of(detail.kind)));
}

std::string member_of(const Detail& detail) {
  return fmt::format("{}:{}", word_of(detail.kind), detail.key);
}

std::optional<DetailKind> detail_kind_of(std::string_view member) noexcept {
  const std::size_t colon = member.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return enum_of<DetailKind>(member.substr(0, colon));
}

Json detail_json(const Detail& detail) {
  Json json = Json::object();
  for (const DetailField& field : form_of(detail.kind).fields) {
    if (field.part == DetailPart::number || field.part == DetailPart::customer) {
      if (detail.number != 0) json[field.name] = detail.number;
    } else if (field.part == DetailPart::amount) {
      if (detail.amount) json[field.name] = *detail.amount;
    } else if (const std::string& text = text_of(detail, field.part); !text.empty()) {
      json[field.name] = text;
    }
  }
  json["observed"] = format_date(detail.observed);
  if (detail.until) json["until"] = format_date(*detail.until);
  if (!detail.source.empty()) json["source"] = detail.source;
  if (detail.confidence) json["confidence"] = word_of(*detail.confidence);
  return json;
}

Detail told_detail(std::string_view member, const Json& json) {
  const auto kind = detail_kind_of(member);
  if (!kind || !json.is_object()) throw_unreadable_detail();
  const auto day = [](const Json& value) {
    const auto date = parse_date(value.text());
    if (!date) throw_unreadable_detail();
    return *date;
  };
  Detail detail;
  detail.kind = *kind;
  detail.key = member.substr(member.find(':') + 1);
  for (const DetailField& field : form_of(*kind).fields) {
    const Json* value = json.find(field.name);
    if (value == nullptr) continue;
    if (field.part == DetailPart::number || field.part == DetailPart::customer) {
      detail.number = value->get<std::int64_t>();
    } else if (field.part == DetailPart::amount) {
      detail.amount = value->get<std::int64_t>();
    } else {
      text_of(detail, field.part) = value->text();
    }
  }
  detail.observed = day(json["observed"]);
  if (const Json* until = json.find("until")) detail.until = day(*until);
  if (const Json* source = json.find("source")) detail.source = source->text();
  if (const Json* confidence = json.find("confidence")) {
    detail.confidence = enum_of<Confidence>(confidence->text());
    if (!detail.confidence) throw_unreadable_detail();
  }
  return detail;
}

}  // namespace crmcore::archive
