#include "device/at_channels.hpp"

#include "base/log.hpp"
#include "codec/apdu.hpp"

namespace eider::device {
namespace {

constexpr int kSimBusy = 14;  // TS 27.007 section 9.2.1
constexpr Duration kBusyWait{200};
constexpr std::size_t kMaxApdu = 65544;

// What modem and card share, however commands go.
class Modem final {
 public:
  Modem(AtLine& line, const AtOptions& options) : line_(line), options_(options) {}

  const AtOptions& options() const { return options_; }
  void set_farewell(const std::string& command) { line_.set_farewell(command); }
  Result<at::Reply> ask(const std::string& command) {
    return line_.exchange(command, options_.short_timeout);
  }
  bool takes(const std::string& command) {
    const auto reply = ask(command);
    return reply && reply->ok();
  }

  // A command to the card. A busy SIM is asked again, a little later each time.
  Result<at::Reply> carry(const std::string& command) {
    for (int i = 0;; ++i) {
      EIDER_TRY(reply, line_.exchange(command, options_.response_timeout));
      if (reply.cme() != kSimBusy || i >= options_.busy_retries) return reply;
      line_.wait(kBusyWait * (i + 1));
    }
  }

  Result<Bytes> csim(ByteView apdu) {
    if (apdu.size() > kMaxApdu) return fail_local("a command APDU has 4 to 65544 octets");
    EIDER_TRY(reply, carry(at::write_csim(apdu)));
    if (!reply.ok()) return not_carried("AT+CSIM", reply);
    return answer(at::read_csim(reply));
  }

  // The card may have seen the command: the modem does not say.
  static tl::unexpected<Fault> not_carried(const char* command, const at::Reply& reply) {
    return fail(
        TransportFault{true, std::string("the modem answers ") + command + " with " + reply.error_text()});
  }
  static Result<Bytes> answer(Result<Bytes> read) {
    if (!read) return fail(TransportFault{true, read.error().message()});
    return read;
  }

  // Off and on with the radio (section 8.2): no command resets the card alone. Then until the modem has a
  // card that is ready; codes that only a person can change end it.
  Result<Bytes> reset() {
    constexpr Duration kStep{500};
    std::string last = "nothing";
    for (const char* command : {"AT+CFUN=0", "AT+CFUN=1"}) {
      EIDER_TRY(reply, line_.exchange(command, options_.ready_timeout));
      if (!reply.ok()) log::info("modem", std::string(command) + ": " + reply.error_text());
    }
    line_.wait(options_.settle_time);
    for (Duration waited{0}; waited <= options_.ready_timeout; waited += kStep) {
      const auto reply = line_.exchange("AT+CPIN?", options_.short_timeout);
      if (reply && reply->ok()) return Bytes();
      if (reply) {
        const auto code = reply->cme().value_or(kSimBusy);
        // Its PIN does not keep the ISD-R from anybody, and a modem need not have the command.
        if (code == 3 || code == 4 || (code >= 11 && code <= 12)) return Bytes();
        last = reply->error_text();
      } else {
        last = reply.error().message();
      }
      line_.wait(kStep);
    }
    return fail(TransportFault{false, "the modem has no card that is ready: AT+CPIN? gives " + last});
  }

 private:
  AtLine& line_;
  AtOptions options_;
};

class AtChannels final : public ModemChannels {
 public:
  AtChannels(Modem modem, bool csim) : modem_(std::move(modem)), csim_(csim) {}

  Result<Opened> open_channel(ByteView aid) override {
    EIDER_TRY(reply, modem_.carry(at::write_ccho(aid)));
    if (!reply.ok())
      return fail_local(
          "the modem opens no channel to " + to_hex(aid) + ": " + reply.error_text(),
          "Is the card an eUICC, and its ISD-R's AID among those tried (--isd-r-aid)? Another program, as "
          "ModemManager is, may hold the channels: end it. Some modems carry APDUs by --at-way csim only.");
    auto session = at::read_ccho(reply);
    if (!session) return fail(TransportFault{true, session.error().message()});
    modem_.set_farewell(at::write_cchc(*session));
    return Opened{*std::move(session), {}};
  }

  Result<Bytes> transmit(const Session& session, ByteView command) override {
    Bytes apdu = to_bytes(command);
    if (modem_.options().class_names_channel && session.size() == 1)
      apdu[0] |= static_cast<std::uint8_t>(session[0] & 0x03);
    EIDER_TRY(reply, modem_.carry(at::write_cgla(session, apdu)));
    if (!reply.ok()) return Modem::not_carried("AT+CGLA", reply);
    return Modem::answer(at::read_cgla(reply));
  }

  Status close_channel(const Session& session) override { return close(session); }
  Status close_leaked(int channel) override { return close(std::to_string(channel)); }

  Result<Bytes> transmit_basic(ByteView command) override {
    if (csim_) return modem_.csim(command);
    return fail_local("this modem carries commands on logical channels only (it has no AT+CSIM)",
                      "Files of the card are out of reach here; `eider lpa` needs none of them.");
  }
  Result<Bytes> reset() override { return modem_.reset(); }

 private:
  Status close(const std::string& session) {
    modem_.set_farewell({});
    EIDER_TRY(reply, modem_.ask(at::write_cchc(session)));
    if (!reply.ok()) return fail_local("the modem answers AT+CCHC with " + reply.error_text());
    return {};
  }
  Modem modem_;
  bool csim_;
};

class CsimCard final : public CardPort {
 public:
  explicit CsimCard(Modem modem) : modem_(std::move(modem)) {}
  Result<Bytes> reset() override { return modem_.reset(); }
  Result<Bytes> transmit(ByteView command) override {
    if (command.size() < 4) return fail_local("a command APDU has 4 to 65544 octets");
    auto answer = modem_.csim(command);
    if (command[0] == 0x00 && command[1] == 0x70 && answer) remember_channel(command[2], *answer);
    return answer;
  }

 private:
  // MANAGE CHANNEL: what it opened is closed when the program is ended.
  void remember_channel(std::uint8_t p1, ByteView answer) {
    const bool opened = p1 == 0x00 && answer.size() == 3 && answer[1] == 0x90;
    modem_.set_farewell(opened ? at::write_csim(Bytes{0x00, 0x70, 0x80, answer[0]}) : std::string());
  }
  Modem modem_;
};
}  // namespace

Result<std::unique_ptr<CardPort>> open_at_card(AtLine& line, AtOptions options) {
  Modem modem(line, options);
  // What an earlier program left half written ends here, and its echo with it.
  auto first = modem.ask("ATE0");
  if (!first) first = modem.ask("ATE0");
  if (!first) return fail(std::move(first).error());
  if (!modem.takes("ATV1")) log::info("modem", "ATV1 was refused");
  if (!modem.takes("AT+CMEE=1")) log::info("modem", "AT+CMEE=1 was refused: errors have no numbers");
  const bool channels = options.way != AtWay::kCsim && modem.takes("AT+CCHO=?");
  const bool csim = modem.takes("AT+CSIM=?");
  // Modems exist that have the commands and refuse their tests.
  if (options.way == AtWay::kCsim || (options.way == AtWay::kAutomatic && !channels && csim))
    return std::unique_ptr<CardPort>(std::make_unique<CsimCard>(modem));
  return std::unique_ptr<CardPort>(std::make_unique<ChannelCard>(std::make_unique<AtChannels>(modem, csim)));
}

}  // namespace eider::device
