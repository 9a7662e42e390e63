// crmcore: the customer core that ERP and billing programs embed. The C interface.
//
//   crmcore_db* db = NULL;
//   crmcore_conn* conn = NULL;
//   crmcore_error* error = NULL;
//   int64_t id = 0;
//   if (crmcore_db_open("shop.crm", -1, "{\"create\":true}", -1, &db, &error) ||
//       crmcore_conn_open(db, &conn, &error) ||
//       crmcore_customer_put(conn, "C-001", -1, "Spruce Ltd", -1, CRMCORE_CUSTOMER_COMPANY, &id, &error)) {
//     fprintf(stderr, "%s: %s\n", crmcore_error_path(error), crmcore_error_message(error));
//   }
//   crmcore_error_free(error), crmcore_conn_free(conn), crmcore_db_free(db);
//
// CONVENTIONS, which every function follows; what a function says is only what differs.
//
// Names    crmcore_noun_verb; what a handle holds is crmcore_noun_member.
// Status   Functions that can fail return a crmcore_code, CRMCORE_OK on success, and take
//          `crmcore_error** error` last. Unless it is NULL it receives the error's details on failure, to be
//          freed by the caller; on success it is left alone. Other out-parameters may not be NULL and are
//          left alone on failure. What is expected is no failure: looking up what does not exist gives id 0,
//          a NULL handle, or JSON null.
// Errors   Of every function: MISUSE (the extended codes below, and a connection that is in use), FORKED,
//          NO_MEMORY; UTF8, LIMIT and INVALID (a NUL inside) of texts; INVALID, RANGE and LIMIT of JSON; of
//          what reads or writes the file: IO, CORRUPT, CANCELLED; of writes: BUSY, FULL, UNKNOWN. What else
//          there is follows "Fails with".
// Paths    The path of an error is a JSON Pointer to what is wrong in the caller's own words: a parameter
//          ("/as_of_day", "/codes/3"); inside a JSON parameter a member ("/entries/2/amount", "/kind"), and
//          the parameter itself when it is no such JSON ("/options"); of columns the column and its row, from
//          0 ("/amount/3"); of CSV the line, from 1 ("/lines/2"). Empty where no input is to blame.
// Handles  Opaque, freed by the crmcore_x_free() of their type: from any thread, in any order (children keep
//          their parents alive), NULL is allowed. NULL, a handle of another type, a handle used after it was
//          freed or freed twice are answered with CRMCORE_E_MISUSE (for the last 256 freed of each type);
//          getters that return a value answer them with NULL, 0 or an empty text.
// Text     UTF-8. In: a pointer and its size in bytes, or -1 when it ends with NUL; copied. NULL with size 0
//          or -1 is absent where a parameter is called optional; elsewhere NULL with size 0 is empty. Out:
//          owned by a handle, ends with NUL, valid until the handle is freed or, of rows, stepped.
// Numbers  Amounts are whole minor units (fen, cents) of the archive's base currency; floating point is
//          refused. Amounts and ids stay within 2^53 - 1 either way: CRMCORE_E_RANGE. Days are days since
//          1970-01-01, CRMCORE_NO_DAY where there is none. Instants are microseconds since 1970 UTC. Ranges
//          of days are half-open: [from, to). Booleans are 0 or 1; any other number is 1. Enums are int32_t.
// JSON     Requests and options refuse members they do not know; in responses ignore members you do not know.
//          Dates are "YYYY-MM-DD". The methods and their schemas: crmcore_library_describe(), docs/c-api.md.
// Threads  crmcore_db: any thread. crmcore_conn and its crmcore_rows: one thread at a time, any thread; use
//          by two at once, or from a callback, is answered with CRMCORE_E_MISUSE. Others: as plain data.
// Calls    Callbacks run on the calling thread before the function returns, and return. After one that
//          longjmp() or an exception leaves, all but crmcore_conn_free(), by this thread, is answered with
//          CRMCORE_E_MISUSE; so is at once a write on another connection from a callback of a call that
//          writes. `free_user`, optional, is called with `user` exactly once when it is no longer needed,
//          also when the function fails.
// Fork     A child process must open its own crmcore_db; there, calls on inherited ones are answered with
//          CRMCORE_E_FORKED, and freeing them leaves the parent's file alone. What was read stays readable.
// Writes   Each is one durable transaction of its own, or part of the one begun by crmcore_conn_begin(). One
//          that fails applied nothing: what it answers with is made before it is applied, so that this is
//          true of CRMCORE_E_NO_MEMORY too, which allocates nothing to tell so.
//
// Values and functions are only ever added.
#ifndef CRMCORE_H
#define CRMCORE_H

#include <stdint.h>

// The version of this header: major * 1,000,000 + minor * 1,000 + patch, for #if.
#define CRMCORE_VERSION_NUMBER 1000

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

enum crmcore_code {
  CRMCORE_OK = 0,
  CRMCORE_E_INVALID = 1,          // a value is malformed or contradicts another
  CRMCORE_E_UTF8 = 2,             // text is not UTF-8
  CRMCORE_E_RANGE = 3,            // a number or date lies outside what the library holds
  CRMCORE_E_LIMIT = 4,            // an input is longer, deeper or larger than its limit
  CRMCORE_E_NOT_FOUND = 5,        // no such object, or not visible to the caller
  CRMCORE_E_CONFLICT = 6,         // another object or an earlier delivery says otherwise
  CRMCORE_E_CYCLE = 7,            // a tree or chain of references would close on itself
  CRMCORE_E_MISUSE = 8,           // the call breaks a convention of this header
  CRMCORE_E_BUSY = 9,             // another writer held the file beyond the time-out
  CRMCORE_E_CANCELLED = 10,       // a callback or crmcore_conn_interrupt() ended the call
  CRMCORE_E_MOVED = 11,           // the data changed since the plan that is to be applied
  CRMCORE_E_DENIED = 12,          // the caller may not do this, or the file is open for reading only
  CRMCORE_E_UNSUPPORTED = 13,     // this build cannot do it
  CRMCORE_E_IO = 14,              // reading or writing the file failed; nothing was applied
  CRMCORE_E_FULL = 15,            // no space left; nothing was applied
  CRMCORE_E_UNKNOWN = 16,         // I/O error during the commit: applied or not; deliver again
  CRMCORE_E_NO_MEMORY = 17,       // memory ran out; nothing was applied
  CRMCORE_E_CORRUPT = 18,         // the file contradicts itself
  CRMCORE_E_NOT_A_DATABASE = 19,  // the file is none of crmcore's
  CRMCORE_E_NEWER = 20,           // the file was written by a newer crmcore
  CRMCORE_E_LOCKED = 21,          // the file is open elsewhere in a way that does not go with this one
  CRMCORE_E_FORKED = 22,          // the handle, or the open file, is the parent process's
  CRMCORE_E_INTERNAL = 23         // a defect of crmcore
};

// Extended codes: the code in the low 8 bits, and above what exactly it was.
enum crmcore_extended_code {
  CRMCORE_E_MISUSE_NULL = 264,     // a NULL where none is allowed
  CRMCORE_E_MISUSE_HANDLE = 520,   // no handle of this type
  CRMCORE_E_MISUSE_FREED = 776,    // a handle that was freed
  CRMCORE_E_MISUSE_SIZE = 1032,    // a negative size or count
  CRMCORE_E_MISUSE_NO_ROW = 1288,  // no current row
  CRMCORE_E_MISUSE_COLUMN = 1544,  // no such column
  CRMCORE_E_MISUSE_TYPE = 1800     // the column holds another type, or NULL
};

enum crmcore_customer_kind {
  CRMCORE_CUSTOMER_KEEP = -1,  // as it is; a new customer is a company
  CRMCORE_CUSTOMER_COMPANY = 0,
  CRMCORE_CUSTOMER_HOUSEHOLD = 1,
  CRMCORE_CUSTOMER_PERSON = 2
};
enum crmcore_customer_status {
  CRMCORE_CUSTOMER_PROSPECT = 0,  // without an entry
  CRMCORE_CUSTOMER_EXISTING = 1,
  CRMCORE_CUSTOMER_LOST = 2
};
enum crmcore_entry_kind {
  CRMCORE_ENTRY_REVENUE = 0,       // amount >= 0
  CRMCORE_ENTRY_COST = 1,          // may be negative: a correction
  CRMCORE_ENTRY_REVERSAL = 2,      // amount >= 0, reduces revenue
  CRMCORE_ENTRY_ACTIVITY_COST = 3  // cost to serve; may be negative
};
enum crmcore_column_type {
  CRMCORE_COLUMN_INTEGER = 1,
  CRMCORE_COLUMN_REAL = 2,
  CRMCORE_COLUMN_TEXT = 3,
  CRMCORE_COLUMN_BLOB = 4,
  CRMCORE_COLUMN_NULL = 5
};
enum crmcore_day { CRMCORE_NO_DAY = -2147483648 };

typedef struct crmcore_db crmcore_db;              // an open archive file
typedef struct crmcore_conn crmcore_conn;          // a connection: one caller's transactions and reads
typedef struct crmcore_rows crmcore_rows;          // the rows of a query, read forwards
typedef struct crmcore_buf crmcore_buf;            // text made by the library
typedef struct crmcore_error crmcore_error;        // what went wrong
typedef struct crmcore_customer crmcore_customer;  // a customer as it was when it was read
typedef struct crmcore_columns crmcore_columns;    // columns of values to be handed over

// Non-zero cancels. `total` is 0 where it is not known.
typedef int32_t (*crmcore_progress_fn)(void* user, int64_t done, int64_t total);
// Fills `buffer` and returns how many bytes, 0 at the end; a negative number cancels.
typedef int64_t (*crmcore_read_fn)(void* user, char* buffer, int64_t size);
typedef void (*crmcore_free_fn)(void* user);

// ---- Library ------------------------------------------------------------------------------------

// Returns the library's version, "0.1.0".
const char* crmcore_library_version(void);
// Returns the library's version as a number, made as CRMCORE_VERSION_NUMBER is.
int32_t crmcore_library_version_number(void);
// Tells all gateway methods with the JSON Schemas of requests and responses, and all error codes, as JSON.
int32_t crmcore_library_describe(crmcore_buf** description, crmcore_error** error);
// Returns the name of a crmcore_code or crmcore_extended_code as documents write it, "NOT_FOUND"; empty for
// any other number.
const char* crmcore_code_name(int32_t code);

// ---- Errors and buffers -------------------------------------------------------------------------

// Returns the crmcore_code; CRMCORE_OK for NULL, which has empty texts too.
int32_t crmcore_error_code(const crmcore_error* error);
// Returns the crmcore_extended_code, or the crmcore_code where there is nothing to add.
int32_t crmcore_error_extended(const crmcore_error* error);
// Returns one line for a log or an operator, never NULL.
const char* crmcore_error_message(const crmcore_error* error);
// Returns the path (see Paths), never NULL.
const char* crmcore_error_path(const crmcore_error* error);
// Returns everything that was wrong: [{"code", "path", "message"}, …], the first being the error itself.
const char* crmcore_error_violations(const crmcore_error* error);
void crmcore_error_free(crmcore_error* error);

// Returns the text, which ends with NUL.
const char* crmcore_buf_data(const crmcore_buf* buf);
// Returns its size in bytes, without the NUL.
int64_t crmcore_buf_size(const crmcore_buf* buf);
void crmcore_buf_free(crmcore_buf* buf);

// ---- File ---------------------------------------------------------------------------------------

// Opens an archive file. `options` is optional: {"create": false, "access": "shared" | "exclusive" |
// "read_only", "durability": "strict" | "relaxed", "busy_timeout_ms": 5000, "query_memory_bytes": 268435456,
// "base_currency": "CNY", "currency_digits": 2, "time_zone": "UTC"}; "create" makes it where it is absent,
// which reads the last three; later, another zone than its own is CONFLICT. Processes share the file
// (docs/files.md) unless one wants it for itself; "read_only" reads beside those that write, and where
// nothing may be written. Fails with NOT_FOUND (absent and not to be made), LOCKED (open elsewhere in a way
// that does not go with this one, or in this process, by any name), FORKED (open when this process was
// forked), NOT_A_DATABASE (also: what lies beside it is not ours), NEWER, CORRUPT (also: what was
// acknowledged is gone, or a log is another archive's), UNSUPPORTED (network drive, hard links, older format
// where it may not be brought up, no data of the zone), IO.
int32_t crmcore_db_open(const char* path, int64_t path_size, const char* options, int64_t options_size,
                        crmcore_db** db, crmcore_error** error);
// Closes the file once its connections and their rows are freed too.
void crmcore_db_free(crmcore_db* db);
// Returns the canonical path.
const char* crmcore_db_path(const crmcore_db* db);
// Returns the ISO 4217 code of the base currency.
const char* crmcore_db_base_currency(const crmcore_db* db);
// Returns the decimals of the base currency's minor unit.
int32_t crmcore_db_currency_digits(const crmcore_db* db);
// Compares totals with entries and digests with the audit chain: answers as method database.verify. With
// `rebuild` totals that differ are made anew from the entries. Fails with MISUSE inside a transaction.
int32_t crmcore_db_verify(crmcore_conn* conn, int32_t rebuild, crmcore_buf** findings, crmcore_error** error);
// Copies the archive as it is now into a new file at `path`, while others read and write, and verifies the
// copy: answers as method database.backup. Fails with CONFLICT (there is something at `path`), LOCKED
// (another copy is being made there), MISUSE (inside a transaction), FULL; nothing is left then.
int32_t crmcore_db_backup(crmcore_conn* conn, const char* path, int64_t path_size, crmcore_buf** findings,
                          crmcore_error** error);
// Reads the gap-free sequence of changes after a number, at most `limit` (1 to 10,000): answers as method
// database.changes. Fails with RANGE (either number).
int32_t crmcore_db_changes(crmcore_conn* conn, int64_t after_seq, int64_t limit, crmcore_buf** changes,
                           crmcore_error** error);

// ---- Connection ---------------------------------------------------------------------------------

// Makes a connection, which keeps the file open.
int32_t crmcore_conn_open(crmcore_db* db, crmcore_conn** conn, crmcore_error** error);
// Frees a connection; rolls back its open transaction once the rows read from it are freed too.
void crmcore_conn_free(crmcore_conn* conn);
// Fixes the instant recorded for writes, whose day in the archive's time zone is "today", for tests, imports
// of the past and replays. Fails with RANGE.
int32_t crmcore_conn_set_now(crmcore_conn* conn, int64_t microseconds, crmcore_error** error);
// Returns to the machine's clock.
int32_t crmcore_conn_clear_now(crmcore_conn* conn, crmcore_error** error);
// Sets who is recorded for writes, at most 128 bytes.
int32_t crmcore_conn_set_actor(crmcore_conn* conn, const char* actor, int64_t actor_size,
                               crmcore_error** error);
// Sets who is asked now and then during long work, each 0.1 s of it but no more often than every 5 ms; NULL
// for nobody. Kept until replaced or the connection ends.
int32_t crmcore_conn_set_progress(crmcore_conn* conn, crmcore_progress_fn progress, void* user,
                                  crmcore_free_fn free_user, crmcore_error** error);
// Ends what the connection is doing now with CRMCORE_E_CANCELLED. Callable from any thread at any time.
int32_t crmcore_conn_interrupt(crmcore_conn* conn, crmcore_error** error);

// Groups the writes that follow into one transaction, which holds the file's only writer. Fails with BUSY
// when another connection holds it beyond the time-out, MISUSE when one is open already.
int32_t crmcore_conn_begin(crmcore_conn* conn, crmcore_error** error);
// Applies the transaction. Fails with MISUSE when none is open, UNKNOWN after an I/O error: deliver again.
int32_t crmcore_conn_commit(crmcore_conn* conn, crmcore_error** error);
// Undoes the transaction. Rows read inside a transaction end with it. Fails with MISUSE when none is open.
int32_t crmcore_conn_rollback(crmcore_conn* conn, crmcore_error** error);
// Tells whether a transaction is open.
int32_t crmcore_conn_is_in_transaction(crmcore_conn* conn, int32_t* is_open, crmcore_error** error);

// ---- Gateway and rows ---------------------------------------------------------------------------

// Calls a method, "archive.get" or "archive.get@1", with a JSON object (optional: {}) and gives its JSON
// answer. Every capability of the library is reached this way. Fails with NOT_FOUND at "/method", and as the
// method does.
int32_t crmcore_conn_call(crmcore_conn* conn, const char* method, int64_t method_size, const char* request,
                          int64_t request_size, crmcore_buf** response, crmcore_error** error);
// Runs a SELECT over the public views (docs/sql-views.md). `parameters`, optional, is a JSON array for ?1 …
// or an object for :name; one that is wrong is told at "/parameters/0" or "/parameters/name". Fails with
// DENIED for anything but reading public views, INVALID for bad SQL, LIMIT (also by rows that follow: a value
// of more than 384 KiB, more memory than "query_memory_bytes").
int32_t crmcore_conn_query(crmcore_conn* conn, const char* sql, int64_t sql_size, const char* parameters,
                           int64_t parameters_size, crmcore_rows** rows, crmcore_error** error);

// Steps to the next row; 0 in `has_row` after the last. Fails with MISUSE when the transaction in which they
// were read has ended, CANCELLED when, outside a transaction, others wrote 32 MiB since the first: query
// again.
int32_t crmcore_rows_next(crmcore_rows* rows, int32_t* has_row, crmcore_error** error);
// Returns how many columns there are, at any time.
int32_t crmcore_rows_column_count(const crmcore_rows* rows);
// Returns a column's name, valid until the rows are freed; NULL when there is no such column. From 0.
const char* crmcore_rows_column_name(const crmcore_rows* rows, int32_t column);
// Gives a value's crmcore_column_type. Fails, as all that follow, with MISUSE_NO_ROW, MISUSE_COLUMN.
int32_t crmcore_rows_column_type(crmcore_rows* rows, int32_t column, int32_t* type, crmcore_error** error);
// Tells whether the current row's value is NULL.
int32_t crmcore_rows_is_null(crmcore_rows* rows, int32_t column, int32_t* is_null, crmcore_error** error);
// Gives an integer. Fails with MISUSE_TYPE for any other type and for NULL; nothing is converted silently.
int32_t crmcore_rows_get_int64(crmcore_rows* rows, int32_t column, int64_t* value, crmcore_error** error);
// Gives a real or an integer as a double. Fails with MISUSE_TYPE for any other type and for NULL.
int32_t crmcore_rows_get_double(crmcore_rows* rows, int32_t column, double* value, crmcore_error** error);
// Gives any value as text, NULL for NULL; valid until the next step.
int32_t crmcore_rows_get_text(crmcore_rows* rows, int32_t column, const char** text, int64_t* size,
                              crmcore_error** error);
// Reads up to `count` rows (1 to 100,000; fewer where they are long, none after the last) as a JSON array
// of arrays: integers whole, blobs {"blob": hex}. Fails as crmcore_rows_next(), with UTF8, RANGE (count).
int32_t crmcore_rows_read_json(crmcore_rows* rows, int64_t count, crmcore_buf** json, crmcore_error** error);
// Reads what is left as a JSON array of objects. Fails as crmcore_rows_next(), and with UTF8.
int32_t crmcore_rows_to_json(crmcore_rows* rows, crmcore_buf** json, crmcore_error** error);
// Reads what is left as CSV with a header line. Texts that a spreadsheet would take for a formula get a
// leading apostrophe, unless `is_lossless`. Fails as crmcore_rows_next().
int32_t crmcore_rows_to_csv(crmcore_rows* rows, int32_t is_lossless, crmcore_buf** csv,
                            crmcore_error** error);
void crmcore_rows_free(crmcore_rows* rows);

// ---- Customers ----------------------------------------------------------------------------------

// Inserts a customer, or updates it, by the host's own code (1 to 128 bytes). `name` (1 to 512 bytes) is
// optional for one that exists. `kind` is a crmcore_customer_kind. Gives its id. Fails with INVALID.
int32_t crmcore_customer_put(crmcore_conn* conn, const char* code, int64_t code_size, const char* name,
                             int64_t name_size, int32_t kind, int64_t* customer_id, crmcore_error** error);
// Puts customers with everything they have, all or nothing: request, response and failures of method
// archive.put.
int32_t crmcore_customer_put_json(crmcore_conn* conn, const char* request, int64_t request_size,
                                  crmcore_buf** response, crmcore_error** error);
// Looks up an id by code; 0 when there is none. The fastest way from a code.
int32_t crmcore_customer_find_id(crmcore_conn* conn, const char* code, int64_t code_size,
                                 int64_t* customer_id, crmcore_error** error);
// Looks up `count` (at most 10,000,000) ids by code; 0 where there is none. `sizes` is optional: then every
// code ends with NUL.
int32_t crmcore_customer_find_ids(crmcore_conn* conn, int64_t count, const char* const* codes,
                                  const int64_t* sizes, int64_t* customer_ids, crmcore_error** error);
// Reads a customer by code; a NULL handle when there is none.
int32_t crmcore_customer_find(crmcore_conn* conn, const char* code, int64_t code_size,
                              crmcore_customer** customer, crmcore_error** error);
// Reads a customer by id; a NULL handle when there is none.
int32_t crmcore_customer_get(crmcore_conn* conn, int64_t customer_id, crmcore_customer** customer,
                             crmcore_error** error);
// Marks a customer as lost, or takes it back. Fails with NOT_FOUND.
int32_t crmcore_customer_set_lost(crmcore_conn* conn, int64_t customer_id, int32_t is_lost,
                                  crmcore_error** error);
// Tells what happened to a customer, oldest first, at most `limit` (1 to 10,000): answers as method
// archive.history. Fails with NOT_FOUND, RANGE (limit).
int32_t crmcore_customer_history(crmcore_conn* conn, int64_t customer_id, int64_t limit,
                                 crmcore_buf** history, crmcore_error** error);

// Return what was read of the customer.
int64_t crmcore_customer_id(const crmcore_customer* customer);
const char* crmcore_customer_code(const crmcore_customer* customer);
const char* crmcore_customer_name(const crmcore_customer* customer);
// Returns the short name, which may be empty.
const char* crmcore_customer_short_name(const crmcore_customer* customer);
// Returns the crmcore_customer_kind.
int32_t crmcore_customer_kind(const crmcore_customer* customer);
// Returns the crmcore_customer_status.
int32_t crmcore_customer_status(const crmcore_customer* customer);
// Returns the day since which it is in the archive.
int32_t crmcore_customer_since_day(const crmcore_customer* customer);
// Returns the day of its first entry, CRMCORE_NO_DAY for a prospect.
int32_t crmcore_customer_first_entry_day(const crmcore_customer* customer);
// Returns a number that grows with every change.
int64_t crmcore_customer_version(const crmcore_customer* customer);
void crmcore_customer_free(crmcore_customer* customer);

// ---- Classes ------------------------------------------------------------------------------------

// Defines an attribute of customers, or changes its name and limits: `definition` is the request of method
// archive.define_attribute; what is absent stays. Fails with CONFLICT (another type).
int32_t crmcore_attribute_define(crmcore_conn* conn, const char* definition, int64_t definition_size,
                                 crmcore_error** error);
// Defines an axis of kind "tree", "list", "band" or "rule", or renames it: `definition` is the request of
// method classification.define_axis; what is absent stays. Fails with CONFLICT (another kind), LIMIT (12
// axes), UNSUPPORTED (kind).
int32_t crmcore_axis_define(crmcore_conn* conn, const char* definition, int64_t definition_size,
                            crmcore_error** error);
// Defines region (tree), ownership (list with its nodes) and asset_band (bands of the money attribute
// total_assets); those that exist stay as they are.
int32_t crmcore_axis_define_ready_made(crmcore_conn* conn, crmcore_error** error);
// Puts one node on a tree or list, new or changed: {"code", "name", "parent", "aliases": […], "from", "to"},
// of which code is required, and name by a new one; what is absent stays, null takes parent, from and to
// away, and "replace" makes aliases all there are. Many at once: method classification.put_nodes. Fails with
// NOT_FOUND (axis, parent), CYCLE, CONFLICT (ambiguous alias), LIMIT (depth over 64).
int32_t crmcore_node_put(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* node,
                         int64_t node_size, crmcore_error** error);
// Finds a node by code, name or declared alias: {"node": {"code", "name", "path"}}, null when unknown or
// ambiguous. Fails with NOT_FOUND (axis).
int32_t crmcore_node_resolve(crmcore_conn* conn, const char* axis, int64_t axis_size, const char* text,
                             int64_t text_size, crmcore_buf** node, crmcore_error** error);
// Sets a customer's class on an axis from today on, to a node by code, name or alias; empty for the explicit
// unknown. Fails with NOT_FOUND (customer, axis, node), INVALID (ambiguous, required, or the axis is derived
// from an attribute).
int32_t crmcore_class_set(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                          const char* node, int64_t node_size, crmcore_error** error);
// Gives a customer's class on an axis on a day, CRMCORE_NO_DAY for now: {"node", "name", "path"}, the first
// two null for unknown. Fails with NOT_FOUND (customer, axis), RANGE (day).
int32_t crmcore_class_get(crmcore_conn* conn, int64_t customer_id, const char* axis, int64_t axis_size,
                          int32_t as_of_day, crmcore_buf** node, crmcore_error** error);

// ---- Imports ------------------------------------------------------------------------------------

// Makes an empty set of columns for `row_count` rows (at most 10,000,000).
int32_t crmcore_columns_new(int64_t row_count, crmcore_columns** columns, crmcore_error** error);
// Adds a column of texts, copied; a NULL text says nothing. `sizes` is optional: then every text ends with
// NUL. Fails with LIMIT (1,000 columns).
int32_t crmcore_columns_add_text(crmcore_columns* columns, const char* name, int64_t name_size,
                                 const char* const* texts, const int64_t* sizes, crmcore_error** error);
// Adds a column of integers, copied; `are_present` is optional: a 0 in it says nothing. Fails with LIMIT
// (1,000 columns).
int32_t crmcore_columns_add_int64(crmcore_columns* columns, const char* name, int64_t name_size,
                                  const int64_t* integers, const uint8_t* are_present, crmcore_error** error);
void crmcore_columns_free(crmcore_columns* columns);

// Imports report as archive.import_customers answers (docs/exchange.md). They fail at the first row that
// fails, with all that is wrong with it, unless it is to be skipped; and for columns missing or given twice.

// Imports customers, inserted or updated by code. Columns are named code, name, kind, short_name, since, or
// with the code of an axis or attribute; integers are stored units, days or crmcore_customer_kind. `options`,
// optional: {"on_failure": "stop" | "skip", "on_repeat": "fail" | "last_wins", "is_dry_run": false}. Failures
// tell the row, from 1, as "line".
int32_t crmcore_customer_import(crmcore_conn* conn, const crmcore_columns* columns, const char* options,
                                int64_t options_size, crmcore_buf** report, crmcore_error** error);
// Imports customers from CSV with a header line of these names or ready ones; a blank field says nothing.
// `options` as above, and "mapping", "separator", "is_lossless", "encoding" (docs/exchange.md).
int32_t crmcore_customer_import_csv(crmcore_conn* conn, const char* csv, int64_t csv_size,
                                    const char* options, int64_t options_size, crmcore_buf** report,
                                    crmcore_error** error);
// Imports customers from CSV that a callback gives, in constant memory. Fails with CANCELLED when it says so.
int32_t crmcore_customer_import_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                       crmcore_free_fn free_user, const char* options, int64_t options_size,
                                       crmcore_buf** report, crmcore_error** error);
// Imports ledger entries from CSV with a header line. `options`: "source" (required) and the members of
// method ledger.import_entries, and "encoding".
int32_t crmcore_entry_import_csv(crmcore_conn* conn, const char* csv, int64_t csv_size, const char* options,
                                 int64_t options_size, crmcore_buf** report, crmcore_error** error);
// The same from CSV that a callback gives, in constant memory. Fails with CANCELLED when it says so.
int32_t crmcore_entry_import_stream(crmcore_conn* conn, crmcore_read_fn read, void* user,
                                    crmcore_free_fn free_user, const char* options, int64_t options_size,
                                    crmcore_buf** report, crmcore_error** error);

// ---- Ledger -------------------------------------------------------------------------------------

// Posts entries (at most 1,000,000), all or nothing. Columns are customer_id (integers) or customer (texts:
// codes), day (integers) or date (texts), amount, document; and optionally kind (crmcore_entry_kind, or texts
// "revenue" …; absent: revenue), line (absent: 1), original_day or original_date (of a reversal; absent: its
// own), currency and rate (texts; absent: the base currency). `options`: {"source", "batch", "is_future",
// "is_before_1970": false}. (source, document, line) is an entry's idempotency key: the same again counts
// once and among `already`. `batch`, optional, makes the delivery as a whole idempotent at the cost of a
// look-up. Fails with NOT_FOUND (customer), CONFLICT (delivered before with other content), INVALID (also a
// day that `options` do not say is meant), RANGE (also a total of its customer beyond 2^53 - 1).
int32_t crmcore_entry_post(crmcore_conn* conn, const crmcore_columns* columns, const char* options,
                           int64_t options_size, int64_t* posted, int64_t* already, crmcore_error** error);
// Posts entries, all or nothing: request, response and failures of method ledger.post.
int32_t crmcore_entry_post_json(crmcore_conn* conn, const char* request, int64_t request_size,
                                crmcore_buf** response, crmcore_error** error);
// Lists a customer's totals of the days [from_day, to_day) by calendar month: answers as method
// ledger.months. CRMCORE_NO_DAY leaves an end open. Fails with NOT_FOUND, RANGE.
int32_t crmcore_month_list(crmcore_conn* conn, int64_t customer_id, int32_t from_day, int32_t to_day,
                           crmcore_buf** months, crmcore_error** error);

// ---- Grades -------------------------------------------------------------------------------------

// Checks and stores a scheme (docs/grading.md) and gives its version: the next one unless the document names
// one. Fails with INVALID and every violation, CONFLICT (a review used that version).
int32_t crmcore_scheme_put(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error);
// Says what a review would do, and changes nothing: answers as method grading.preview. Entries of `as_of_day`
// do not count; CRMCORE_NO_DAY is today. `options`, optional: {"kind": "scheduled" | "ad_hoc" | "correction",
// "version": the newest, "plan"}. Fails with NOT_FOUND (scheme, version), CONFLICT (a later review exists).
int32_t crmcore_review_preview(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                               const char* options, int64_t options_size, crmcore_buf** summary,
                               crmcore_error** error);
// Grades the customers of a scheme and moves their grades, all or nothing: answers as method grading.commit.
// With a preview's "plan" it fails with MOVED when the review comes out differently now. Fails with NOT_FOUND
// (scheme, version), CONFLICT (a later review exists), INVALID (after today, without "is_future" in options).
int32_t crmcore_review_commit(crmcore_conn* conn, const char* scheme, int64_t scheme_size, int32_t as_of_day,
                              const char* options, int64_t options_size, crmcore_buf** summary,
                              crmcore_error** error);
// Gives the grade in force as plain text; NULL: never graded. Fails with NOT_FOUND (scheme).
int32_t crmcore_grade_get(crmcore_conn* conn, int64_t customer_id, const char* scheme, int64_t scheme_size,
                          crmcore_buf** grade, crmcore_error** error);
// Says why a customer has its grade and what would change it: answers as method grading.explain. Fails with
// NOT_FOUND (customer, scheme).
int32_t crmcore_grade_explain(crmcore_conn* conn, int64_t customer_id, const char* scheme,
                              int64_t scheme_size, crmcore_buf** explanation, crmcore_error** error);

// ---- Assignment ---------------------------------------------------------------------------------

// Checks and stores a policy (docs/assignment.md) and gives its version: the next one unless the document
// names one. Fails with INVALID and every violation, CONFLICT (a run used that version).
int32_t crmcore_policy_put(crmcore_conn* conn, const char* document, int64_t document_size, int32_t* version,
                           crmcore_error** error);
// Says what a run of a policy would do, and changes nothing: answers as method assignment.preview.
// CRMCORE_NO_DAY is today. `options`, optional: {"version": the newest, "limit": 100, "plan", "trade"};
// `limit` is how many changes are told. Fails with NOT_FOUND (policy, version).
int32_t crmcore_assignment_preview(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                   int32_t as_of_day, const char* options, int64_t options_size,
                                   crmcore_buf** summary, crmcore_error** error);
// Gives customers their managers by policy, all or nothing: answers as method assignment.commit. With a
// preview's "plan" it fails with MOVED when the run comes out differently now. Fails with NOT_FOUND (policy,
// version), CONFLICT (a present assignment begins after the day).
int32_t crmcore_assignment_commit(crmcore_conn* conn, const char* policy, int64_t policy_size,
                                  int32_t as_of_day, const char* options, int64_t options_size,
                                  crmcore_buf** summary, crmcore_error** error);
// Gives a customer to a manager by hand, by the manager's code, from today on. `reason` is optional. Fails
// with CONFLICT (no room within the span, excluded, away, locked to another), NOT_FOUND (customer, manager).
int32_t crmcore_manager_assign(crmcore_conn* conn, int64_t customer_id, const char* manager,
                               int64_t manager_size, const char* reason, int64_t reason_size,
                               crmcore_error** error);
// Gives the code of the manager who serves a customer on a day, CRMCORE_NO_DAY for today, as plain text; a
// NULL handle when there is none. Fails with NOT_FOUND (customer), RANGE (day).
int32_t crmcore_manager_get(crmcore_conn* conn, int64_t customer_id, int32_t as_of_day, crmcore_buf** manager,
                            crmcore_error** error);
// Says why a customer is served by whom: answers as method assignment.explain. Fails with NOT_FOUND.
int32_t crmcore_assignment_explain(crmcore_conn* conn, int64_t customer_id, crmcore_buf** explanation,
                                   crmcore_error** error);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif  // CRMCORE_H
