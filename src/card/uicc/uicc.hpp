// The UICC that the enabled Profile is (ETSI TS 102 221): its file system and PINs, and what each logical
// channel has selected of them. One file for each group of commands; commands.cpp has the table of all.
#pragma once
#include "base/random.hpp"
#include "card/answer.hpp"
#include "card/persistent_state.hpp"
#include "card/uicc/access_rules.hpp"
#include "card/uicc/file_system.hpp"
#include "card/uicc/naa_keys.hpp"
#include "card/uicc/pin_store.hpp"
#include "card/uicc/remote_access.hpp"
#include "codec/apdu.hpp"

namespace eider::card::uicc {

constexpr int kChannels = 20;
constexpr std::uint16_t kMfFid = 0x3F00, kCurrentAdfFid = 0x7FFF;

// A BER-TLV object on its way in blocks, in one direction.
struct Transfer {
  enum class Kind : std::uint8_t { kNone, kRetrieve, kSet } kind = Kind::kNone;
  int file = -1;
  Bytes object;          // whole when it is retrieved; what has arrived when it is set
  std::size_t done = 0;  // octets given out
  std::size_t last = 0;  // where the last block began
};

// What a logical channel has selected.
struct Session {
  int directory = 0;
  int ef = -1;             // -1: none
  std::size_t record = 0;  // current record; 0: not defined
  int adf = -1;            // application that is active; -1: none
  Transfer transfer;
  const RemoteAccess* remote = nullptr;  // set: a script from over the air, not a terminal
};

class Uicc {
 public:
  Uicc(PersistentState& state, Nvm& nvm, Random& random) : state_(state), nvm_(nvm), random_(random) {}

  // Forgets everything that is not durable: another Profile may be enabled, or the power was off.
  void close();
  // Reads the file system of the enabled Profile, if that has not been done.
  Status open();
  // After open(): is there one?
  bool present() const { return files_ != nullptr; }

  FileSystem& files() { return *files_; }
  PinStore& pins() { return pins_; }
  Random& random() { return random_; }
  Session& session(int channel) { return sessions_[static_cast<std::size_t>(channel)]; }
  void reset_session(int channel);

  // Applications of the Profile, in the order of its package.
  std::vector<int> applications() const;
  // The ADF with this AID; -1: none.
  int application(ByteView aid) const;
  void activate(Session& session, int adf);
  // Ends the application; what was verified for it alone is lost with its last session.
  void terminate(Session& session);

  // The PIN that a reference means in this directory.
  Pin* pin(std::uint8_t reference, int directory);
  // What the application of the session authenticates with; null when no application is active, when the
  // current directory is not one of its own, or when it has no keys.
  Result<Naa*> naa(const Session& session);
  // Is the first PIN of the application's PIN status verified, or disabled?
  bool application_pin_satisfied(const Session& session);
  // Of EF.UST, or EF.IST of an ISIM; counts from 1.
  bool service_available(int adf, const Naa& naa, unsigned number);
  // Do the rules of the file (in EF.ARR) allow it, to the terminal or to the remote manager of the session?
  bool allowed(const Session& session, int file, Need need);

 private:
  std::vector<int> chain(int directory) const;
  int arr_of(const Session& session, int file) const;
  const AccessDomain& domain_of(const Session& session, int file) const;

  PersistentState& state_;
  Nvm& nvm_;
  Random& random_;
  bool opened_ = false;
  std::unique_ptr<FileSystem> files_;
  PinStore pins_;
  NaaKeys naa_keys_;
  std::array<Session, kChannels> sessions_;
};

// File control parameters, the whole 62 TLV (section 11.1.1.3).
Bytes file_control_parameters(Uicc& uicc, int file);
// Those of the MF of a card without an enabled Profile.
Bytes bare_mf_parameters();

// SELECT by FID, path, child and parent; STATUS.
Answer select_file(Uicc& uicc, Session& session, const CommandView& c);
Answer status(Uicc& uicc, Session& session, const CommandView& c);

}  // namespace eider::card::uicc
