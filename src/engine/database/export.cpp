// What imports read is written as they read it: codes where codes are asked for, amounts with the decimals of
// their currency, lists of a manager as "axis:node;axis:node". What an archive says of a row and no import
// takes (a status, a grade) is in tables that are for reading alone. Rows come in the order of ids, from one
// snapshot. tests/examples/exchange.py reads all of it back.
#include "crmcore/export.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/format.hpp"
#include "base/json.hpp"
#include "engine/archive/customer_rows.hpp"
#include "engine/archive/import_json.hpp"
#include "engine/archive/import_report.hpp"
#include "engine/archive/rows.hpp"
#include "engine/database/export.hpp"
#include "engine/database/table_writer.hpp"
#include "storage/customer_scan.hpp"
#include "storage/identifier_store.hpp"
#include "storage/manager_store.hpp"
#include "storage/stored.hpp"

namespace crmcore::engine {
namespace {

constexpr sqlite::Sql kExportedEntries{
    "SELECT c.code AS customer, e.date, e.document, e.line, e.kind, coalesce(e.foreign_amount, e.amount) AS "
    "amount, "
    "e.foreign_currency AS currency, e.rate, e.original_date, e.source FROM ledger_entry e JOIN customer c "
    "ON "
    "c.customer_id = e.customer_id ORDER BY e.entry_id"};
constexpr sqlite::Sql kExportedAssignment{
    "SELECT customer_code AS customer, manager, role, valid_from, valid_to, origin, reason, is_locked FROM "
    "assignment_current ORDER BY customer_id, role, manager"};
// What was and what is; of a class that never changed it is not known since when.
constexpr sqlite::Sql kExportedClasses{
    "SELECT customer_code AS customer, axis, node, node_name AS name, valid_from, valid_to FROM ("
    "SELECT customer_id, customer_code, axis, node, node_name, valid_from, valid_to FROM customer_class_past "
    "WHERE customer_id NOT IN (SELECT customer_id FROM customer_gone_log) "
    "UNION ALL SELECT n.customer_id, n.customer_code, n.axis, n.node, n.node_name, "
    "(SELECT max(p.valid_to) FROM customer_class_past p WHERE p.customer_id = n.customer_id AND p.axis = "
    "n.axis), "
    "NULL FROM customer_class n) AS classes ORDER BY customer_id, axis, valid_to IS NULL, valid_from"};
constexpr sqlite::Sql kExportedGrades{
    "SELECT customer_code AS customer, scheme, grade, computed_grade, since FROM grade_current ORDER BY "
    "scheme, "
    "customer_id"};

struct Heading {
  std::string_view name;
  std::string_view chinese;
};
constexpr Heading kHeadings[] = {
    {"code", "客户编号"},
    {"name", "名称"},
    {"kind", "客户类型"},
    {"short_name", "简称"},
    {"since", "建档日期"},
    {"status", "客户状态"},
    {"identifier.uscc", "统一社会信用代码"},
    {"identifier.tax_number", "税号"},
    {"identifier.phone", "公司电话"},
    {"identifier.email", "公司邮箱"},
    {"customer", "客户编号"},
    {"axis", "分类轴"},
    {"node", "类目编号"},
    {"contact_no", "联系人序号"},
    {"level", "级别"},
    {"title", "职务"},
    {"phone", "电话"},
    {"email", "邮箱"},
    {"channel", "联系渠道"},
    {"do_not_contact", "请勿联系"},
    {"date", "日期"},
    {"document", "单据号"},
    {"line", "行号"},
    {"amount", "金额"},
    {"currency", "币种"},
    {"rate", "汇率"},
    {"original_date", "原日期"},
    {"source", "来源"},
    {"manager", "客户经理"},
    {"role", "角色"},
    {"valid_from", "开始日期"},
    {"valid_to", "结束日期"},
    {"origin", "方式"},
    {"reason", "原因"},
    {"is_locked", "锁定"},
    {"scheme", "分级方案"},
    {"grade", "级别"},
    {"computed_grade", "计算级别"},
    {"unit", "部门"},
    {"employment", "用工方式"},
    {"span", "管理幅度"},
    {"level_since", "级别日期"},
    {"segments", "服务范围"},
    {"skills", "专长"},
    {"certificates", "证书"},
    {"parent", "上级部门"},
    {"is_confidential", "保密"},
    {"strength", "强度"},
};

// Where a table's field is called otherwise.
struct TableHeading {
  ExportTable table;
  Heading heading;
};
constexpr TableHeading kTableHeadings[] = {
    {ExportTable::customers, {"name", "客户名称"}},    {ExportTable::contacts, {"name", "联系人"}},
    {ExportTable::contacts, {"level", "联系人级别"}},  {ExportTable::entries, {"kind", "往来类型"}},
    {ExportTable::managers, {"code", "客户经理编号"}}, {ExportTable::managers, {"name", "姓名"}},
    {ExportTable::classes, {"name", "类目名称"}},      {ExportTable::units, {"code", "部门编号"}},
    {ExportTable::units, {"name", "部门名称"}},        {ExportTable::relationships, {"kind", "关系类型"}},
};

std::string heading_in(const ExportOptions& options, std::string_view name) {
  if (options.headings == ExportHeadings::names) return std::string(name);
  for (const auto& [table, heading] : kTableHeadings) {
    if (table == options.table && heading.name == name) return std::string(heading.chinese);
  }
  for (const Heading& heading : kHeadings) {
    if (heading.name == name) return std::string(heading.chinese);
  }
  return std::string(name);
}

class Exporter {
 public:
  Exporter(Session& session, const ExportOptions& options, const RowSink& sink)
      : session_(session), options_(options), out_(sink), facts_(session.file().facts()) {}

  std::int64_t run() {
    switch (options_.table) {
      case ExportTable::customers:
        customers();
        break;
      case ExportTable::contacts:
        contacts();
        break;
      case ExportTable::entries:
        query(kExportedEntries);
        break;
      case ExportTable::assignment:
        query(kExportedAssignment);
        break;
      case ExportTable::classes:
        query(kExportedClasses);
        break;
      case ExportTable::grades:
        query(kExportedGrades);
        break;
      case ExportTable::managers:
        managers();
        break;
      case ExportTable::units:
        units();
        break;
      case ExportTable::relationships:
        relationships();
        break;
    }
    return out_.row_count();
  }

 private:
  void headings(std::initializer_list<std::string_view> names) {
    std::vector<std::string> headings;
    for (const std::string_view name : names) headings.push_back(heading_in(options_, name));
    out_.headings(headings);
  }

  void end_row() {
    out_.end_row();
    if (++rows_ % kRowsPerTick == 0) session_.tick(rows_, 0);
  }

  template <class Row>
  void each_customer(Row row) {
    storage::CustomerStore store(session_.db());
    storage::CustomerScan scan(session_.db(), CustomerId{1}, store.last_id());
    while (scan.next()) {
      if (!scan.customer().is_gone) row(scan.customer());
    }
  }

  void customers() {
    const Catalog& catalog = session_.catalog();
    const bool is_chinese = options_.headings == ExportHeadings::chinese;
    std::vector<std::string> names;
    for (const char* name : {"code", "name", "kind", "short_name", "since"})
      names.push_back(is_chinese && std::string_view(name) == "name" ? "客户名称"
                                                                     : heading_in(options_, name));
    for (const CatalogAxis& axis : catalog.axes()) {
      if (!axis.is_derived()) names.push_back(is_chinese ? axis.row.name : axis.row.code);
    }
    for (const auto& attribute : catalog.attributes()) {
      names.push_back(is_chinese ? attribute.name : attribute.code);
      names.push_back(is_chinese ? attribute.name + "观察日" : attribute.code + ".observed");
    }
    std::vector<IdentifierKind> identifiers;  // those that somebody has
    storage::IdentifierStore(session_.db()).kinds([&](IdentifierKind kind) { identifiers.push_back(kind); });
    for (const IdentifierKind kind : identifiers)
      names.push_back(heading_in(options_, identifier_column(kind)));
    // An attribute or an axis may have taken the name.
    const std::string status = heading_in(options_, "status");
    const bool has_status = std::find(names.begin(), names.end(), status) == names.end();
    if (has_status) names.push_back(status);
    out_.headings(names);
    storage::CustomerStore store(session_.db());
    each_customer([&](storage::ScannedCustomer& customer) {
      out_.text(customer.row.code);
      out_.text(customer.row.name);
      out_.text(word_of(customer.row.kind));
      out_.text(customer.row.short_name);
      out_.text(format_date(customer.row.since));
      for (const CatalogAxis& axis : catalog.axes()) {
        if (axis.is_derived()) continue;
        const auto* node = axis.node(customer.classes[axis.slot()]);
        out_.text(node == nullptr ? std::string_view() : std::string_view(node->code));
      }
      auto held = customer.attributes.begin();
      for (const auto& attribute : catalog.attributes()) {
        while (held != customer.attributes.end() && held->attribute < attribute.id) ++held;
        const bool is_there = held != customer.attributes.end() && held->attribute == attribute.id;
        value(attribute.type, is_there ? &*held : nullptr);
        out_.text(is_there ? format_date(held->observed) : std::string());
      }
      for (const IdentifierKind kind : identifiers) {
        const auto one = std::find_if(customer.identifiers.begin(), customer.identifiers.end(),
                                      [&](const auto& row) { return row.kind == kind; });
        out_.text(one == customer.identifiers.end() ? std::string_view() : std::string_view(one->value));
      }
      if (has_status) out_.text(word_of(store.standing(customer.row.id).status));
      end_row();
    });
  }

  void value(AttributeType type, const storage::AttributeRow* row) {
    if (row == nullptr) return out_.text({});
    if (row->text) return out_.text(*row->text);
    const std::int64_t number = row->number.value_or(0);
    switch (type) {
      case AttributeType::money:
        return out_.decimal(format_money(Money{number}, facts_.currency_digits));
      case AttributeType::decimal:
        return out_.decimal(format_money(Money{number}, 6));
      case AttributeType::boolean:
        return out_.boolean(number != 0);
      case AttributeType::date:
        return out_.text(format_date(Date{static_cast<std::int32_t>(number)}));
      default:
        return out_.integer(number);
    }
  }

  void contacts() {
    headings(
        {"customer", "contact_no", "level", "name", "title", "phone", "email", "channel", "do_not_contact"});
    each_customer([&](storage::ScannedCustomer& customer) {
      for (const storage::ContactRow& contact : customer.contacts) {
        out_.text(customer.row.code);
        out_.integer(contact.contact_no);
        out_.text(word_of(contact.level));
        out_.text(contact.name);
        out_.text(contact.title);
        out_.text(contact.phone);
        out_.text(contact.email);
        out_.text(word_of(contact.channel));
        out_.boolean(contact.do_not_contact);
        end_row();
      }
    });
  }

  // The rows of a public query; what it calls "amount" is money of what it calls "currency", or of the base
  // currency.
  void query(const sqlite::Sql& sql) {
    auto rows = session_.db().prepare_public_query(sql.text);
    std::vector<std::string> names;
    int amount = -1;
    int currency = -1;
    for (int column = 0; column < rows.column_count(); ++column) {
      const std::string_view name = rows.column_name(column);
      if (name == "amount") amount = column;
      if (name == "currency") currency = column;
      names.push_back(heading_in(options_, name));
    }
    out_.headings(names);
    while (rows.step()) {
      for (int column = 0; column < rows.column_count(); ++column) {
        if (rows.is_null(column)) {
          out_.text({});
        } else if (column == amount) {
          const bool is_foreign = currency >= 0 && !rows.is_null(currency);
          const int digits = is_foreign
                                 ? currency_digits(rows.text(currency)).value_or(facts_.currency_digits)
                                 : facts_.currency_digits;
          out_.decimal(format_money(Money{rows.integer(column)}, digits));
        } else if (rows.column_type(column) == kIntegerType) {
          out_.integer(rows.integer(column));
        } else {
          out_.text(rows.text(column));
        }
      }
      end_row();
    }
  }

  void units() {
    headings({"code", "name", "parent", "is_confidential"});
    const auto rows = storage::ManagerStore(session_.db()).units();
    std::map<UnitId, std::string> codes;
    for (const auto& row : rows) codes.emplace(row.id, row.code);
    for (const auto& row : rows) {
      out_.text(row.code);
      out_.text(row.name);
      out_.text(row.parent ? storage::named_in(codes, row.parent, "unit") : std::string());
      out_.boolean(row.is_confidential);
      end_row();
    }
  }

  void managers() {
    headings({"code", "name", "level", "level_since", "unit", "employment", "phone", "span", "segments",
              "skills", "certificates"});
    storage::ManagerStore store(session_.db());
    std::map<UnitId, std::string> codes;
    for (const auto& row : store.units()) codes.emplace(row.id, row.code);
    for (const auto& row : store.managers()) {
      out_.text(row.code);
      out_.text(row.name);
      out_.text(row.level);
      out_.text(format_date(row.level_since));
      out_.text(row.unit ? storage::named_in(codes, row.unit, "unit") : std::string());
      out_.text(word_of(row.employment));
      out_.text(row.phone);
      out_.integer(row.span);
      out_.text(segments_of(store, row.id));
      std::string skills;
      for (const auto& skill : store.skills(row.id))
        skills += fmt::format("{}{}:{}", skills.empty() ? "" : ";", skill.specialty, skill.proficiency);
      out_.text(skills);
      std::string certificates;
      for (const auto& held : store.certificates(row.id)) {
        certificates += (certificates.empty() ? "" : ";") + held.certificate;
        if (held.expires) certificates += ":" + format_date(*held.expires);
      }
      out_.text(certificates);
      end_row();
    }
  }

  std::string segments_of(storage::ManagerStore& store, ManagerId manager) {
    std::string segments;
    for (const auto& segment : store.segments(manager)) {
      const CatalogAxis* axis = session_.catalog().axis(segment.axis);
      const auto* node = axis == nullptr ? nullptr : axis->node(segment.node);
      if (node == nullptr) throw Error(Code::corrupt, "a manager's segment names a node that is not there");
      segments += fmt::format("{}{}:{}", segments.empty() ? "" : ";", axis->row.code, node->code);
    }
    return segments;
  }

  void relationships() {
    headings({"customer", "manager", "kind", "strength"});
    storage::ManagerStore store(session_.db());
    std::map<ManagerId, std::string> managers;
    for (const auto& row : store.managers()) managers.emplace(row.id, row.code);
    for (const auto& row : store.relations()) {
      const auto customer = storage::CustomerStore(session_.db()).present(row.customer);
      if (!customer) continue;
      out_.text(customer->code);
      out_.text(storage::named_in(managers, row.manager, "manager"));
      out_.text(word_of(row.kind));
      out_.integer(row.strength);
      end_row();
    }
  }

  static constexpr int kIntegerType = 1;

  Session& session_;
  const ExportOptions& options_;
  RowBuilder out_;
  const ArchiveFacts& facts_;
  std::int64_t rows_ = 0;
};

}  // namespace

std::int64_t export_rows(Session& session, const ExportOptions& options, const RowSink& sink) {
  const sqlite::ReadTransaction snapshot(session.db());
  return Exporter(session, options, sink).run();
}

std::int64_t export_table(Session& session, const ExportOptions& options, const ByteSink& sink) {
  TableWriter writer(options, sink);
  const std::int64_t rows =
      export_rows(session, options, [&](std::span<const ExportCell> cells) { writer.add(cells); });
  writer.finish();
  return rows;
}

ExportOptions read_export_options(ObjectReader& in) {
  ExportOptions options;
  options.table = in.require_word<ExportTable>("table");
  options.format = in.word_or("format", options.format);
  options.headings = in.word_or("headings", options.headings);
  options.is_lossless =
      in.about("no quote sign before what a spreadsheet would calculate").boolean_or("is_lossless", false);
  options.separator = read_separator(in);
  return options;
}

}  // namespace crmcore::engine

namespace crmcore {

std::int64_t export_table(Connection& connection, const ExportOptions& options, const ByteSink& sink) {
  Connection::Session& session = connection.session();
  engine::Session::Call call(session);
  return engine::export_table(session, options, sink);
}

std::int64_t export_rows(Connection& connection, const ExportOptions& options, const RowSink& sink) {
  Connection::Session& session = connection.session();
  engine::Session::Call call(session);
  return engine::export_rows(session, options, sink);
}

}  // namespace crmcore
