// The ports of the LPA over the callbacks of a host. An exception of a callback is its failure.
#pragma once
#include <atomic>

#include "capi/error.hpp"
#include "roles/lpa/lpa.hpp"

namespace eider::capi {

class HostCard final : public CardPort {
 public:
  explicit HostCard(const eider_lpa_card& host) : host_(host) {}
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  // The host had no answer: what is open on the card is not known any more.
  bool lost() const { return lost_; }
  void forget() { lost_ = false; }

 private:
  eider_lpa_card host_;
  bool lost_ = false;
};

class HostHttp final : public HttpPort {
 public:
  // No host: nothing can be reached.
  HostHttp(const std::optional<eider_lpa_http>& host, std::size_t max_body)
      : host_(host), max_body_(max_body) {}
  Result<HttpReply> post(const HttpPost& request) override;
  void new_session() override { new_session_ = true; }

 private:
  std::optional<eider_lpa_http> host_;
  std::size_t max_body_;
  bool new_session_ = true;
};

class HostUser final : public lpa::LpaUi {
 public:
  explicit HostUser(const eider_lpa_user& host) : host_(host) {}
  void progress(lpa::Step step, std::size_t done, std::size_t total) override;
  void warn(std::string_view text) override;
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override;
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer& offer, int attempt) override;
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                       const sgp22::StoreMetadataRequest& package) override;
  std::optional<lpa::Answer> cancelled() override;
  void log(int level, std::string_view component, std::string_view text);
  bool can_confirm() const { return host_.confirm != nullptr; }

  // Of one operation.
  void begin();
  void cancel(eider_lpa_answer answer) { cancel_ = answer; }  // from any thread
  bool is_cancelled() const { return cancel_ != kNone; }
  // The user's answer ended it, or somebody cancelled it.
  bool ended() const { return ended_ || is_cancelled(); }

 private:
  lpa::Answer note(eider_lpa_answer answer);
  static constexpr eider_lpa_answer kNone = -1;
  eider_lpa_user host_;
  std::atomic<eider_lpa_answer> cancel_ = kNone;
  bool ended_ = false;
};

class HostClock final : public Clock {
 public:
  HostClock(std::int64_t (*ask)(void*), void* context) : now_(ask), context_(context) {}
  Time now() const override;

 private:
  std::int64_t (*now_)(void*);
  void* context_;
};

}  // namespace eider::capi

struct eider_lpa_http_reply {
  eider::HttpReply reply;
  std::string failure;
  std::size_t max_body = 0, header_octets = 0;
  bool too_large = false;
};
