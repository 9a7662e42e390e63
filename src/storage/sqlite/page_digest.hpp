// A digest under each page of the file, so that a page that is not what was written is refused when it is
// read.
//
// SQLite checks the log's pages and not the file's: what a disk, a copy or another program did to them would
// be told as if it were true. Each page keeps 8 bytes at its end for a digest over the rest and its number;
// they are filled where pages go to the file and compared where they come from it, in a layer over the file
// system that SQLite would use, so that neither costs a statement or a second write. A program that writes to
// the file without the layer leaves the digest of what was there before. Files that were made without keep no
// room for it and are read as they are. This finds what happened by itself; against somebody who makes
// digests anew there is the journal. tests/storage/page_digest_test.cpp.
#pragma once

#include <cstdint>

struct sqlite3;

namespace crmcore::sqlite {

// The file system to open archives by: the default one, with digests. Throws std::bad_alloc.
const char* digesting_vfs();

// Says of a file that is still empty whether its pages are to have digests.
void set_page_digests(sqlite3* db, bool has_digests);
bool has_page_digests(sqlite3* db);

}  // namespace crmcore::sqlite
