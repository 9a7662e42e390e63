// Words of identifiers, duplicates and merging.
#pragma once

#include <string_view>

namespace cli {

struct Pair {
  std::string_view english;
  std::string_view chinese;
};

inline constexpr Pair kArchiveWords[] = {
    {"identifiers", "证件号码"},
    {"identifier", "证件号码"},
    {"uscc", "统一社会信用代码"},
    {"tax_number", "税号"},
    {"is_unique", "唯一"},
    {"pairs", "可能相同的客户"},
    {"customer_name", "名称"},
    {"other", "另一客户"},
    {"other_name", "另一客户名称"},
    {"one_character", "相差一字"},
    {"similar", "相似"},
    {"region", "区域"},
    {"region_word", "地名"},
    {"other_region", "地名不同"},
    {"crowded", "客户过多的键"},
    {"crowded_count", "客户过多的键数"},
    {"core", "名称主干"},
    {"mark", "号码"},
    {"all_but_one", "缺一字"},
    {"first_two", "前两字"},
    {"into", "并入"},
    {"conflicts", "不一致之处"},
    {"kept", "保留"},
    {"taken", "接收"},
    {"missing", "未能恢复"},
    {"left_customers", "未撤销的客户"},
    {"reverted_seq", "撤销变更号"},
    {"field", "字段"},
    {"is_dry_run", "预演"},
    {"withdrawn", "撤回"},
    {"import", "导入批次"},
    {"aliases", "别名"},
    {"addresses", "地址"},
    {"consents", "同意与拒绝"},
    {"notes", "备注"},
    {"holdings", "持有"},
    {"preferences", "需求与偏好"},
    {"evidence", "依据"},
    {"use", "用途"},
    {"label", "标签"},
    {"postcode", "邮编"},
    {"purpose", "目的"},
    {"decision", "决定"},
    {"note_no", "备注号"},
    {"product", "产品"},
    {"topic", "主题"},
    {"until", "截止"},
    {"source", "来源"},
    {"confidence", "可信度"},
    {"top", "最上级"},
    {"above", "上级"},
    {"members", "成员"},
    {"revenue_with_below", "含下级收入"},
    {"count_with_below", "含下级户数"},
    {"best_grades", "含下级最高等级"},
};

}  // namespace cli
