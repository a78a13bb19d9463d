// A PKI, a card, an SM-DP+ with an inventory and an SM-DS as processes, for tests of `eider lpa`.
#pragma once
#include <arpa/inet.h>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/command.hpp"
#include "support/paths.hpp"

namespace eider::test {

class LpaHouse {
 public:
  explicit LpaHouse(int profiles) {
    for (auto& port : ports_) port = free_port();
    address_ = "localhost:" + std::to_string(ports_[0]);
    smds_ = "localhost:" + std::to_string(ports_[3]);
    place.write(
        "metadata.json",
        R"({"serviceProviderName": "Eider Mobile", "profileName": "漢字 Plan", "profileOwner": {"mcc": "001", "mnc": "01"},
                "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": ")" +
            address_ + R"("}]})");
    ok("pki init --out pki --smdp-host localhost --smds-host localhost");
    ok("eum make --pki pki --out card.eider --quiet --smds " + smds_);
    ok("smdpp init --data dp --pki pki --operator op --address " + address_ + at(" --es9plus ", 0) +
       at(" --es2plus ", 1) + at(" --metrics ", 2));
    ok("smds init --data ds --pki pki --oid 2.999.15 --address " + smds_ + at(" --es11 ", 3) +
       at(" --es12 ", 4) + at(" --metrics ", 5));
    for (int n = 1; n <= profiles; ++n) {
      const auto i = std::to_string(n);
      ok("profile create --output p.der --iccid '898821100000000000" + i + "?' --imsi 00101000000000" + i);
      ok("smdpp import --data dp --type op-default --metadata metadata.json --package p.der");
    }
    serve("smdpp", "dp");
    serve("smds", "ds");
  }
  ~LpaHouse() {
    for (const pid_t pid : servers_) ::kill(pid, SIGTERM);
    for (const pid_t pid : servers_) ::waitpid(pid, nullptr, 0);
  }
  LpaHouse(const LpaHouse&) = delete;
  LpaHouse& operator=(const LpaHouse&) = delete;

  Outcome ok(const std::string& arguments) const {
    auto o = place.eider(arguments);
    if (o.code != 0) failed += arguments + "\n" + o.text + "\n";
    return o;
  }
  // Options of `eider lpa` that fit this house.
  std::string options() const { return "--card card.eider --pki pki --state state --allow-private"; }
  Outcome lpa(const std::string& arguments) const {
    return place.eider("lpa " + options() + " " + arguments);
  }
  // The Activation Code of a new order; `more`: options of the order.
  std::string order(const std::string& more = {}) const {
    const auto o =
        place.sh("\"$EIDER\" order --pki pki --json --smdp localhost:" + std::to_string(ports_[1]) +
                 " place --type op-default --address " + address_ + " " + more + " 2>order.err");
    if (o.code != 0) failed += place.read("order.err");
    const auto json = boost::json::parse(o.text.empty() ? "{}" : o.text);
    const auto* code = json.as_object().if_contains("activationCode");
    return code ? std::string(code->as_string()) : "";
  }
  // An order that the SM-DS tells the card of.
  void order_by_event() const {
    const auto eid = boost::json::parse(ok("card show card.eider --json").text).at("eid").as_string();
    order("--eid " + std::string(eid) + at_localhost(" --smds ", 4));
  }
  const std::string& address() const { return address_; }
  const std::string& smds() const { return smds_; }

  Workplace place;
  mutable std::string failed;  // what went wrong on the way; empty is well

 private:
  std::string at(const char* option, std::size_t port) const {
    return option + std::string("127.0.0.1:") + std::to_string(ports_[port]);
  }
  std::string at_localhost(const char* option, std::size_t port) const {
    return option + std::string("localhost:") + std::to_string(ports_[port]);
  }
  static int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) == 0;
    ::close(fd);
    return bound ? ntohs(a.sin_port) : 0;
  }
  void serve(const std::string& role, const std::string& data) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      const int log = ::chdir(place.path().c_str()) == 0
                          ? ::open((data + ".log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600)
                          : -1;
      if (log < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0) ::_exit(126);
      ::close(0);
      ::execl(eider_binary(), "eider", role.c_str(), "serve", "--data", data.c_str(), nullptr);
      ::_exit(127);
    }
    servers_.push_back(pid);
    for (int i = 0; i < 800; ++i) {
      if (contains(place.read(data + ".log"), "metrics port")) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    failed += role + " does not serve: " + place.read(data + ".log");
  }
  int ports_[6] = {};
  std::string address_, smds_;
  std::vector<pid_t> servers_;
};

}  // namespace eider::test
