#include "apps/m2m/stage.hpp"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/paths.hpp"
#include "support/ports.hpp"

namespace eider::test {
namespace {
using namespace std::chrono_literals;
namespace bj = boost::json;
constexpr int kCards[] = {30, 1, 1, 1};  // of each kind
constexpr int kStock = 40;

std::string with_luhn(const std::string& digits) {
  int sum = 0;
  bool twice = true;
  for (auto c = digits.rbegin(); c != digits.rend(); ++c, twice = !twice) {
    const int n = (*c - '0') * (twice ? 2 : 1);
    sum += n > 9 ? n - 9 : n;
  }
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}
std::string padded(int n, int width) {
  const auto text = std::to_string(n);
  return std::string(static_cast<std::size_t>(width) - text.size(), '0') + text;
}
// Series 1 to 4: on the cards from the start, by kind; 5: the second Profile of those that have one; 6: the
// SM-DP's stock.
std::string iccid_of(int series, int n) {
  return with_luhn("894900000000" + std::to_string(series) + padded(n, 5));
}
std::string at(int port) {
  return "127.0.0.1:" + std::to_string(port);
}
std::string url_of(const char* host, int port, const char* path) {
  return std::string("@https://") + host + ":" + std::to_string(port) + path;
}
// Each line that is a JSON object.
std::vector<bj::object> objects_in(const std::string& text) {
  std::vector<bj::object> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    boost::system::error_code wrong;
    auto value = bj::parse(line, wrong);
    if (!wrong && value.is_object()) out.push_back(std::move(value.as_object()));
  }
  return out;
}
const bj::object* find_profile(const bj::object& eis, const std::string& iccid) {
  const auto* list = eis.if_contains("ProfileInfo");
  if (!list || !list->is_array()) return nullptr;
  for (const auto& p : list->as_array())
    if (p.as_object().at("Iccid").as_string() == iccid) return &p.as_object();
  return nullptr;
}
}  // namespace

Running::Running(const Workplace& place, const std::string& log, const std::string& line) {
  const auto command = "cd '" + place.path().string() + "' && EIDER='" + eider_binary() + "' && exec " +
                       line + " >>" + log + " 2>&1";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::dup2(ends[0], 0);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  input_ = ends[1];
}
Running::~Running() {
  ::close(input_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}
void Running::tell(const std::string& line) const {
  const auto text = line + "\n";
  if (::write(input_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("it does not listen");
}

std::string Answer::status() const {
  const auto* s = body.if_contains("FunctionExecutionStatus");
  if (!s) return "no answer: " + text;
  const auto& o = s->as_object();
  std::string out(o.at("Status").as_string());
  if (const auto* c = o.if_contains("StatusCodeData"))
    out += " " + std::string(c->as_object().at("Subject").as_string()) + "/" +
           std::string(c->as_object().at("Reason").as_string());
  return out;
}

M2mStage& M2mStage::get() {
  static M2mStage stage;
  return stage;
}

M2mStage::M2mStage() {
  auto next_port = free_ports(13);
  for (auto* port : {&smsc_port_, &device_port_, &functions_port_, &sessions_port_, &smdp_port_, &mno_port_,
                     &sp_port_, &spare_port_, &functions2_port_, &sessions2_port_, &metrics_.at("smsr"),
                     &metrics_.at("smsr2"), &metrics_.at("smdp")})
    *port = next_port++;
  const auto rule = [](const char* host, int port) {
    return std::string(" --resolve ") + host + ":" + std::to_string(port) +
           ":127.0.0.1:" + std::to_string(port);
  };
  resolve_ = rule("smsr.example.com", functions_port_) + rule("smsr2.example.com", functions2_port_) +
             rule("smdp.example.com", smdp_port_) + rule("mno.example.com", mno_port_) +
             rule("mno.example.com", spare_port_) + rule("m2msp.example.com", sp_port_);
  smsr_ = std::string(kSmsr) + "@smsr.example.com:" + std::to_string(functions_port_);
  smsr2_ = std::string(kSmsr2) + "@smsr2.example.com:" + std::to_string(functions2_port_);
  smdp_ = std::string(kSmdp) + "@smdp.example.com:" + std::to_string(smdp_port_) + "/es2";
  run("pki init --out pki --m2m --smdp-host smdpp.example.com");
  make_subscriptions();
  make_smsrs();
  make_cards();
  make_stock();
  start_servers();
  register_cards();
}

std::string M2mStage::run(const std::string& arguments) const {
  const auto r = place_.eider(arguments);
  if (r.code != 0) throw std::runtime_error("eider " + arguments + ": " + r.text);
  return r.text;
}
void M2mStage::await(const std::string& log, const std::string& text) const {
  if (!comes_true([&] { return contains(place_.read(log), text); }))
    throw std::runtime_error(log + " does not say \"" + text + "\": " + place_.read(log));
}
bool M2mStage::comes_true(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + 90s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(30ms);
  }
  return true;
}

void M2mStage::make_subscriptions() {
  const std::string header = "iccid,imsi,msisdn,k,opc,pin1,puk1\n";
  const auto series = [&](int s, int count) {
    std::string csv = header;
    for (int n = 1; n <= count; ++n) {
      const auto iccid = iccid_of(s, n);
      const auto imsi = "0010" + std::to_string(s) + padded(n, 10),
                 number = "49170" + std::to_string(s) + padded(n, 5);
      subscriptions_[iccid] = {imsi, number};
      csv += iccid + "," + imsi + "," + number + "," + padded(n, 16) + padded(s, 16) + "," + padded(s, 16) +
             padded(n, 16) + ",0000," + std::to_string(10000000 + n) + "\n";
    }
    return csv;
  };
  for (int kind = 0; kind < static_cast<int>(Kind::kCount); ++kind)
    place_.write("boot-" + std::to_string(kind) + ".csv", series(kind + 1, kCards[kind]));
  place_.write("second.csv", series(5, 2));
  place_.write("stock.csv", series(6, kStock));
  std::string known;
  for (const auto& [iccid, s] : subscriptions_) known += iccid + "," + s.imsi + "," + s.number + "\n";
  place_.write("subscriptions.csv", known);
  write_network();
}

// A subscriber's line is there or not: what a device asks the network next is answered by it.
void M2mStage::write_network() const {
  std::string text;
  for (const auto& [iccid, s] : subscriptions_)
    if (s.known) text += s.imsi + "," + s.number + "\n";
  place_.write("network.new", text);
  std::filesystem::rename(place_ / "network.new", place_ / "network.csv");
}
void M2mStage::lose(const std::string& iccid) {
  subscriptions_.at(iccid).known = false;
  write_network();
}
void M2mStage::regain(const std::string& iccid) {
  subscriptions_.at(iccid).known = true;
  write_network();
}

void M2mStage::make_cards() {
  run("profile create -o template.der --spn Eider --iccid '894900000000000000?' --imsi 001010000000000 "
      "--msisdn +49170000000");
  run("profile personalise template.der --csv second.csv -o second");
  const auto& test = subscriptions_.at(iccid_of(5, 2));
  run("profile create -o test.der --iccid " + iccid_of(5, 2) + " --imsi " + test.imsi +
      " --k 000102030405060708090a0b0c0d0e0f --opc 000102030405060708090a0b0c0d0e0f");
  const auto second = "second/" + iccid_of(5, 1) + ".der";
  const auto addressing = bj::parse(run("smsr addressing --data smsr --json"));
  const std::string https(addressing.as_object().at("https").as_string());
  const std::string number = " --smsr-number 12345";
  const std::string more[] = {number, number + " --bootstrap " + second + " --emergency " + second,
                              number + " --bootstrap test.der --test-profile test.der",
                              " --smsr-https " + https};
  const std::string seconds[] = {"", iccid_of(5, 1), iccid_of(5, 2), ""};
  std::filesystem::create_directory(place_ / "cards");
  int serial = 1;
  for (int kind = 0; kind < static_cast<int>(Kind::kCount); ++kind) {
    const auto k = std::to_string(kind);
    run("profile personalise template.der --csv boot-" + k + ".csv -o boot-" + k);
    for (int n = 1; n <= kCards[kind]; ++n) {
      const auto boot = iccid_of(kind + 1, n);
      const auto package = "boot-" + k + "/" + boot + ".der";
      const auto device = padded(serial, 2), name = "cards/" + device;
      run("eum make --pki pki --out " + name + ".eider --serial " + std::to_string(serial++) +
          " --m2m --quiet --bootstrap " + package + more[kind]);
      const auto eis = bj::parse(place_.read(name + ".eis.json"));
      const auto& eid = eis.as_object().at("eid").as_string();
      cards_[kind].push_back({device, std::string(eid), boot, seconds[kind]});
    }
  }
}

void M2mStage::make_smsrs() {
  place_.write("smsc.secret", "secret1");
  place_.write("transport.key", "000102030405060708090a0b0c0d0e0f");
  make_smsr("smsr", "--functions " + at(functions_port_) + " --sessions " + at(sessions_port_) +
                        " --address 12345 --party eum=2.999.5,transport.key --party smsr=" + kSmsr2 +
                        url_of("smsr2.example.com", functions2_port_, "/"));
  make_smsr("smsr2",
            "--as smsrtls-p256-2 --card-certificate certsr-p256-2 --host smsr2.example.com --functions " +
                at(functions2_port_) + " --sessions " + at(sessions2_port_) +
                " --system-id smsr2 --address 12346 --party eum=2.999.5 --party smsr=" + kSmsr +
                url_of("smsr.example.com", functions_port_, "/"));
}
void M2mStage::make_smsr(const std::string& name, const std::string& arguments) {
  run("smsr init --data " + name + " --pki pki " + arguments + " --metrics " + at(metrics_.at(name)) +
      " --smsc " + at(smsc_port_) + " --party mno=" + kMno + url_of("mno.example.com", mno_port_, "/") +
      " --party m2m-sp=" + kSp + url_of("m2msp.example.com", sp_port_, "/") + " --party smdp=" + kSmdp +
      url_of("smdp.example.com", smdp_port_, "/es3") + resolve_);
  // A card that missed its trigger is asked again soon.
  auto settings = place_.read(name + "/smsr.toml");
  for (const std::string limit : {"sms_seconds = 60", "trigger_seconds = 120"})
    settings.replace(settings.find(limit), limit.size(), limit.substr(0, limit.find('=')) + "= 5");
  place_.write(name + "/smsr.toml", settings);
}

void M2mStage::make_stock() {
  run(std::string(
          "smdpp init --data smdpp --pki pki --address smdpp.example.com --operator mno --operator-oid ") +
      kMno);
  run("smdpp import --data smdpp --operator mno --template usim --package template.der");
  place_.write("metadata.json", R"({"serviceProviderName": "Eider Mobile", "profileName": "Fleet"})");
  run("smdpp import --data smdpp --type mno-default --metadata metadata.json --template usim --csv "
      "stock.csv");
  run("smdp init --data smdp --pki pki --listen " + at(smdp_port_) + " --metrics " + at(metrics_.at("smdp")) +
      " --inventory smdpp --operator " + kMno + url_of("mno.example.com", mno_port_, "/") + " --smsr " +
      kSmsr + url_of("smsr.example.com", functions_port_, "/") + " --smsr " + kSmsr2 +
      url_of("smsr2.example.com", functions2_port_, "/") + resolve_);
}

void M2mStage::start_servers() {
  const auto start = [&](const std::string& log, const std::string& arguments) {
    servers_.push_back(std::make_unique<Running>(place_, log, "\"$EIDER\" " + arguments));
  };
  start("smsc.log",
        "smsc serve --esme smsr=@smsc.secret --esme smsr2=@smsc.secret --esme mno=@smsc.secret --route "
        "12345=smsr "
        "--route 12346=smsr2 --route 777=mno "
        "--smpp " +
            at(smsc_port_) + " --devices " + at(device_port_));
  start("smsr.log", "smsr serve --data smsr");
  start("smsr2.log", "smsr serve --data smsr2");
  start("smdp.log", "smdp serve --data smdp");
  start("mno.log", "operator --pki pki --json listen --at " + at(mno_port_));
  start("sp.log", "operator --pki pki --as m2msptls-p256 --json listen --at " + at(sp_port_));
  await("smsr.log", "functions port");
  await("smsr2.log", "functions port");
  await("smdp.log", "ES3 port");
  await("mno.log", "takes notifications");
  await("sp.log", "takes notifications");
}

void M2mStage::register_cards() {
  run("eum register --pki pki" + resolve_ + " --smsr " + smsr_ + " --mno " + kMno +
      " --transport-key transport.key --subscriptions subscriptions.csv cards/*.eis.json");
  devices_ =
      std::make_unique<Running>(place_, "devices.log",
                                "\"$EIDER\" device fleet --network network.csv --smsc " + at(device_port_) +
                                    " --patience 3 --commands --quiet cards/*.eider");
  await("devices.log", "registered");
}

M2mStage::Card M2mStage::take(Kind kind) {
  const auto k = static_cast<std::size_t>(kind);
  if (taken_[k] == cards_[k].size())
    throw std::runtime_error("no card of this kind is left: make more in stage.cpp");
  return cards_[k][taken_[k]++];
}

Answer M2mStage::call(const std::string& arguments) const {
  const auto r = place_.eider("operator --pki pki --json" + resolve_ + " " + arguments);
  Answer out{r.code, r.text, {}};
  for (const auto& o : objects_in(r.text))
    if (const auto* body = o.if_contains("body")) out.body = body->as_object();
  return out;
}
Answer M2mStage::mno(const std::string& arguments) const {
  return call(arguments);
}
Answer M2mStage::sp(const std::string& arguments) const {
  return call("--as m2msptls-p256 " + arguments);
}
std::string M2mStage::download(const Card& card, const std::string& options) {
  const auto answer = es2("download " + card.eid + " --type mno-default " + options);
  EXPECT_EQ(answer.status(), "EXECUTED_SUCCESS") << answer.text;
  const auto* iccid = answer.body.if_contains("Iccid");
  return iccid ? std::string(iccid->as_string()) : "";
}

Outcome M2mStage::ota(const std::string& arguments, const std::string& iccid) const {
  return place_.eider("ota " + arguments + " --package template.der --smpp " + at(smsc_port_) +
                      " --esme mno=@smsc.secret --sender 777 --to " + number(iccid) +
                      " --counters counters --counter-name " + iccid);
}

bj::object M2mStage::registry(const std::string& eid, const std::string& smsr) const {
  const auto shown = objects_in(place_.eider("smsr show --json --data " + smsr + " " + eid).text);
  return shown.empty() ? bj::object{} : shown.front();
}
bj::object M2mStage::profile(const std::string& eid, const std::string& iccid) const {
  const auto all = registry(eid);
  if (const auto* profiles = all.if_contains("profiles"))
    for (const auto& p : profiles->as_array())
      if (p.as_object().at("iccid").as_string() == iccid) return p.as_object();
  return {};
}
std::string M2mStage::state(const std::string& eid, const std::string& iccid) const {
  const auto found = profile(eid, iccid);
  return found.empty() ? "none" : std::string(found.at("state").as_string());
}
std::string M2mStage::audited(const std::string& eid, const std::string& iccid) const {
  const auto answer = es4("audit " + eid);
  const auto* eis = answer.body.if_contains("Eis");
  if (!eis) return answer.status();
  const auto* found = find_profile(eis->as_object(), iccid);
  return found ? std::string(found->at("State").as_string()) : "none";
}
std::string M2mStage::ask(const std::string& role, const std::string& path) const {
  return place_
      .sh("python3 -c \"import http.client; c = http.client.HTTPConnection('127.0.0.1', " +
          std::to_string(metrics_.at(role)) + "); c.request('GET', '" + path +
          "'); r = c.getresponse(); print(r.status, r.read().decode())\"")
      .text;
}
double M2mStage::metric(const std::string& role, const std::string& series) const {
  const auto text = ask(role, "/metrics");
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}
bool M2mStage::becomes(const std::string& eid, const std::string& iccid, const std::string& expected) const {
  return comes_true([&] { return state(eid, iccid) == expected; });
}
std::vector<bj::object> M2mStage::heard(const std::string& by, const std::string& name,
                                        const std::string& about) const {
  std::vector<bj::object> out;
  for (auto& o : objects_in(place_.read(by + ".log"))) {
    const auto* message = o.if_contains("message");
    if (message && message->as_string() == name && contains(bj::serialize(o), about))
      out.push_back(std::move(o));
  }
  return out;
}

}  // namespace eider::test
