#include "base/object_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/format.hpp"
#include "base/moment.hpp"
#include "base/pulse.hpp"
#include "base/schema.hpp"
#include "base/text.hpp"

namespace crmcore {
namespace {

// Names of JSON's types as its users know them.
std::string_view type_of(const Json& json) {
  if (json.is_number_integer()) return "an integer";
  if (json.is_number()) return "a number with fraction or exponent";
  if (json.is_string()) return "a text";
  if (json.is_array()) return "an array";
  if (json.is_object()) return "an object";
  return json.is_null() ? "null" : "true or false";
}

// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

// `; did you mean "weight"?` when one of `names` is at most two edits away.
template <class Names>
std::string suggestion(std::string_view given, const Names& names) {
  constexpr std::size_t kGivenBytesMax = 64;  // no near miss is longer; bounds the time
  constexpr std::size_t kEditsMax = 2;
  if (given.size() > kGivenBytesMax) return {};
  std::string_view nearest;
  std::size_t fewest = kEditsMax + 1;
  for (const std::string_view name : names) {
    const std::size_t edits = edit_distance(given, name);
    if (edits < fewest && edits < name.size()) fewest = edits, nearest = name;
  }
  return nearest.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", nearest);
}

std::string interval(double min, double max) {
  return fmt::format("{} to {}", min, max);
}

}  // namespace

ObjectReader::ObjectReader(const Json* json, Json* schema, std::string path, std::vector<Diagnostic>* found)
    : json_(json), schema_(schema), path_(std::move(path)), found_(found) {
  if (json_ != nullptr && !json_->is_object()) {
    report(Code::invalid, path_, fmt::format("must be an object, is {}", type_of(*json_)));
  }
}

ObjectReader::ObjectReader(const Json& json, std::string path, std::vector<Diagnostic>& found)
    : ObjectReader(&json, nullptr, std::move(path), &found) {}

ObjectReader::ObjectReader(Json& schema) : ObjectReader(nullptr, &schema, "", nullptr) {
  schema = Json::object();
  schema["type"] = "object";
  schema["properties"] = Json::object();
  schema["required"] = Json::array();
  schema["additionalProperties"] = false;
}

void ObjectReader::absent_keeps() {
  refuses_null_ = true;
  // A word of ours, which validators pass over.
  if (is_describing()) (*schema_)["absent"] = "keeps";
}

void ObjectReader::hand_down(ObjectReader& below) const {
  if (refuses_null_) below.absent_keeps();
  below.zone_ = zone_;
}

void ObjectReader::describe(std::string_view key, Json schema) {
  if (!about_.empty()) schema["description"] = std::exchange(about_, {});
  Json& member = (*schema_)["properties"][key];
  const bool has_default = member.is_object() && member.contains("default");
  if (has_default) schema["default"] = member["default"];
  member = std::move(schema);
}

void ObjectReader::describe_required(std::string_view key) {
  (*schema_)["required"].push_back(key);
}

void ObjectReader::describe_nullable(std::string_view key) {
  if (!is_describing()) return;
  Json& member = (*schema_)["properties"][key];
  member = schema::nullable(std::move(member));
}

void ObjectReader::set_default(std::string_view key, const Json& value) {
  if (is_describing()) (*schema_)["properties"][key]["default"] = value;
}

bool ObjectReader::has(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && !value->is_null();
}

bool ObjectReader::is_null(std::string_view key) const {
  const Json* value = find(key);
  return value != nullptr && value->is_null();
}

const Json* ObjectReader::raw(std::string_view key) {
  if (is_describing()) {
    describe(key, Json::object());
    return nullptr;
  }
  if (std::find(read_.begin(), read_.end(), key) == read_.end()) read_.emplace_back(key);
  return find(key);
}

const Json* ObjectReader::value(std::string_view key, const Json& schema) {
  if (is_describing()) {
    describe(key, schema);
    return nullptr;
  }
  return raw(key);
}

const Json* ObjectReader::require_value(std::string_view key, const Json& schema) {
  require(key, schema.contains("description") ? schema["description"].get<std::string>() : "a value");
  return value(key, schema);
}

const Json* ObjectReader::find(std::string_view key) const {
  return json_ == nullptr ? nullptr : json_->find(key);
}

const Json* ObjectReader::value_of(std::string_view key) {
  const Json* value = raw(key);
  if (value == nullptr || !value->is_null()) return value;
  if (refuses_null_)
    fail(Code::invalid, key, "is null, but cannot be cleared; leave it out to keep what is there");
  return nullptr;
}

bool ObjectReader::take_null(std::string_view key) {
  return is_null(key) && raw(key) != nullptr;
}

void ObjectReader::require(std::string_view key, std::string_view what) {
  if (is_describing()) return describe_required(key);
  // Where null is refused, the reader of the value does so.
  if (refuses_null_ ? find(key) == nullptr : value_of(key) == nullptr)
    fail(Code::invalid, key, fmt::format("is required: {}", what));
}

std::optional<std::string> ObjectReader::text(std::string_view key, std::size_t bytes_max) {
  if (is_describing()) {
    describe(key, schema::text(bytes_max));
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fail(Code::invalid, key, fmt::format("must be a text, is {}", type_of(*value)));
    return std::nullopt;
  }
  const auto& held = value->text();
  try {
    text::require_text(held, bytes_max, path_of(key));
  } catch (const Error& error) {
    fail(error.code(), key, error.message());
    return std::nullopt;
  }
  return held;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  if (is_describing()) {
    describe(key, schema::integer(min, max));
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    fail(Code::invalid, key,
         fmt::format("must be an integer from {} to {}, is {}", min, max, type_of(*value)));
    return std::nullopt;
  }
  const auto held = value->get<std::int64_t>();
  if (held < min || held > max) {
    fail(Code::range, key, fmt::format("must be an integer from {} to {}, is {}", min, max, held));
    return std::nullopt;
  }
  return held;
}

std::optional<double> ObjectReader::number(std::string_view key, double min, double max) {
  if (is_describing()) {
    describe(key, schema::number(min, max));
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    fail(Code::invalid, key,
         fmt::format("must be a number from {}, is {}", interval(min, max), type_of(*value)));
    return std::nullopt;
  }
  const auto held = value->get<double>();
  if (!std::isfinite(held)) {
    fail(Code::invalid, key, fmt::format("must be a number from {}, is not finite", interval(min, max)));
    return std::nullopt;
  }
  if (held < min || held > max) {
    fail(Code::range, key, fmt::format("must be a number from {}, is {}", interval(min, max), held));
    return std::nullopt;
  }
  return held;
}

std::optional<bool> ObjectReader::boolean(std::string_view key) {
  if (is_describing()) {
    describe(key, schema::boolean());
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    fail(Code::invalid, key, fmt::format("must be true or false, is {}", type_of(*value)));
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<Date> ObjectReader::read_date(std::string_view key, bool may_have_time) {
  if (is_describing()) {
    describe(key, may_have_time ? schema::day() : schema::date());
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  const std::string_view given = value->is_string() ? value->text() : std::string_view();
  static const Zone kUtc;
  const auto date = may_have_time ? parse_day(given, zone_ ? *zone_ : kUtc) : parse_date(given);
  if (!date) {
    fail(Code::invalid, key,
         fmt::format("must be a date that exists, YYYY-MM-DD from 0001-01-01 to 9999-12-31{}{}, is {}",
                     may_have_time ? ", with at most " : "", may_have_time ? kTimeForm : "",
                     value->is_string() ? text::quoted(given) : std::string(type_of(*value))));
  }
  return date;
}

std::optional<std::size_t> ObjectReader::word(std::string_view key, std::span<const std::string_view> words) {
  if (is_describing()) {
    describe(key, schema::word(words));
    return std::nullopt;
  }
  const Json* value = value_of(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fail(Code::invalid, key,
         fmt::format("must be one of {}, is {}", fmt::join(words, ", "), type_of(*value)));
    return std::nullopt;
  }
  const std::string_view held = value->text();
  const auto at = std::find(words.begin(), words.end(), held);
  if (at == words.end()) {
    fail(Code::invalid, key,
         fmt::format("must be one of {}, is {}{}", fmt::join(words, ", "), text::quoted(held),
                     suggestion(held, words)));
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - words.begin());
}

std::optional<std::string> ObjectReader::clearable_text(std::string_view key, std::size_t bytes_max) {
  if (take_null(key)) return std::string();
  auto given = text(key, bytes_max);
  describe_nullable(key);
  return given;
}

std::optional<std::optional<std::int64_t>> ObjectReader::clearable_integer(std::string_view key,
                                                                           std::int64_t min,
                                                                           std::int64_t max) {
  if (take_null(key)) return std::optional<std::int64_t>();
  const auto given = integer(key, min, max);
  describe_nullable(key);
  // Nothing that was read is nothing that was said.
  if (!given) return std::nullopt;
  return given;
}

std::optional<std::optional<Date>> ObjectReader::clearable_date(std::string_view key) {
  if (take_null(key)) return std::optional<Date>();
  const auto given = date(key);
  describe_nullable(key);
  if (!given) return std::nullopt;
  return given;
}

std::string ObjectReader::require_text(std::string_view key, std::size_t bytes_max) {
  require(key, fmt::format("a text of at most {} bytes", bytes_max));
  return text(key, bytes_max).value_or(std::string());
}

std::int64_t ObjectReader::require_integer(std::string_view key, std::int64_t min, std::int64_t max) {
  require(key, fmt::format("an integer from {} to {}", min, max));
  return integer(key, min, max).value_or(0);
}

double ObjectReader::require_number(std::string_view key, double min, double max) {
  require(key, fmt::format("a number from {}", interval(min, max)));
  return number(key, min, max).value_or(0);
}

Date ObjectReader::require_date(std::string_view key) {
  require(key, "a date, YYYY-MM-DD");
  return date(key).value_or(Date{});
}

Date ObjectReader::require_day(std::string_view key) {
  require(key, "a date, YYYY-MM-DD");
  return day(key).value_or(Date{});
}

std::size_t ObjectReader::require_word(std::string_view key, std::span<const std::string_view> words) {
  require(key, fmt::format("one of {}", fmt::join(words, ", ")));
  return word(key, words).value_or(0);
}

std::int64_t ObjectReader::integer_or(std::string_view key, std::int64_t min, std::int64_t max,
                                      std::int64_t otherwise) {
  set_default(key, otherwise);
  return integer(key, min, max).value_or(otherwise);
}

bool ObjectReader::boolean_or(std::string_view key, bool otherwise) {
  set_default(key, otherwise);
  return boolean(key).value_or(otherwise);
}

std::string ObjectReader::text_or(std::string_view key, std::size_t bytes_max, std::string_view otherwise) {
  set_default(key, otherwise);
  auto given = text(key, bytes_max);
  return given ? std::move(*given) : std::string(otherwise);
}

const Json* ObjectReader::container(std::string_view key, std::size_t count_max, bool is_array) {
  const Json* value = value_of(key);
  if (value == nullptr) return nullptr;
  const std::string_view kind = is_array ? "an array" : "an object";
  if (is_array ? !value->is_array() : !value->is_object()) {
    fail(Code::invalid, key, fmt::format("must be {}, is {}", kind, type_of(*value)));
    return nullptr;
  }
  if (value->size() > count_max) {
    fail(Code::limit, key, fmt::format("must be {} of at most {}, has {}", kind, count_max, value->size()));
    return nullptr;
  }
  return value;
}

void ObjectReader::each(std::string_view key, std::size_t count_max, Each each) {
  this->each(key, count_max, Json::object(), each);
}

void ObjectReader::each(std::string_view key, std::size_t count_max, const Json& schema, Each each) {
  if (is_describing()) return describe(key, schema::list(schema, count_max));
  const Json* array = container(key, count_max, true);
  if (array == nullptr) return;
  // What no violation can be told of any more need not be read: the whole is refused.
  for (std::size_t i = 0; i < array->size() && found_->size() < kViolationsMax; ++i) {
    Pulse::beat();
    each((*array)[i], join_path(path_of(key), i));
  }
}

void ObjectReader::require_each(std::string_view key, std::size_t count_max, Each each) {
  require(key, fmt::format("an array of at most {}", count_max));
  this->each(key, count_max, each);
}

void ObjectReader::each_object(std::string_view key, std::size_t count_max, bool is_required,
                               FunctionRef<void(ObjectReader&)> read) {
  if (is_required) require(key, fmt::format("an array of at most {}", count_max));
  if (is_describing()) {
    const std::string_view about = std::exchange(about_, {});
    Json element;
    ObjectReader in(element);
    hand_down(in);
    read(in);
    return this->about(about).describe(key, schema::list(std::move(element), count_max));
  }
  each(key, count_max, [&](const Json& element, const std::string& path) {
    ObjectReader in(element, path, *found_);
    hand_down(in);
    read(in);
    in.finish();
  });
}

void ObjectReader::one_object(std::string_view key, FunctionRef<void(ObjectReader&)> read) {
  if (is_describing()) {
    const std::string_view about = std::exchange(about_, {});
    Json member;
    ObjectReader in(member);
    hand_down(in);
    read(in);
    return this->about(about).describe(key, std::move(member));
  }
  const Json* member = value_of(key);
  if (member == nullptr) return;
  ObjectReader in(*member, path_of(key), *found_);
  hand_down(in);
  read(in);
  in.finish();
}

std::vector<std::string> ObjectReader::texts(std::string_view key, std::size_t count_max,
                                             std::size_t bytes_max) {
  std::vector<std::string> list;
  each(key, count_max, is_describing() ? schema::text(bytes_max) : Json(),
       [&](const Json& element, const std::string& path) {
         if (!element.is_string()) {
           return report(Code::invalid, path, fmt::format("must be a text, is {}", type_of(element)));
         }
         const std::string& held = element.text();
         try {
           text::require_text(held, bytes_max, path);
           list.push_back(held);
         } catch (const Error& error) {
           report(error.code(), path, error.message());
         }
       });
  return list;
}

std::vector<std::string> ObjectReader::require_texts(std::string_view key, std::size_t count_max,
                                                     std::size_t bytes_max) {
  require(key, fmt::format("an array of at most {}", count_max));
  return texts(key, count_max, bytes_max);
}

void ObjectReader::each_member(std::string_view key, std::size_t count_max, EachMember each) {
  each_member(key, count_max, Json::object(), each);
}

void ObjectReader::each_member(std::string_view key, std::size_t count_max, const Json& schema,
                               EachMember each) {
  if (is_describing()) {
    Json object = schema::map(schema);
    object["maxProperties"] = static_cast<std::int64_t>(count_max);
    return describe(key, std::move(object));
  }
  const Json* object = container(key, count_max, false);
  if (object == nullptr) return;
  for (const auto& [name, value] : object->items()) {
    if (found_->size() == kViolationsMax) return;
    each(name, value, join_path(path_of(key), name));
  }
}

void ObjectReader::fail(Code code, std::string_view key, std::string message) {
  if (json_ != nullptr && !json_->is_object()) return;  // reported already
  report(code, path_of(key), std::move(message));
}

void ObjectReader::report(Code code, std::string path, std::string message) {
  if (found_ != nullptr && found_->size() < kViolationsMax)
    found_->push_back({code, std::move(path), std::move(message)});
}

void ObjectReader::finish() {
  if (json_ == nullptr || !json_->is_object()) return;
  for (const auto& member : json_->items()) {
    const std::string& name = member.first;
    if (found_->size() == kViolationsMax) return;
    if (std::find(read_.begin(), read_.end(), name) != read_.end()) continue;
    const std::string allowed = read_.empty() ? "none" : fmt::format("{}", fmt::join(read_, ", "));
    fail(
        Code::invalid, name,
        fmt::format("unknown field {}; allowed: {}{}", text::quoted(name), allowed, suggestion(name, read_)));
  }
}

}  // namespace crmcore
