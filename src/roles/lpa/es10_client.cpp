#include "roles/lpa/es10_client.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "device/terminal.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::lpa {
namespace {
constexpr std::uint8_t kManageChannel = 0x70, kSelect = 0xA4, kGetResponse = 0xC0, kStoreData = 0xE2,
                       kTerminalProfile = 0x10, kTerminalCapability = 0xAA;
constexpr int kMaxProactiveCommands = 16;
constexpr int kMaxRestarts = 3;  // of a card in a modem, until that lets us at it again

bool is_success(std::uint16_t sw) {
  return sw == 0x9000 || sw >> 8 == 0x91;
}
DecodeFault too_much(std::string what) {
  return {"ResponseApdu", 0, std::move(what)};
}

// The E0 template follows the GlobalPlatform objects of the FCI, or stands in front of them.
void read_fci(ByteView data, IsdRInformation& out) {
  const auto fci = read_tlv(data, false);
  if (!fci || fci->tag != 0x6F) return;
  const auto found = find_tlv(fci->value, 0xE0);
  if (!found) return;
  const auto isd_r = der::decode<sgp22::ISDRProprietaryApplicationTemplate>(found->whole, der::Rules::ber());
  if (!isd_r) return;
  out.svn = isd_r->svn;
  out.lpae = isd_r->lpaeSupport && !isd_r->lpaeSupport->none();
}
}  // namespace

std::vector<Bytes> known_isd_r_aids() {
  return aids_of(known_quirks());
}

namespace {
// A terminal for nothing but REFRESH: the resets are the client's, since its channel goes with them.
std::unique_ptr<device::Terminal> refresh_terminal(CardPort& card) {
  static const SystemClock clock;
  device::TerminalConfig config;
  config.capabilities = device::Capabilities::none();
  config.capabilities.refresh = true;
  config.terminal_capability.reset();
  config.max_commands = kMaxProactiveCommands;
  config.resets_by_itself = false;
  return std::make_unique<device::Terminal>(card, clock, std::move(config));
}
}  // namespace

Es10Client::Es10Client(CardPort& card, Es10Options options)
    : card_(card),
      options_(std::move(options)),
      own_terminal_(options_.terminal ? nullptr : refresh_terminal(card)),
      terminal_(options_.terminal ? *options_.terminal : *own_terminal_) {
  options_.block_size = std::clamp<std::size_t>(options_.block_size, 1, 255);
}

Es10Client::~Es10Client() {
  close();
}

Result<ResponseApdu> Es10Client::transmit(const CommandApdu& command) {
  EIDER_TRY(answer, card_.transmit(command.encode()));
  return parse_response(answer);
}

Result<ResponseApdu> Es10Client::exchange(const CommandApdu& command) {
  CommandApdu next = command;
  Bytes data;
  int corrected = 0;
  for (int i = 0; i <= options_.max_get_responses; ++i) {
    EIDER_TRY(r, transmit(next));
    const auto sw1 = r.sw >> 8;
    const std::uint32_t sw2 = r.sw & 0xFF;
    if (sw1 == 0x6C) {
      if (++corrected > 2) return fail(too_much("the card corrects Le without end (6Cxx)"));
      next.le = sw2 ? sw2 : 256;
      continue;
    }
    corrected = 0;
    append(data, r.data);
    if (data.size() > options_.max_response)
      return fail(too_much("the answer is longer than " + std::to_string(options_.max_response) + " octets"));
    if (sw1 != 0x61) {
      if (sw1 == 0x91) proactive_sw_ = r.sw;
      return ResponseApdu{std::move(data), r.sw};
    }
    const int channel = channel_of(command.cla).value_or(0);
    next = CommandApdu{class_for_channel(channel, false), kGetResponse, 0, 0, {}, sw2 ? sw2 : 256};
  }
  return fail(too_much("the answer did not end after " + std::to_string(options_.max_get_responses) +
                       " GET RESPONSE (61xx)"));
}

// Answers are ignored: a card that does not know these commands works without them.
Status Es10Client::present_terminal() {
  if (options_.modem) return {};
  if (options_.terminal_profile && own_terminal_)
    EIDER_CHECK(
        exchange(CommandApdu{0x80, kTerminalProfile, 0, 0, terminal_.profile().octets(), std::nullopt}));
  // LUId, LPDd and LDSd are in the device.
  if (options_.terminal_capability)
    EIDER_CHECK(exchange(
        CommandApdu{0x80, kTerminalCapability, 0, 0, device::TerminalCapability().encode(), std::nullopt}));
  return {};
}

Result<int> Es10Client::open_channel() {
  const CommandApdu open{0x00, kManageChannel, 0x00, 0x00, {}, 1};
  EIDER_TRY(r, exchange(open));
  if (!is_success(r.sw)) {
    EIDER_CHECK(close_leaked());
    EIDER_TRY(again, exchange(open));
    r = again;
  }
  if (!is_success(r.sw)) return fail(StatusWord{r.sw});
  if (r.data.size() != 1 || r.data[0] == 0 || r.data[0] > 19)
    return fail(DecodeFault{"ManageChannel", 0, "the card did not name a logical channel from 1 to 19"});
  return r.data[0];
}

// No channel left: an LPA that crashed leaves its own open.
Status Es10Client::close_leaked() {
  for (std::uint8_t leaked = 1; leaked <= 3; ++leaked)
    EIDER_CHECK(exchange(CommandApdu{0x00, kManageChannel, 0x80, leaked, {}, std::nullopt}));
  return {};
}

Status Es10Client::select_isd_r() {
  std::uint16_t last = 0x6A82;
  std::optional<Fault> modem_says;
  for (const auto& aid : options_.isd_r_aids) {
    auto r = exchange(CommandApdu{class_for_channel(channel_, false), kSelect, 0x04, 0x00, aid, 256});
    if (!r) {
      // A modem that opens channels itself does not say whether the card has no such AID.
      if (!options_.modem || !r.error().as<LocalFault>()) return fail(std::move(r).error());
      if (!modem_says) modem_says = r.error();
      continue;
    }
    if (is_success(r->sw)) {
      isd_r_ = IsdRInformation{aid, {}, false};
      read_fci(r->data, isd_r_);
      const auto* quirk = find_quirk(options_.quirks, aid);
      if (quirk && quirk->block_size)
        options_.block_size = std::clamp<std::size_t>(*quirk->block_size, 1, options_.block_size);
      return {};
    }
    last = r->sw;
  }
  if (modem_says) return fail(*std::move(modem_says));
  if (last != 0x6A82) return fail(StatusWord{last});
  return fail_local("the card has no ISD-R under any known AID",
                    "Is it an eUICC? Cards with an AID of their own need it named.");
}

Status Es10Client::open() {
  auto opened = open_once();
  if (opened || !options_.modem || !opened.error().as<LocalFault>()) return opened;
  EIDER_CHECK(close_leaked());
  return open_once();
}

Status Es10Client::open_once() {
  close();
  EIDER_CHECK(present_terminal());
  EIDER_TRY(channel, open_channel());
  channel_ = channel;
  if (auto selected = select_isd_r(); !selected) {
    close();
    return selected;
  }
  return {};
}

void Es10Client::close() {
  if (channel_ == 0) return;
  const auto channel = static_cast<std::uint8_t>(channel_);
  channel_ = 0;
  (void)transmit(CommandApdu{0x00, kManageChannel, 0x80, channel, {}, std::nullopt});
}

Result<Bytes> Es10Client::store_data(ByteView object) {
  if (!is_open())
    return fail_local("the session with the card is not open", "Open it before calling an ES10 function.");
  const auto block = options_.block_size;
  if (object.size() > 256 * block)
    return fail_local("an ES10 object of " + std::to_string(object.size()) +
                          " octets does not fit 256 blocks of " + std::to_string(block),
                      "Use a larger block size.");
  std::size_t at = 0;
  for (std::uint8_t number = 0;; ++number) {
    const auto part = object.subspan(at, std::min(block, object.size() - at));
    at += part.size();
    const bool last = at == object.size();
    EIDER_TRY(
        r, exchange(CommandApdu{class_for_channel(channel_, true), kStoreData,
                                static_cast<std::uint8_t>(last ? 0x91 : 0x11), number, to_bytes(part), 256}));
    if (!is_success(r.sw)) return fail(StatusWord{r.sw});
    if (last) return std::move(r.data);
  }
}

Result<bool> Es10Client::settle() {
  if (options_.modem) {
    // The modem has fetched what waited. Whether it has reset the card it does not say: the session begins
    // anew.
    proactive_sw_.reset();
    if (open()) return false;
    EIDER_CHECK(restart());
    return true;
  }
  if (!proactive_sw_) return false;
  EIDER_TRY(end, terminal_.session(*std::exchange(proactive_sw_, std::nullopt)));
  if (!end.refresh) return false;
  if (!end.reset_done) {
    EIDER_CHECK(restart());
    return true;
  }
  channel_ = 0;
  EIDER_CHECK(open());
  return true;
}

Status Es10Client::restart() {
  if (options_.modem) {
    close();
    proactive_sw_.reset();
    for (int i = 1;; ++i) {
      EIDER_CHECK(card_.reset());
      auto again = open();
      if (again || i == kMaxRestarts) return again;
    }
  }
  channel_ = 0;
  proactive_sw_.reset();
  if (own_terminal_) {
    EIDER_CHECK(card_.reset());
  } else {
    EIDER_CHECK(terminal_.power_on());
  }
  return open();
}

}  // namespace eider::lpa
