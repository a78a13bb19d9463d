// What SM-SR and SM-DP reach others by, on sockets: SOAP over HTTPS and short messages over SMPP.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "m2m_node.hpp"
#include "net/smpp_client.hpp"
#include "roles/smsr/smsr.hpp"
#include "server/soap_port.hpp"

namespace eider::app::m2m {

// Connections are kept and used by one caller at a time. Safe to use from several threads.
class SoapSender final : public server::SoapPort {
 public:
  explicit SoapSender(const Node& node);
  ~SoapSender() override;
  Result<server::SoapReply> post(const server::SoapPost& request) override;
  // By as many connections as it takes.
  std::vector<Result<server::SoapReply>> post_all(std::span<const server::SoapPost> requests) override;

  struct Counters {
    std::uint64_t taken = 0, refused = 0, not_reached = 0;
  };
  Counters counters() const { return {taken_, refused_, not_reached_}; }

 private:
  // A client has one connection: it stays with the place that it goes to.
  std::unique_ptr<net::HttpClient> take(const std::string& where);
  void give_back(const std::string& where, std::unique_ptr<net::HttpClient> client);

  Result<server::SoapReply> send(const server::SoapPost& request);

  struct Helpers;
  std::atomic<std::uint64_t> taken_ = 0, refused_ = 0, not_reached_ = 0;
  static constexpr std::size_t kKept = 16, kHelpers = 7, kPlaces = 64;
  std::unique_ptr<net::HttpClient> first_;  // the one that others are made of
  std::mutex mutex_;
  std::map<std::string, std::vector<std::unique_ptr<net::HttpClient>>> idle_;
  std::unique_ptr<Helpers> helpers_;  // last: its threads use the others
};

struct SmsSettings {
  std::string smsc = "127.0.0.1:2775", system_id = "smsr";
  Secret password;
  std::string address;                // of the SM-SR, digits
  std::vector<std::string> ca_files;  // with one: TLS
};

// An ESME: messages of the SM-SR to cards, and theirs to it.
class SmppBearer final : public smsr::SmsPort {
 public:
  // Called on a thread of its own, with all that came meanwhile. It may submit; what it does not take is
  // offered again later.
  using Arrived = std::function<std::vector<Status>(std::span<const smsr::IncomingSms>)>;

  SmppBearer(SmsSettings settings, Arrived arrived);
  ~SmppBearer() override;
  Status start();
  void stop();
  // Given to the connection; a service centre that refuses it is logged, and the SM-SR hears no answer of
  // the card.
  Status submit(const smsr::OutgoingSms& message) override;
  bool bound() const;
  std::string last_problem() const;
  // Short messages, each part of a long one by itself. What is not answered may have gone out.
  struct Counters {
    std::uint64_t taken = 0, refused = 0, not_answered = 0, received = 0, not_received = 0;
  };
  Counters counters() const;

 private:
  struct Counting {
    std::atomic<std::uint64_t> taken = 0, refused = 0, not_answered = 0, received = 0, not_received = 0;
  };
  std::vector<smpp::CommandStatus> deliver(std::span<const smpp::Pdu> pdus);

  SmsSettings settings_;
  Arrived arrived_;
  Counting counted_;
  SystemRandom random_;
  std::unique_ptr<net::SmppClient> client_;
};

}  // namespace eider::app::m2m
