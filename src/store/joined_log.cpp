#include "store/joined_log.hpp"

#include <new>
#include <sqlite3.h>

#include "base/bytes.hpp"

namespace eider::store {
namespace {

constexpr std::size_t kMostJoined = 0x1FFFF;  // octets: SQLite's own file takes no more at a time

sqlite3_vfs* system_vfs = nullptr;

// A log; the system's file lies behind it in memory.
struct Log {
  sqlite3_file base;  // first: SQLite knows a Log by it
  sqlite3_file* file;
  bool joins;
  sqlite3_int64 offset;  // of `waiting` in the file
  Bytes waiting;

  int flush() {
    if (waiting.empty()) return SQLITE_OK;
    const int code = file->pMethods->xWrite(file, waiting.data(), static_cast<int>(waiting.size()), offset);
    waiting.clear();  // after a fault the transaction fails, and its place is written anew
    return code;
  }
  int write(const void* data, int size, sqlite3_int64 at) {
    const bool follows = at == offset + static_cast<sqlite3_int64>(waiting.size());
    if (!waiting.empty() &&
        (!joins || !follows || waiting.size() + static_cast<std::size_t>(size) > kMostJoined))
      if (const int code = flush(); code != SQLITE_OK) return code;
    if (!joins) return file->pMethods->xWrite(file, data, size, at);
    if (waiting.empty()) offset = at;
    append(waiting, {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)});
    return SQLITE_OK;
  }
};
Log& log_of(sqlite3_file* file) {
  return *reinterpret_cast<Log*>(file);
}

int close_log(sqlite3_file* f) {
  auto& log = log_of(f);
  const int flushed = log.flush();
  const int closed = log.file->pMethods->xClose(log.file);
  log.~Log();
  return flushed != SQLITE_OK ? flushed : closed;
}
// Everything else sees the file as if each write had been done at once.
template <auto Member, class... A>
int passed_on(sqlite3_file* f, A... arguments) {
  auto& log = log_of(f);
  if (const int code = log.flush(); code != SQLITE_OK) return code;
  return (log.file->pMethods->*Member)(log.file, arguments...);
}
using Methods = sqlite3_io_methods;

constexpr Methods kLogMethods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = passed_on<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = [](sqlite3_file* f, const void* data, int size,
                 sqlite3_int64 at) { return log_of(f).write(data, size, at); },
    .xTruncate = passed_on<&Methods::xTruncate, sqlite3_int64>,
    .xSync = passed_on<&Methods::xSync, int>,
    .xFileSize = passed_on<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = passed_on<&Methods::xLock, int>,
    .xUnlock = passed_on<&Methods::xUnlock, int>,
    .xCheckReservedLock = passed_on<&Methods::xCheckReservedLock, int*>,
    .xFileControl = passed_on<&Methods::xFileControl, int, void*>,
    .xSectorSize = [](sqlite3_file* f) { return log_of(f).file->pMethods->xSectorSize(log_of(f).file); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return log_of(f).file->pMethods->xDeviceCharacteristics(log_of(f).file); },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* f, int flags, int* opened) {
  if (!(flags & SQLITE_OPEN_WAL)) return system_vfs->xOpen(system_vfs, name, f, flags, opened);
  auto* log = new (f) Log{};
  log->file = reinterpret_cast<sqlite3_file*>(log + 1);
  log->file->pMethods = nullptr;
  const int code = system_vfs->xOpen(system_vfs, name, log->file, flags, opened);
  if (code == SQLITE_OK) {
    log->base.pMethods = &kLogMethods;
  } else {
    if (log->file->pMethods) log->file->pMethods->xClose(log->file);
    log->~Log();
    f->pMethods = nullptr;
  }
  return code;
}

bool register_vfs() {
  system_vfs = sqlite3_vfs_find(nullptr);
  if (!system_vfs) return false;
  static sqlite3_vfs joined = *system_vfs;
  joined.pNext = nullptr;
  joined.zName = "eider-joined-log";
  joined.szOsFile = static_cast<int>(sizeof(Log)) + system_vfs->szOsFile;
  joined.xOpen = open_file;
  return sqlite3_vfs_register(&joined, 0) == SQLITE_OK;
}

}  // namespace

const char* joined_log_vfs() {
  static const bool registered = register_vfs();
  return registered ? "eider-joined-log" : nullptr;
}

void join_log(sqlite3* db, bool on) {
  sqlite3_file* f = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&f)) != SQLITE_OK)
    return;
  if (f && f->pMethods == &kLogMethods) log_of(f).joins = on;
}

}  // namespace eider::store
