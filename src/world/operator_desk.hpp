// An operator: orders Profiles over ES2+, gives out codes, and hears what became of them.
#pragma once
#include <deque>

#include "spec/sgp22/json_header.hpp"
#include "world/laws.hpp"
#include "world/network.hpp"
#include "world/server.hpp"

namespace eider::world {

struct OrderNote {
  std::size_t server = 0;
  std::string iccid;                // digits
  std::optional<std::size_t> card;  // the order names its EID
  std::optional<std::string> matching_id;
  std::string code;  // Confirmation Code; empty: none
  bool confirmed = false;
  bool released = false;
  bool cancelled = false;
};

class OperatorDesk final : public Host {
 public:
  OperatorDesk(const OperatorTemplate& self, Network& network, Laws& laws, Journal& journal, Faults&)
      : self_(self), network_(network), laws_(laws), journal_(journal) {}

  // What the operator believes; an answer that was lost leaves gaps.
  std::deque<OrderNote>& orders() { return orders_; }
  const OperatorTemplate& self() const { return self_; }

  // Each sends one request; the fault is the refusal or that no answer came.
  Status order(const ServerHost& server, std::size_t server_index, const std::string& type,
               std::optional<std::pair<std::size_t, sgp22::Eid>> card, const std::string& iccid);
  Status confirm(const ServerHost& server, OrderNote& order, const std::optional<std::string>& matching_id,
                 const std::optional<sgp22::Eid>& eid, const std::string& code, bool release);
  Status release(const ServerHost& server, OrderNote& order);
  Status cancel(const ServerHost& server, OrderNote& order, const std::optional<sgp22::Eid>& eid,
                bool available);

  bool reachable() override { return true; }
  std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                  ByteView certificate) override;

 private:
  Result<HttpReply> post(const ServerHost& server, std::string_view path, std::string body);
  // Repeats a call that nobody answered, as it was: at most one effect, whatever became of the first.
  Result<HttpReply> insist(const ServerHost& server, std::string_view path, const std::string& body);
  template <class Answer, class Request>
  Result<Answer> call(const ServerHost& server, const sgp22::HttpFunction& function, Request request);

  const OperatorTemplate& self_;
  Network& network_;
  Laws& laws_;
  Journal& journal_;
  std::deque<OrderNote> orders_;
  std::uint64_t calls_ = 0;
};

}  // namespace eider::world
