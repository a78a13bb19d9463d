// The inventory as an SM-DP sees it that shares it: Profiles that are pushed to M2M cards instead of being
// pulled by LPAs.
#pragma once
#include "base/clock.hpp"
#include "roles/smdpp/package.hpp"
#include "server/inventory.hpp"

namespace eider::smdpp {

class Stock final : public server::Inventory {
 public:
  Stock(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Result<server::StockProfile> reserve(const server::Reservation& reservation) override;
  Result<Secret> package(const Iccid& iccid) override;
  Status installed(const Iccid& iccid, const std::string& order) override;
  Status returned(const Iccid& iccid, const std::string& order) override;
  Status deleted(const Iccid& iccid, const Eid& eid) override;

 private:
  Status settle(const Iccid& iccid, const std::string& order, ProfileEvent event);

  Store& store_;
  const Clock& clock_;
  TemplateCache templates_;
};

}  // namespace eider::smdpp
