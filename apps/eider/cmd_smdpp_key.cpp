// The key of `eider smdpp`'s database, and eider smdpp rekey.
#include <cstdio>

#include "cmd_smdpp.hpp"
#include "server_kind.hpp"

namespace eider::app::smdpp_cli {

crypto::PassphraseSource passphrase_of(const Settings& settings) {
  return settings.passphrase_file.empty() ? crypto::no_passphrase()
                                          : crypto::passphrase_file(settings.passphrase_file);
}

crypto::FileKeyStore DataDirectory::keys() const {
  return crypto::FileKeyStore(key_directory(), passphrase_of(settings()));
}

std::unique_ptr<store::SmdppSqlite> create_store(const DataDirectory& data) {
  const auto keys = data.keys();
  need(keys.create_wrapping_key(kStoreKeyName));
  return need(store::SmdppSqlite::open(data.database().string(), {&keys, kStoreKeyName}));
}

std::unique_ptr<store::SmdppSqlite> DataDirectory::open() const {
  need_server(dir, kSmdpp, kSmdpp.database());
  const auto keys = this->keys();
  const auto name = need(store::SmdppSqlite::key_name(database().string()));
  if (name && !keys.has_wrapping_key(*name))
    refuse("the key of the database, " + (key_directory() / (*name + ".kek")).string() + ", is missing",
           "restore it from a backup: without it the Profiles in the database cannot be read");
  if (!name) {
    if (!keys.has_wrapping_key(kStoreKeyName)) need(keys.create_wrapping_key(kStoreKeyName));
    std::fprintf(stderr, "eider: sealing the database of an earlier version; keep a copy of %s\n",
                 (key_directory() / (std::string(kStoreKeyName) + ".kek")).c_str());
  }
  return need(store::SmdppSqlite::open(database().string(), {&keys, kStoreKeyName}));
}

namespace {

struct Rekey {
  DataDirectory data;

  // "store", "store-2", "store-3" …
  static std::string next_name(const std::string& name) {
    const auto dash = name.rfind('-');
    const unsigned long n =
        dash == std::string::npos ? 1 : std::strtoul(name.c_str() + dash + 1, nullptr, 10);
    return std::string(kStoreKeyName) + "-" + std::to_string(n + 1);
  }
  void run() const {
    const auto store = data.open();
    const auto keys = data.keys();
    const auto old = need(store::SmdppSqlite::key_name(data.database().string()));
    const auto name = next_name(*old);
    // A crash leaves either key in use and the other file unused: never a database without its key.
    if (keys.has_wrapping_key(name)) need(keys.remove_wrapping_key(name));
    need(keys.create_wrapping_key(name));
    need(store->change_key({&keys, name}));
    need(keys.remove_wrapping_key(*old));
    if (data.json)
      print_json(boost::json::object{{"key", name}});
    else
      std::printf("the database is under the new key %s\n", (data.key_directory() / (name + ".kek")).c_str());
  }
};

}  // namespace

void declare_rekey(CLI::App& smdpp) {
  auto* sub = smdpp.add_subcommand("rekey", "Put the database under a new key; the old one becomes useless");
  auto o = std::make_shared<Rekey>();
  o->data.declare(*sub);
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::smdpp_cli
