// One world: who lives in it, what they do next, and the quiet at its end. Internal to src/world.
#pragma once
#include "world/device.hpp"
#include "world/operator_desk.hpp"
#include "world/world.hpp"

namespace eider::world {

class Ecosystem {
 public:
  Ecosystem(const Foundry& foundry, const RunOptions& options);
  RunResult run();

 private:
  // ---- ecosystem.cpp: making it, and the steps
  void make_servers();
  void make_stock(std::size_t server);
  void make_devices();
  smdpp::ProfileType make_type(const std::string& name, const std::string& owner);
  sgp22::StoreMetadataRequest make_metadata(const PackageTemplate& package, std::size_t server);
  void step();
  void interleave();
  bool broken() const { return laws_.violation().has_value(); }

  // ---- actions.cpp
  void act();
  void operator_acts();
  void operator_orders();
  void operator_handles(OperatorDesk& desk, OrderNote& order);
  void user_downloads();
  void user_manages();
  void deliver_notifications();
  void user_uses_sim();
  void server_sends_owed();
  void time_passes();
  std::optional<std::pair<OperatorDesk*, OrderNote*>> some_order();
  Device* some_free_device();
  void report(const std::string& who, const std::string& what, const Status& outcome);

  // ---- quiet.cpp
  void quiet();
  void deliver_everything();
  void retry_downloads();
  void retry(std::size_t server, const smdpp::Profile& profile);
  void check_memory();
  void check_memory(Device& device);
  void use_every_sim();

  const Foundry& foundry_;
  RunOptions options_;
  ManualClock clock_;
  Journal journal_;
  Laws laws_;
  Faults faults_;
  Dice dice_;
  Network network_;
  NetworkCore core_;
  std::vector<std::unique_ptr<ServerHost>> servers_;
  std::vector<std::unique_ptr<OperatorDesk>> operators_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::string> type_names_;
  unsigned depth_ = 0;
  std::uint64_t downloads_ = 0;
};

}  // namespace eider::world
