// The short message service centre of a world: takes its time, and what it does to messages is drawn.
#pragma once
#include <deque>
#include <map>
#include <set>

#include "device/sms_link.hpp"
#include "roles/smsr/ports.hpp"
#include "world/faults.hpp"
#include "world/journal.hpp"

namespace eider::world::m2m {

// An SM-SR behind the centre.
class SmsReceiver {
 public:
  virtual ~SmsReceiver() = default;
  // False: not now, it is offered again.
  virtual bool short_message(const std::string& from, ByteView user_data) = 0;
};

class MessageCentre {
 public:
  MessageCentre(const Clock& clock, Faults& faults, Journal& journal)
      : clock_(clock), faults_(faults), journal_(journal) {}
  ~MessageCentre();

  void add(std::string number, SmsReceiver& receiver) { receivers_[std::move(number)] = &receiver; }
  // Of an SM-SR, for a device.
  Status submit(const std::string& from, const smsr::OutgoingSms& message);
  // A device is there under this number; another one with the same number gives way.
  std::unique_ptr<device::SmsLink> attach(const std::string& number);

  // Delivers what is due. True: there was something.
  bool run();
  std::optional<Time> next() const;
  // Nothing is held back any longer.
  void release();
  std::uint64_t messages() const { return messages_; }

 private:
  struct Message {
    std::string from, to;
    Bytes user_data;
    Time expires{};
    unsigned attempts = 0;  // to bring it
  };
  class Link;

  bool take(Message message);
  void queue(Message message, Duration after);
  void deliver(Message message);

  const Clock& clock_;
  Faults& faults_;
  Journal& journal_;
  std::map<std::string, SmsReceiver*> receivers_;
  std::map<std::string, Link*> links_;
  std::map<std::pair<Time, std::uint64_t>, Message> due_;
  std::multimap<std::string, Message> waiting_;  // for a device that is not there
  std::uint64_t messages_ = 0, last_ = 0;
};

}  // namespace eider::world::m2m
