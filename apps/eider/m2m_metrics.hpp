// What `eider smsr serve` and `eider smdp serve` count, as Prometheus reads it.
#pragma once
#include "m2m_ports.hpp"
#include "metrics.hpp"
#include "server/function_observer.hpp"

namespace eider::app::m2m {

class Metrics final : public server::FunctionObserver {
 public:
  // `role`: "smsr", the names begin with it.
  explicit Metrics(const std::string& role);
  ~Metrics() override;

  void answered(const sgp02::Function& function, const sgp02::BaseResponse& base) override;
  void peer_answered(const sgp02::Function& function, const sgp02::BaseResponse& base) override;
  void operation_begun(std::string_view kind, Duration waited) override;
  void operation_over(std::string_view kind, sgp02::ExecutionStatus status, Duration took) override;

  // What was counted here, and what either server has beside it.
  struct Common {
    std::uint64_t outbox_entries = 0, store_commits = 0, store_writes = 0;
    SoapSender::Counters soap;
    net::HttpServerCounters functions;
  };
  metrics::Families collect(const Common& now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::app::m2m
