// The way of an Operator's OTA server to a card by SMPP.
#pragma once
#include <condition_variable>
#include <mutex>

#include "card_address.hpp"
#include "channel/sms.hpp"
#include "net/smpp_client.hpp"
#include "roles/operator/ota.hpp"

namespace CLI {
class App;
}

namespace eider::app::ota_cmd {

struct SmppOptions {
  std::string smpp, esme, to;  // HOST:PORT, ID=SECRET, number of the card
  std::vector<std::string> ca;
  unsigned wait = 30;  // seconds for the card's answer
  bool given() const { return !smpp.empty(); }
  void declare(CLI::App& sub);
};

class SmppPath final : public mno::OtaPath {
 public:
  SmppPath(const SmppOptions& options, std::string sender, bool answer_expected);
  ~SmppPath() override;
  Result<Arrived> carry(const std::vector<Bytes>& user_data, const etsi::SmsAddress& sender,
                        mno::OtaOutcome& outcome) override;

 private:
  smpp::CommandStatus came(const smpp::Pdu& pdu);

  SmppOptions options_;
  bool expected_;
  std::string sender_;
  SystemRandom random_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  channel::SmsReassembler parts_;
  std::optional<Bytes> answer_;
  std::unique_ptr<net::SmppClient> client_;  // last: its thread uses the others
};

}  // namespace eider::app::ota_cmd
