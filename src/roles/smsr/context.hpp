// What the parts of the SM-SR share: settings, ports, outcomes.
#pragma once
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

#include "base/random.hpp"
#include "channel/scp81_trigger.hpp"
#include "crypto/gp_certificate.hpp"
#include "crypto/verify.hpp"
#include "roles/smsr/open_sessions.hpp"
#include "roles/smsr/ports.hpp"
#include "server/known_certificates.hpp"
#include "server/validity.hpp"
#include "spec/etsi/sms.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smsr {

// Another server, by the registeredID of its certificate.
struct Peer {
  EntityId id;
  std::uint8_t parties = 0;  // bits of sgp02::Party: what it may be here
  std::string name;
  std::string url;  // where its functions are; empty: it takes no calls
  // Of an EUM: deciphers the key values of the EIS that it registers, AES in ECB mode (facts: section 5.2.1).
  Secret transport_key;
  // Of an EUM: CERT.EUM, with which its EIS and ECASD certificates verify.
  std::optional<crypto::Certificate> certificate;
};

struct Settings {
  EntityId id;
  std::string name = "SM-SR";
  std::string url;  // of our functions
  std::map<EntityId, Peer> peers;
  crypto::TrustStore roots;  // CIs that EUMs may come from

  // Cards
  etsi::SmsAddress sms_address{0x91, "12345"};  // ours, for cards; digits
  Bytes addressing;                             // A4, A5, A6 of UpdateSMSRAddressingParameters
  channel::scp81::Trigger trigger;              // what our trigger messages say
  std::string admin_path = "/gsma/adminagent";
  std::size_t most_messages = 3;    // a longer script goes by HTTPS
  Duration sms_timeout{60 * 1000};  // for a Response Packet; doubled each time
  Duration longest_sms_timeout{15 * 60 * 1000};
  Duration trigger_timeout{120 * 1000};
  Duration session_timeout{120 * 1000};  // for the answer to a script in a session
  Duration hold{30 * 1000};              // a session waits so long for the next function (MoreToDo)
  // After the validity period: for a confirmation that is under way; then for the card to settle, after which
  // it is audited.
  Duration settling{15 * 60 * 1000};

  // Functions
  Duration default_validity{24 * 3600 * 1000};
  Duration longest_validity{7 * 24 * 3600 * 1000};
  server::LongerValidity longer_validity = server::LongerValidity::kRefuse;
  std::size_t most_operations = 64;  // queued for one eUICC
  Duration answered_lifetime{7 * 24 * 3600 * 1000};
  Duration first_retry{5 * 1000}, longest_retry{3600 * 1000};  // of the outbox
  Duration outbox_lifetime{7 * 24 * 3600 * 1000};

  // SM-SR change
  std::optional<crypto::GpCertificate> certificate;  // CERT.SR.ECDSA
  crypto::SigningKeyPtr signing_key;                 // SK.SR.ECDSA
  std::uint8_t own_key_version = 0x02;  // SCP80 key set that we establish; the other one if it is in use
  bool accept_handovers = true;
  bool https_keys = false;  // a card that came gets SCP81 keys of ours

  const Peer* find(const EntityId& peer) const {
    const auto it = peers.find(peer);
    return it == peers.end() ? nullptr : &it->second;
  }
};

struct Ports {
  Store& store;
  const Clock& clock;
  Random& random;
  SmsPort& sms;
  SoapPort& soap;
  server::FunctionObserver* observer = nullptr;
};

// Who calls, as its certificate says, and on which interface.
struct Caller {
  EntityId id;
  sgp02::Interface interface{};
};

// Lets calls wait until something of their card has been committed. Cards share places: one may be woken for
// another.
class Progress {
 public:
  std::uint64_t of(const Eid& eid) {
    auto& p = place(eid);
    const std::lock_guard lock(p.mutex);
    return p.count;
  }
  void made(const Eid& eid) {
    auto& p = place(eid);
    {
      const std::lock_guard lock(p.mutex);
      ++p.count;
    }
    p.changed.notify_all();
  }
  // False: none since `seen` within that time.
  bool wait(const Eid& eid, std::uint64_t seen, Duration longest) {
    auto& p = place(eid);
    std::unique_lock lock(p.mutex);
    return p.changed.wait_for(lock, longest, [&] { return p.count != seen; });
  }

 private:
  struct Place {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t count = 0;
  };
  // The last octets of an EID are check digits and the end of a serial number.
  Place& place(const Eid& eid) { return places_[(eid[15] * 31U + eid[14]) % places_.size()]; }
  std::array<Place, 256> places_;
};

struct Context {
  Context(Settings s, const Ports& p)
      : settings(std::move(s)),
        store(p.store),
        clock(p.clock),
        sms(p.sms),
        soap(p.soap),
        observer(p.observer),
        random_(p.random) {}
  Settings settings;
  Store& store;
  const Clock& clock;
  SmsPort& sms;
  SoapPort& soap;
  server::FunctionObserver* observer;
  Progress progress;
  OpenSessions sessions;
  server::KnownCertificates certificates;  // of callers

  Time now() const { return clock.now(); }
  // The port may not be safe to share between threads.
  Bytes random(std::size_t octets) {
    const std::lock_guard lock(mutex_);
    return random_.bytes(octets);
  }

 private:
  std::mutex mutex_;
  Random& random_;
};

namespace code = sgp02::status;
using sgp02::status::refuse;

Outcome failure(code::Code c, std::string identifier = {}, std::string message = {});
// A refusal as an outcome; other faults are ours.
Outcome failure(const Fault& fault);

// EXPIRED: the validity period is over.
Outcome expired_in(std::string identifier);

}  // namespace eider::smsr
