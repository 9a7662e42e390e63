// What the last review of each scheme saw and decided, as a table for SQL.
#pragma once

#include "storage/sqlite/table_function.hpp"

namespace crmcore::engine {

class File;

// crmcore_grade_score: a row per subject and factor. Restrict `subject_id` to read one subject fast.
sqlite::TableFunction grade_score_table(File&);

}  // namespace crmcore::engine
