// SQLite writes each page of its write-ahead log in two pieces: of a transaction that ends with a sync they
// are joined here and written in one. Internal to src/store.
#pragma once

struct sqlite3;

namespace eider::store {

// Name of the sqlite3_vfs whose logs can do that; nullptr: SQLite's own is to be used.
const char* joined_log_vfs();
// From now on. Whoever turns it on syncs every commit: what is not yet written is written before the sync.
void join_log(sqlite3* db, bool on);

}  // namespace eider::store
