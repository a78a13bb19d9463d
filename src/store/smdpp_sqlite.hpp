// The SM-DP+'s Store port on SQLite: WAL, full synchronisation, one writer with group commit, readers on
// connections of their own. Several processes may share the file.
#pragma once
#include <memory>

#include "roles/smdpp/ports.hpp"

namespace eider::store {

class SmdppSqlite final : public smdpp::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. LocalFault: not writable, or of a newer version.
  static Result<std::unique_ptr<SmdppSqlite>> open(const std::string& path);
  ~SmdppSqlite() override;

  Status read(const std::function<Status(smdpp::StoreReader&)>& body) override;
  using Store::write;
  Status write(const std::function<Status(smdpp::StoreTransaction&)>& body,
               smdpp::Durability durability) override;
  // Commits so far; each took one or more writes.
  std::uint64_t commits() const;

 private:
  struct Impl;
  explicit SmdppSqlite(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::store
