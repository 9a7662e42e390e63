// The customer archive (客户档案): customers, identifiers, contacts, details, attributes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crmcore/database.hpp"
#include "crmcore/import.hpp"
#include "crmcore/words.hpp"

namespace crmcore {

enum class CustomerKind : std::int32_t { company = 0, household = 1, person = 2 };
constexpr std::array<std::string_view, 3> words_of(CustomerKind) noexcept {
  return {"company", "household", "person"};
}

enum class CustomerStatus : std::int32_t { prospect = 0, existing = 1, lost = 2 };
constexpr std::array<std::string_view, 3> words_of(CustomerStatus) noexcept {
  return {"prospect", "existing", "lost"};
}

enum class ContactLevel : std::int32_t { shareholder = 0, executive = 1, operational = 2 };
constexpr std::array<std::string_view, 3> words_of(ContactLevel) noexcept {
  return {"shareholder", "executive", "operational"};
}

enum class ContactChannel : std::int32_t { unspecified = 0, phone = 1, email = 2, message = 3, visit = 4 };
constexpr std::array<std::string_view, 5> words_of(ContactChannel) noexcept {
  return {"unspecified", "phone", "email", "message", "visit"};
}

enum class AttributeType : std::int32_t {
  integer = 0,  // |n| <= 2^53 - 1
  money = 1,    // minor units of the base currency
  decimal = 2,  // kept as millionths
  boolean = 3,
  date = 4,
  text = 5,  // at most 1,024 bytes
};
constexpr std::array<std::string_view, 6> words_of(AttributeType) noexcept {
  return {"integer", "money", "decimal", "boolean", "date", "text"};
}

// What names a customer elsewhere (docs/archive.md).
enum class IdentifierKind : std::int32_t {
  uscc = 0,        // 统一社会信用代码, GB 32100
  tax_number = 1,  // 纳税人识别号, or a VAT number of another country
  phone = 2,       // of the customer, not of a contact
  email = 3,
};
constexpr std::array<std::string_view, 4> words_of(IdentifierKind) noexcept {
  return {"uscc", "tax_number", "phone", "email"};
}

// What else is known of a customer, of each kind as much as there is (docs/archive.md has the fields of
// each).
enum class DetailKind : std::int32_t {
  alias = 0,       // another name, under which it is found as well
  address = 1,     // one of each use and label
  consent = 2,     // given, refused or withdrawn: one of each channel, purpose and contact
  note = 3,        // by number
  holding = 4,     // what it has, here or elsewhere: one of each product and place
  preference = 5,  // a stated need or wish: one of each topic
  evidence = 6,    // on what a field rests: one of each field
  link = 7,        // to another customer: a parent company, a group, a household, who referred it; guarantors
};
constexpr std::array<std::string_view, 8> words_of(DetailKind) noexcept {
  return {"alias", "address", "consent", "note", "holding", "preference", "evidence", "link"};
}

// How sure it is, the least first.
enum class Confidence : std::int32_t { hearsay = 0, told = 1, document = 2, verified = 3 };
constexpr std::array<std::string_view, 4> words_of(Confidence) noexcept {
  return {"hearsay", "told", "document", "verified"};
}

// What is absent stays as it is. Limits are in the stored unit; one that is given without a number is lifted.
struct AttributeDefinition {
  std::string code;
  std::optional<std::string> name;    // required for a new attribute
  std::optional<AttributeType> type;  // required for a new attribute; it never changes
  std::optional<std::optional<std::int64_t>> minimum;
  std::optional<std::optional<std::int64_t>> maximum;
};

// `number` for every type but text: minor units, millionths, 0/1, days since 1970; nothing takes the value
// away.
struct AttributeInput {
  std::string attribute;
  std::variant<std::int64_t, std::string, std::monostate> value;
  std::optional<Date> observed;  // absent: the day of the write, or as it is where the value stays
};

// `node` by code, name or declared alias; empty for the explicit unknown.
struct ClassInput {
  std::string axis;
  std::string node;
};

// What is absent stays as it is, or at its default in a new contact. Without a number the contact is the one
// of that name whose phone or e-mail is given, else the only one of that name (docs/c-api.md); nobody: a new
// one.
struct ContactInput {
  std::int64_t contact_no = 0;        // 0: found by the name
  std::optional<ContactLevel> level;  // new: operational
  std::optional<std::string> name;    // required without a number, and for a new contact
  std::optional<std::string> title;   // this and the next two: an empty text clears
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<ContactChannel> channel;  // new: unspecified
  std::optional<bool> do_not_contact;     // new: false
  bool remove = false;                    // take the contact away; its number is not given again
};

// A customer has at most one of each kind.
struct IdentifierInput {
  IdentifierKind kind = IdentifierKind::uscc;
  std::optional<std::string> value;  // as people write it; required unless it is removed
  bool remove = false;               // take it away; with a value: only where that is the one it has
};

// What is absent stays as it is; an empty text, or nothing inside, clears. One of a kind is found by its key,
// which docs/archive.md names, or is a new one.
struct DetailInput {
  DetailKind kind = DetailKind::alias;
  std::optional<std::string> use;       // use of an alias or address, channel of a consent, kind of a link
  std::optional<std::string> label;     // name of an alias, label, purpose, product, topic, field
  std::optional<std::string> place;     // postcode of an address, where a holding is
  std::optional<std::string> text;      // of an address, note …; decision of a consent
  std::optional<std::string> customer;  // the code of the other one of a link
  std::optional<std::int64_t> number;   // of a note or contact, 0: a new note, all contacts
  std::optional<std::optional<std::int64_t>> amount;  // of a holding, minor units of the base currency
  std::optional<Date> observed;  // absent: the day of the write, or as it is where nothing else changes
  std::optional<std::optional<Date>> until;  // the last day
  std::optional<std::string> source;
  std::optional<Confidence> confidence;
  bool remove = false;  // take it away
};

// What is absent stays as it is (or at its default in a new customer); an empty text clears.
struct CustomerInput {
  std::string code;                       // 1 to 128 bytes, the host's own; one of before is as good
  std::optional<std::string> new_code;    // the code from now on; the one of before still names the customer
  std::optional<std::string> name;        // 1 to 512 bytes; required for a new customer
  std::optional<CustomerKind> kind;       // new: company
  std::optional<std::string> short_name;  // at most 512 bytes
  std::optional<Date> since;              // in the archive since; new: the day of the write
  std::vector<AttributeInput> attributes;
  std::vector<ClassInput> classes;
  std::vector<IdentifierInput> identifiers;  // kinds that are not named stay
  std::vector<DetailInput> details;          // those not named stay
  std::vector<ContactInput> contacts;        // those not named stay
  bool replace = false;                      // `contacts` are all there are to be: those not named go
  std::optional<std::int64_t> version;       // refuse with Error(conflict) unless this is the version stored
};

struct PutResult {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
};

struct Contact {
  std::int64_t contact_no = 0;
  ContactLevel level = ContactLevel::operational;
  std::string name;
  std::string title;
  std::string phone;
  std::string email;
  ContactChannel channel = ContactChannel::unspecified;
  bool do_not_contact = false;

  friend bool operator==(const Contact&, const Contact&) = default;
};

struct Identifier {
  IdentifierKind kind = IdentifierKind::uscc;
  std::string value;  // as it was given
  std::string key;    // the form in which those of a kind are compared

  friend bool operator==(const Identifier&, const Identifier&) = default;
};

struct Detail {
  DetailKind kind = DetailKind::alias;
  std::string key;  // names it among those of its kind
  std::string use;
  std::string label;
  std::string place;
  std::string text;
  std::int64_t number = 0;  // of a link: the id of the other customer, who may be merged by now
  std::optional<std::int64_t> amount;
  Date observed;
  std::optional<Date> until;
  std::string source;
  std::optional<Confidence> confidence;

  friend bool operator==(const Detail&, const Detail&) = default;
};

struct Attribute {
  std::string code;
  AttributeType type = AttributeType::integer;
  std::variant<std::int64_t, std::string> value;
  Date observed;
};

struct Customer {
  CustomerId id;
  std::string code;
  std::string name;
  std::string short_name;
  CustomerKind kind = CustomerKind::company;
  CustomerStatus status = CustomerStatus::prospect;
  Date since;
  std::optional<Date> first_entry;
  std::int64_t version = 0;
};

// A column of an import, named like a column of a CSV file. Borrowed for the duration of the call.
// Either texts, read as those of a file, or integers: stored units, days since 1970, kinds.
struct ImportColumn {
  std::string name;
  std::span<const std::string_view> texts;  // a view without data says nothing; an empty text clears
  std::span<const std::int64_t> integers;
  std::span<const std::uint8_t> are_present;  // one for each integer, 0: says nothing; empty: all are present
};

class Archive {
 public:
  explicit Archive(Connection& connection) : session_(connection.session()) {}

  // Inserts or updates by code, all or nothing. Throws Error with every violation, each at
  // "/<index>/<field>".
  PutResult put(std::span<const CustomerInput> customers);
  CustomerId put(const CustomerInput& customer);

  // Nothing when there is no such customer.
  std::optional<Customer> find(CustomerId id);
  std::optional<Customer> find(std::string_view code);
  // The id alone; the fastest way from a code.
  std::optional<CustomerId> id_of(std::string_view code);
  std::vector<Contact> contacts(CustomerId id);
  std::vector<Attribute> attributes(CustomerId id);
  // By kind.
  std::vector<Identifier> identifiers(CustomerId id);
  // By kind and key.
  std::vector<Detail> details(CustomerId id);
  // What happened to a customer, oldest first, at most `limit`.
  std::vector<Change> history(CustomerId id, std::int64_t limit);

  // Defines an attribute, or changes its name and limits. Throws Error: conflict (exists with another type),
  // invalid.
  AttributeId define_attribute(const AttributeDefinition& attribute);
  // Marks a customer as lost, or takes it back.
  void set_lost(CustomerId id, bool is_lost);

  // Reads CSV with a header line: code, name, kind, short_name, since, an axis ("region") or attribute
  // ("total_assets") by code or name, an identifier ("identifier.uscc"), a contact's fields
  // ("contact.phone"), or what docs/exchange.md lists as ready headings. Upserts by code.
  ImportResult import_csv(const ByteSource& source, const ImportOptions& options = {});
  // Reads contacts of customers that are there: customer, name, and optionally contact_no, level, title,
  // phone, email, channel, do_not_contact.
  ImportResult import_contacts_csv(const ByteSource& source, const ImportOptions& options = {});
  // The same from columns of equal length; failures tell the row, from 1, as their line. Throws Error at
  // "/<column>/<row>", rows from 0.
  ImportResult import_columns(std::span<const ImportColumn> columns, const ImportOptions& options = {});

 private:
  Connection::Session& session_;
};

// A history as the gateway answers it: {"changes": […]}.
std::string history_json(std::span<const Change> changes);

}  // namespace crmcore
