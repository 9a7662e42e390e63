// A row becomes a CustomerInput and is put like any other. What a column fills is settled once: columns_[i]
// belongs to field i of the table. tests/examples/exchange.py.
#include "engine/archive/import_customers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "archive/identifiers.hpp"
#include "base/format.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/archive/contact_column.hpp"
#include "engine/archive/customer_rows.hpp"
#include "engine/archive/customers.hpp"
#include "engine/archive/import_table.hpp"
#include "engine/archive/imports.hpp"

namespace crmcore::engine {
namespace {

constexpr std::string_view kObserved = ".observed";

struct ReadyHeading {
  std::string_view name;
  std::string_view headings;
  std::string_view words;
};
constexpr ReadyHeading kReadyHeadings[] = {
    {"code", "客户编号|客户编码|客户代码|客户号|customer code|customer no|customer number", ""},
    {"name", "客户名称|客户名|公司名称|单位名称|企业名称|客户全称|customer name|company name", ""},
    {"kind", "客户类型|客户类别|customer kind",
     "公司=company|企业=company|单位=company|法人=company|家庭=household|个人=person|自然人=person"},
    {"short_name", "简称|客户简称|公司简称|short name", ""},
    {"since", "建档日期|建档时间|客户自|customer since", ""},
    // Of the ready-made axes and their attribute; the names that they have themselves count as well.
    {"region", "省份|省|地区|所在地区|所在省份|所属区域|province", ""},
    {"ownership", "企业性质|投资性质|经济性质|公司性质", ""},
    {"total_assets", "总资产|资产总计|total assets", ""},
    {"identifier.uscc", "统一社会信用代码|社会信用代码|统一信用代码|信用代码|uscc|unified social credit code",
     ""},
    {"identifier.tax_number", "税号|纳税人识别号|纳税人税号|税务登记号|tax number|tax no|vat number", ""},
    {"identifier.phone", "公司电话|单位电话|企业电话|客户电话|总机|company phone|customer phone", ""},
    {"identifier.email", "公司邮箱|单位邮箱|企业邮箱|客户邮箱|company email|customer email", ""},
};

const ReadyHeading* ready_heading(std::string_view name) {
  const auto* found = std::find_if(std::begin(kReadyHeadings), std::end(kReadyHeadings),
                                   [&](const ReadyHeading& one) { return one.name == name; });
  return found == std::end(kReadyHeadings) ? nullptr : found;
}

// Of the ready-made, what this archive has not.
std::vector<std::string_view> missing_ready(const Catalog& catalog) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : {"region", "ownership", "total_assets"}) {
    if (catalog.axis(name) == nullptr && catalog.attribute(name) == nullptr) missing.push_back(name);
  }
  return missing;
}

ImportField::Form form_of(AttributeType type) {
  switch (type) {
    case AttributeType::money:
      return ImportField::Form::amount;
    case AttributeType::integer:
    case AttributeType::decimal:
      return ImportField::Form::number;
    case AttributeType::date:
      return ImportField::Form::date;
    default:
      return ImportField::Form::text;
  }
}

void add_field(std::vector<ImportField>& fields, std::string name, std::string_view title,
               ImportField::Form form) {
  const ReadyHeading* ready = ready_heading(name);
  ImportField field{std::move(name), std::string(title), form, {}};
  if (ready != nullptr) {
    if (!title.empty()) field.headings += '|';
    field.headings += ready->headings;
    field.words = ready->words;
  }
  fields.push_back(std::move(field));
}

// The customer's own fields, axes, attributes and identifiers first, then observed days, then contacts.
std::vector<ImportField> customer_fields(const Catalog& catalog) {
  std::vector<ImportField> fields;
  for (const std::string_view name : {"code", "name", "kind", "short_name", "since"}) {
    const auto form = name == "since"  ? ImportField::Form::date
                      : name == "code" ? ImportField::Form::code
                                       : ImportField::Form::text;
    add_field(fields, std::string(name), "", form);
  }
  for (const CatalogAxis& axis : catalog.axes()) {
    // A class that follows from an attribute is nobody's to give: only its code, which says so, stands for
    // it.
    add_field(fields, axis.row.code, axis.is_derived() ? "" : axis.row.name, ImportField::Form::text);
  }
  for (const auto& attribute : catalog.attributes()) {
    add_field(fields, attribute.code, attribute.name, form_of(attribute.type));
    if (attribute.type == AttributeType::boolean) fields.back().words = "是=true|否=false|yes=true|no=false";
  }
  // A host's attribute of before may stand for what the column says.
  for (std::size_t kind = 0; kind < archive::kIdentifierKinds; ++kind)
    add_field(fields, identifier_column(static_cast<IdentifierKind>(kind)), "", ImportField::Form::code);
  for (const auto& attribute : catalog.attributes())
    add_field(fields, attribute.code + std::string(kObserved), attribute.name + "观察日",
              ImportField::Form::date);
  for (std::size_t number = 1; number <= kContactsOfRowMax; ++number) {
    for (ImportField& field : contact_fields(number)) fields.push_back(std::move(field));
  }
  fields.push_back({"status", "客户状态|状态|customer status", ImportField::Form::text,
                    "潜在客户=prospect|已有客户=existing|流失客户=lost|流失=lost"});
  for (const std::string_view name : missing_ready(catalog))
    add_field(fields, std::string(name), "", ImportField::Form::text);
  return fields;
}

class CustomerFileRows final : public CustomerRows {
 public:
  CustomerFileRows(Session& session, const ByteSource& source, const ImportOptions& options)
      : table(session, source, options, customer_fields(session.catalog()), true),
        facts_(session.file().facts()),
        today_(session.today()) {
    const Catalog& catalog = session.catalog();
    std::size_t field = 0;
    const std::size_t own_count =
        5 + catalog.axes().size() + catalog.attributes().size() + archive::kIdentifierKinds;
    for (const ImportField& one : customer_fields(catalog)) {
      if (field < own_count) {
        own_.emplace_back(one.name, catalog, "/lines/1");
        const CatalogAxis* axis = catalog.axis(std::string_view(one.name));
        trees_.push_back(axis != nullptr && !axis->is_derived() ? axis : nullptr);
      }
      ++field;
    }
    for (const auto& attribute : catalog.attributes()) observed_.push_back(attribute.code);
    first_contact_ = own_count + observed_.size();
    status_ = field - missing_ready(catalog).size() - 1;
    table.require(0);
    require_ready(catalog, field);
  }

  bool next() override { return table.next(); }
  std::int64_t place() const override { return table.line(); }
  std::string column_of(const std::string& name) const override { return table.heading_of(name); }

  // A blank field says nothing about the customer.
  void read(CustomerInput& input, std::vector<RowFault>& faults) override {
    for (std::size_t field = 0; field < own_.size(); ++field) {
      const std::string_view text = table.text(field);
      if (text.empty()) continue;
      if (const auto refusal = own_[field].set(input, text, facts_)) {
        table.refuse_form(field, refusal->allowed, refusal->code);
      } else if (const CatalogAxis* axis = trees_[field]) {
        take_known_part(field, *axis, input.classes.back().node);
      }
    }
    for (std::size_t i = 0; i < observed_.size(); ++i) {
      if (table.has(own_.size() + i)) read_observed(input, i);
    }
    read_contacts(input);
    is_lost_.reset();
    if (const std::string_view text = table.text(status_); !text.empty()) {
      const auto status = enum_of<CustomerStatus>(text);
      if (status) is_lost_ = *status == CustomerStatus::lost;
      if (!status) table.refuse_form(status_, text::alternatives(words_of(CustomerStatus{})));
    }
    faults = std::move(table.faults);
  }

  void done(const CustomerInput& input, bool is_unchanged) override {
    if (is_lost_) told_.push_back({input.code, *is_lost_, is_unchanged});
  }

  // Whether a customer is lost is the file's to say; prospects and existing ones differ by their entries.
  void finish(Session& session) {
    for (const ToldStatus& told : told_) {
      const auto customer = find_customer(session, told.code);
      if (!customer || (customer->status == CustomerStatus::lost) == told.is_lost) continue;
      set_lost(session, customer->id, told.is_lost);
      if (!told.is_unchanged) continue;
      --table.report.result.unchanged;
      ++table.report.result.updated;
    }
  }

  ImportTable table;

 private:
  struct ToldStatus {
    std::string code;
    bool is_lost;
    bool is_unchanged;  // apart from that
  };

  // What a file says of region, ownership and assets is not passed over for want of a place; `fields` is how
  // many fields there are, those that are missing last.
  void require_ready(const Catalog& catalog, std::size_t fields) const {
    const auto missing = missing_ready(catalog);
    for (std::size_t i = 0; i < missing.size(); ++i) {
      const std::size_t field = fields - missing.size() + i;
      if (!table.has(field)) continue;
      throw Error(
          Code::not_found,
          fmt::format(
              "column '{}' is for '{}', which this archive does not have: define it first "
              "(classification.define_ready_made with has_regions; on the command line: regions), or let the "
              "mapping ignore the column",
              table.heading(field), missing[i]),
          "/lines/1");
    }
  }

  // "浙江省杭州市" where the archive has provinces and no cities: the province is taken, and the rest is
  // told. A node below which there are others is not taken for what is none of them.
  void take_known_part(std::size_t field, const CatalogAxis& axis, std::string& text) {
    using Kind = classification::Resolution::Kind;
    const auto& tree = axis.axis.tree;
    const auto known = parts_.find(text);
    if (known == parts_.end()) {
      std::size_t size = text.size();
      Position found = kNowhere;
      if (tree.resolve(text, today_).kind == Kind::unknown) {
        while (found == kNowhere && size > 0) {
          do --size;
          while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U);
          const auto part = tree.resolve(std::string_view(text).substr(0, size), today_);
          if (size > 0 && part.kind == Kind::found) found = part.position;
        }
      }
      const bool is_part = found != kNowhere && tree.is_leaf(found);
      parts_.emplace(text, is_part ? tree.node(found).code : std::string());
      if (!is_part) return;
      return take_known_part(field, axis, text);
    }
    if (known->second.empty()) return;
    const auto& node = tree.node(tree.find(known->second));
    table.warn(field,
               fmt::format("of '{}' '{}' was taken: what follows is no node of axis '{}'", text, node.name,
                           axis.row.code),
               fmt::format("what follows '{}' is no node of axis '{}'", node.name, axis.row.code));
    text = node.code;
  }

  void read_observed(CustomerInput& input, std::size_t attribute) {
    const std::size_t field = own_.size() + attribute;
    const std::string_view text = table.text(field);
    const auto given =
        std::find_if(input.attributes.begin(), input.attributes.end(),
                     [&](const AttributeInput& one) { return one.attribute == observed_[attribute]; });
    if (text.empty() || given == input.attributes.end()) return;
    given->observed = parse_date(text);
    if (!given->observed) table.refuse_form(field, "a date YYYY-MM-DD");
  }

  void read_contacts(CustomerInput& input) {
    const std::size_t count = contact_field_count_;
    for (std::size_t number = 0; number < kContactsOfRowMax; ++number) {
      ContactInput contact;
      bool is_given = false;
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t field = first_contact_ + number * count + i;
        const std::string_view text = table.text(field);
        if (text.empty()) continue;
        is_given = true;
        if (const std::string allowed = set_contact(contact, i, text); !allowed.empty())
          table.refuse_form(field, allowed);
        if (const auto odd = what_is_odd(i, text); !odd.empty())
          table.warn(field, fmt::format("'{}' is {}", text, odd), std::string(odd));
      }
      if (is_given) input.contacts.push_back(std::move(contact));
    }
  }

  const ArchiveFacts& facts_;
  Date today_;
  std::vector<CustomerColumn> own_;
  std::vector<const CatalogAxis*> trees_;               // by own field; nullptr where it is no class
  std::unordered_map<std::string, std::string> parts_;  // texts and the codes that are taken for them
  std::vector<std::string> observed_;                   // attributes
  std::size_t first_contact_ = 0;
  std::size_t status_ = 0;       // its field
  std::optional<bool> is_lost_;  // by the current row
  std::vector<ToldStatus> told_;
  std::size_t contact_field_count_ = contact_fields(1).size();
};

std::vector<ImportField> contact_row_fields() {
  std::vector<ImportField> fields;
  fields.push_back({"customer",
                    std::string("customer_code|") + std::string(ready_heading("code")->headings),
                    ImportField::Form::code,
                    {}});
  for (ImportField& field : contact_fields(0)) fields.push_back(std::move(field));
  const auto name =
      std::find_if(fields.begin(), fields.end(), [](const auto& field) { return field.name == "name"; });
  name->headings += "|姓名";
  return fields;
}

class ContactFileRows final : public CustomerRows {
 public:
  ContactFileRows(Session& session, const ByteSource& source, const ImportOptions& options)
      : table(session, source, options, contact_row_fields(), true),
        session_(session),
        is_once_(options.on_repeat == OnRepeat::fail) {
    table.require(0);
  }

  bool next() override { return table.next(); }
  std::int64_t place() const override { return table.line(); }
  std::string column_of(const std::string& name) const override {
    constexpr std::string_view kContact = "contact.";
    if (name == "code" || name == "name") return table.heading(0);
    return table.heading_of(name.starts_with(kContact) ? name.substr(kContact.size()) : name);
  }

  void read(CustomerInput& input, std::vector<RowFault>& faults) override {
    input.code = table.text(0);
    if (!find_customer_id(session_, input.code))
      table.refuse(0, Code::not_found, fmt::format("no customer '{}'", input.code));
    ContactInput contact;
    for (std::size_t i = 0; i < contact_field_count_; ++i) {
      const std::string_view text = table.text(i + 1);
      if (text.empty()) continue;
      if (const std::string allowed = set_contact(contact, i, text); !allowed.empty())
        table.refuse_form(i + 1, allowed);
      if (const auto odd = what_is_odd(i, text); !odd.empty())
        table.warn(i + 1, fmt::format("'{}' is {}", text, odd), std::string(odd));
    }
    if (is_once_) require_once(input.code);
    input.contacts.push_back(std::move(contact));
    faults = std::move(table.faults);
  }
  void finish(Session&) {}

  ImportTable table;

 private:
  // A contact is named by its number, else by all that is said of it.
  void require_once(const std::string& customer) {
    std::string key = customer;
    for (std::size_t i = 0; i < contact_field_count_; ++i) {
      key.append(1, '\0').append(table.text(i + 1));
      if (i == 0 && !table.text(1).empty()) break;
    }
    const auto [before, is_new] = lines_.try_emplace(std::move(key), table.line());
    if (!is_new)
      table.refuse(0, Code::conflict, fmt::format("line {} names the contact already", before->second),
                   "named by more than one row");
  }

  Session& session_;
  bool is_once_;
  std::unordered_map<std::string, std::int64_t> lines_;
  std::size_t contact_field_count_ = contact_fields(0).size();
};

template <class Rows>
ImportResult import_rows(Session& session, const ByteSource& source, const ImportOptions& options,
                         bool is_once, storage::ImportOf what) {
  const bool is_own = session.in_transaction();
  WriteScope write(session);
  ImportNumber number(write, what);
  Rows rows(session, source, options);
  std::optional<RowDuplicates> duplicates;
  if (what == storage::ImportOf::customers && options.duplicates != OnDuplicate::ignore)
    duplicates.emplace(session, write, options.duplicates, is_own);
  put_rows(session, write, rows, rows.table.report, is_once, duplicates ? &*duplicates : nullptr);
  rows.finish(session);
  ImportResult result = rows.table.finish();
  if (options.is_dry_run) return result;
  number.tell(result);
  write.commit();
  return result;
}

}  // namespace

ImportResult import_customers(Session& session, const ByteSource& source, const ImportOptions& options) {
  return import_rows<CustomerFileRows>(session, source, options, options.on_repeat == OnRepeat::fail,
                                       storage::ImportOf::customers);
}

ImportResult import_contacts(Session& session, const ByteSource& source, const ImportOptions& options) {
  return import_rows<ContactFileRows>(session, source, options, false, storage::ImportOf::contacts);
}

}  // namespace crmcore::engine
