// A CI, an EUM with its cards, a service centre, an SM-SR, an SM-DP, an Operator, an M2M SP and the cards'
// devices: every party a process of its own, every connection a real socket. Started once for all tests of
// the program; each test takes cards that no other one has.
#pragma once
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>

#include "support/command.hpp"

namespace eider::test {

// A program that runs until this object goes; what it says goes into a file.
class Running {
 public:
  // `line`: for sh, in the directory; the program takes the shell's place.
  Running(const Workplace& place, const std::string& log, const std::string& line);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  // A line of its standard input.
  void tell(const std::string& line) const;

 private:
  int pid_ = -1, input_ = -1;
};

struct Answer {
  int code = -1;
  std::string text;            // all that was said
  boost::json::object body;    // of the response; empty when there was none
  std::string status() const;  // "EXECUTED_SUCCESS", or "FAILED 8.2.3/3.8"
  bool ok() const { return code == 0; }
};

class M2mStage {
 public:
  static M2mStage& get();

  struct Card {
    std::string device, eid;
    std::string boot;    // the Profile that it was made with: enabled, with the fall-back attribute
    std::string second;  // with the emergency attribute, or the test Profile
  };
  // The last kind has no number of the SM-SR, but the parameters of its HTTPS sessions.
  enum class Kind { kPlain, kEmergency, kTest, kHttps, kCount };
  Card take(Kind kind = Kind::kPlain);

  // `eider operator --json ARGUMENTS`, as the Operator or as the M2M SP.
  Answer mno(const std::string& arguments) const;
  Answer sp(const std::string& arguments) const;
  // The same to the SM-SR (ES4, ES4A), and through the SM-DP (ES2).
  Answer es4(const std::string& arguments) const { return mno("--smsr " + smsr_ + " " + arguments); }
  // The other SM-SR.
  Answer es4_there(const std::string& arguments) const { return mno("--smsr " + smsr2_ + " " + arguments); }
  Answer es2(const std::string& arguments) const {
    return mno("--smdp " + smdp_ + " --smsr-id " + kSmsr + " " + arguments);
  }
  Answer sp_es4(const std::string& arguments) const { return sp("--smsr " + smsr_ + " " + arguments); }
  // A Profile of the stock, installed; its ICCID.
  std::string download(const Card& card, const std::string& options = {});

  // `eider ota ARGUMENTS` to the security domain of this enabled Profile, over SMPP.
  Outcome ota(const std::string& arguments, const std::string& iccid) const;
  const std::string& imsi(const std::string& iccid) const { return subscriptions_.at(iccid).imsi; }
  const std::string& number(const std::string& iccid) const { return subscriptions_.at(iccid).number; }

  // What the SM-SR has of a card (`eider smsr show --json`); of one of its Profiles: "Enabled", "none".
  boost::json::object registry(const std::string& eid, const std::string& smsr = "smsr") const;
  std::string state(const std::string& eid, const std::string& iccid) const;
  boost::json::object profile(const std::string& eid, const std::string& iccid) const;
  // The same as the card says it: AuditEIS.
  std::string audited(const std::string& eid, const std::string& iccid) const;

  // Of "smsr", "smsr2" or "smdp": the value of a series at its /metrics, which is named whole; -1: there is
  // none.
  double metric(const std::string& role, const std::string& series) const;
  // The answer of GET, with its status in front.
  std::string ask(const std::string& role, const std::string& path) const;

  // What the Operator, or the M2M SP, was told of this card: "ES4-HandleProfileEnabledNotification".
  std::vector<boost::json::object> heard(const std::string& by, const std::string& name,
                                         const std::string& about) const;
  // What other processes bring about; a machine that is busy may take its time. False: it does not.
  static bool comes_true(const std::function<bool()>& condition);
  bool becomes(const std::string& eid, const std::string& iccid, const std::string& state) const;

  // The network no longer knows a subscription, or does again.
  void lose(const std::string& iccid);
  void regain(const std::string& iccid);

  const Workplace& place() const { return place_; }
  const std::string& smsr() const { return smsr_; }
  const std::string& smdp() const { return smdp_; }
  const std::string& resolve() const { return resolve_; }
  // Of mno.example.com, too: nobody listens there until a test does.
  int spare_port() const { return spare_port_; }
  int functions_port() const { return functions_port_; }
  int sp_port() const { return sp_port_; }
  int smdp_port() const { return smdp_port_; }
  Running& devices() { return *devices_; }

  static constexpr const char *kMno = "2.999.30", *kSp = "2.999.40", *kSmsr = "2.999.20",
                              *kSmsr2 = "2.999.21", *kSmdp = "2.999.11";

 private:
  M2mStage();
  void make_subscriptions();
  void make_smsrs();
  void make_smsr(const std::string& name, const std::string& arguments);
  void make_cards();
  void make_stock();
  void start_servers();
  void register_cards();
  void write_network() const;
  Answer call(const std::string& arguments) const;
  std::string run(const std::string& arguments) const;
  void await(const std::string& log, const std::string& text) const;

  struct Subscription {
    std::string imsi, number;
    bool known = true;
  };

  Workplace place_;
  std::string smsr_, smsr2_, smdp_, resolve_;
  std::map<std::string, Subscription> subscriptions_;  // by ICCID
  std::vector<Card> cards_[static_cast<std::size_t>(Kind::kCount)];
  std::size_t taken_[static_cast<std::size_t>(Kind::kCount)] = {};
  int smsc_port_ = 0, device_port_ = 0, functions_port_ = 0, sessions_port_ = 0, smdp_port_ = 0,
      mno_port_ = 0, sp_port_ = 0, spare_port_ = 0, functions2_port_ = 0, sessions2_port_ = 0;
  std::map<std::string, int> metrics_ = {{"smsr", 0}, {"smsr2", 0}, {"smdp", 0}};  // ports
  std::vector<std::unique_ptr<Running>> servers_;
  std::unique_ptr<Running> devices_;
};

}  // namespace eider::test
