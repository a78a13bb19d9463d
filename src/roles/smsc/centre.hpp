// A small short message service centre: ESMEs over SMPP v3.4 on one side, devices on the other, and what is
// kept between them. Without I/O: connections are numbers, octets and time go in. Messages are in memory
// only.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "channel/smpp_session.hpp"
#include "device/sms_link.hpp"
#include "roles/smsc/message.hpp"

namespace eider::smsc {

struct Account {
  std::string system_id;
  Secret password;
  // Numbers whose messages it gets; "123*" stands for all that begin so.
  std::vector<std::string> addresses;
};
struct CentreConfig {
  std::string system_id = "eider";
  std::vector<Account> accounts;
  channel::SmppSessionConfig session;  // `side` is set by the centre
  Duration longest_validity{24 * 3600 * 1000};
  // After a failed attempt, doubled each time.
  Duration retry{1000}, longest_retry{60000};
  Duration device_timeout{60000};  // for the answer of a device
  std::size_t max_messages = 100000;
  std::size_t kept_states = 10000;  // of messages that are done, for query_sm
  std::uint64_t seed = 1;
};

struct Happening {
  const char* event = "";  // "taken", "delivered", "lost", "bound", …
  const Message* message = nullptr;
  std::string about;
};
struct CentreCounters {
  std::uint64_t submitted = 0, refused = 0, delivered = 0, expired = 0, failed = 0, lost = 0, receipts = 0;
  std::size_t stored = 0;
};

class Centre {
 public:
  using Listener = std::function<void(const Happening&)>;
  explicit Centre(CentreConfig config, Listener listener = {});

  // ---- ESMEs
  int esme_connected(Time now);
  void esme_received(int esme, ByteView octets, Time now);
  void esme_gone(int esme, Time now);
  Bytes esme_output(int esme);
  bool esme_over(int esme) const;

  // ---- Devices, by the number that reaches them. A second one with the same number takes its place.
  Result<int> device_attached(const std::string& number, Time now);
  void device_gone(int device, Time now);
  std::vector<device::ArrivedSms> device_output(int device);
  bool device_over(int device) const { return !devices_.contains(device); }
  void device_answered(int device, std::uint32_t reference, const device::SmsReceipt& receipt, Time now);
  device::SmsOutcome device_submitted(int device, ByteView sms_submit, Time now);

  // ---- Rules of faults.hpp. "release" lets go what is held.
  Status command(std::string_view text, Time now);

  void tick(Time now);
  Time next_tick() const;
  CentreCounters counters() const;

 private:
  struct Esme {
    explicit Esme(channel::SmppSession s) : session(std::move(s)) {}
    channel::SmppSession session;
    const Account* account = nullptr;
    std::map<channel::SmppSession::Ticket, std::uint64_t> deliveries;
  };
  struct Device {
    std::string number;
    std::deque<std::uint64_t> ready;
    std::optional<std::uint64_t> under_way;
    std::uint32_t reference = 0;
    Time deadline{};
    std::vector<device::ArrivedSms> output;
  };

  void handle(Esme& esme, Time now);
  void handle(Esme& esme, const channel::SmppSession::Event& event, Time now);
  void take_bind(Esme& esme, const smpp::Pdu& pdu, Time now);
  void take_request(Esme& esme, const smpp::Pdu& pdu, Time now);
  void take_submission(Esme& esme, const smpp::Pdu& pdu, Time now);
  void take_query(Esme& esme, const smpp::Pdu& pdu, Time now);
  void take_cancel(Esme& esme, const smpp::Pdu& pdu, Time now);
  void answered(Esme& esme, channel::SmppSession::Ticket ticket, const smpp::Pdu* answer, Time now);

  const Account* account_of(const std::string& number) const;
  Device* device_of(const std::string& number);
  Esme* receiver_for(const Message& message);
  Message* own_message(const Esme& esme, std::string_view message_id);

  // Keeps a message that was taken, with the fate that it has.
  std::uint64_t store(Message message, const Faults::Fate& fate, Time now);
  void schedule(const Message& message, Time due) { due_.emplace(due, message.id); }
  void run_schedule(Time now);
  void dispatch(Message& message, Time now);
  void pump(Device& device, Time now);
  void give_to_esme(Esme& esme, Message& message, Time now);
  enum class Attempt : std::uint8_t { kDone, kNotNow, kNever };
  void attempted(std::uint64_t id, Attempt attempt, std::uint16_t network_error, Time now);
  void finish(Message& message, smpp::MessageState state, Time now);
  void write_receipt(const Message& message, Time now);
  void wake(const std::function<bool(const Message&)>& which, Time now);
  void say(const char* event, const Message* message, std::string about = {}) const;

  CentreConfig config_;
  Listener listener_;
  Faults faults_;
  std::map<int, Esme> esmes_;
  std::map<int, Device> devices_;
  std::map<std::uint64_t, Message> messages_;
  std::map<std::uint64_t, Message> done_;  // oldest first; without their text
  std::set<std::pair<Time, std::uint64_t>> due_;
  CentreCounters counters_;
  std::uint64_t last_id_ = 0;
  std::uint32_t device_reference_ = 0;
  std::uint8_t concatenation_ = 0;
  int last_number_ = 0;
};

}  // namespace eider::smsc
