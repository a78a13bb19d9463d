// The network between LPAs, SM-DP+ and operators: one call at a time, on simulated time, with faults.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "device/http_port.hpp"
#include "world/faults.hpp"
#include "world/journal.hpp"

namespace eider::world {

// Something that answers HTTP requests.
class Host {
 public:
  virtual ~Host() = default;
  virtual bool reachable() = 0;
  // `client` names the caller, `certificate` is the one that it authenticated itself with, if any. Nothing:
  // the host died while it worked.
  virtual std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                          ByteView certificate) = 0;
};

class Network {
 public:
  Network(ManualClock& clock, Faults& faults, Journal& journal)
      : clock_(clock), faults_(faults), journal_(journal) {}

  void add(std::string name, Host& host) { hosts_.emplace(std::move(name), &host); }
  // Called between messages, where others may come in between.
  void set_interleave(std::function<void()> hook) { interleave_ = std::move(hook); }

  Result<HttpReply> post(const std::string& client, ByteView certificate, const HttpPost& request);
  // Requests that are still on their way, in the order of `dice`: one of them arrives.
  void deliver_late();
  bool late() const { return !late_.empty(); }
  std::uint64_t messages() const { return messages_; }

 private:
  struct Late {
    std::string client;
    Bytes certificate;
    HttpPost request;
  };
  Result<HttpReply> arrive(Host& host, const std::string& client, ByteView certificate,
                           const HttpPost& request);
  void keep(const std::string& client, ByteView certificate, const HttpPost& request);

  ManualClock& clock_;
  Faults& faults_;
  Journal& journal_;
  std::map<std::string, Host*> hosts_;
  std::vector<Late> late_;
  std::function<void()> interleave_;
  std::uint64_t messages_ = 0;
};

}  // namespace eider::world
