#include "net/mbim_card.hpp"

#include <libmbim-glib.h>

#include "codec/apdu.hpp"
#include "device/channel_card.hpp"
#include "net/detail/glib_loop.hpp"

namespace eider::net {
namespace {
using detail::GlibError;
using detail::GlibLoop;
using detail::GObjectPtr;

struct MessageFree {
  void operator()(MbimMessage* m) const { mbim_message_unref(m); }
};
using MessagePtr = std::unique_ptr<MbimMessage, MessageFree>;

constexpr guint32 kChannelGroup = 1;
constexpr int kMaxSlot = 8;

guint seconds(Duration d) {
  return static_cast<guint>(std::max<std::int64_t>(1, d.count() / 1000));
}
// The field holds SW1 in its first octet.
std::uint16_t status_word_of(guint32 status) {
  return static_cast<std::uint16_t>((status & 0xFF) << 8 | (status >> 8 & 0xFF));
}
Bytes with_status(ByteView data, std::uint16_t sw) {
  return concat({data, Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)}});
}

class MbimChannels final : public device::ModemChannels {
 public:
  explicit MbimChannels(MbimCardConfig config) : config_(std::move(config)) {}
  ~MbimChannels() override {
    if (!device_) return;
    if (opened_) {
      const auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
        mbim_device_close(device_.get(), seconds(config_.open_timeout), nullptr, callback, data);
      });
      (void)mbim_device_close_finish(device_.get(), result.get(), GlibError().out());
    }
    device_.reset();
    loop_.settle();
  }
  MbimChannels(const MbimChannels&) = delete;
  MbimChannels& operator=(const MbimChannels&) = delete;

  Status open() {
    const GObjectPtr<GFile> file(g_file_new_for_path(config_.device.c_str()));
    GlibError error;
    auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      mbim_device_new(file.get(), nullptr, callback, data);
    });
    device_.reset(mbim_device_new_finish(result.get(), error.out()));
    if (!device_)
      return fail_local(config_.device + ": " + error.text(),
                        "Name the control device of an MBIM modem: ls /dev/cdc-wdm*");
    const auto flags = config_.proxy ? MBIM_DEVICE_OPEN_FLAGS_PROXY : MBIM_DEVICE_OPEN_FLAGS_NONE;
    result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      mbim_device_open_full(device_.get(), flags, seconds(config_.open_timeout), nullptr, callback, data);
    });
    opened_ = mbim_device_open_full_finish(device_.get(), result.get(), error.out());
    if (!opened_)
      return fail(TransportFault{false, config_.device +
                                            ": the modem does not speak MBIM, or another program has it (" +
                                            error.text() + ")"});
    return config_.slot > 0 ? use_slot() : Status();
  }

  Result<Opened> open_channel(ByteView aid) override {
    // Modems exist that take one of these only: return the FCI, return nothing.
    auto out = open_channel(aid, 0x00);
    if (!out && out.error().as<LocalFault>()) {
      auto second = open_channel(aid, 0x0C);
      if (second) return second;
    }
    return out;
  }

  Result<Bytes> transmit(const Session& session, ByteView command) override {
    return apdu(static_cast<guint32>(std::stoul(session)), command);
  }
  Result<Bytes> transmit_basic(ByteView command) override { return apdu(0, command); }

  Status close_channel(const Session& session) override {
    return close(static_cast<guint32>(std::stoul(session)), kChannelGroup);
  }
  // Channel 0 and a group: all that this group holds.
  Status close_leaked(int channel) override {
    return close(channel == 1 ? 0 : static_cast<guint32>(channel), kChannelGroup);
  }

  Result<Bytes> reset() override {
    GlibError error;
    EIDER_TRY(answer, ask(mbim_message_ms_uicc_low_level_access_reset_set_new(
                              MBIM_UICC_PASS_THROUGH_ACTION_DISABLE, error.out()),
                          "reset of the card"));
    const auto atr = ask(mbim_message_ms_uicc_low_level_access_atr_query_new(error.out()), "ATR");
    guint32 size = 0;
    const guint8* octets = nullptr;
    if (!atr ||
        !mbim_message_ms_uicc_low_level_access_atr_response_parse(atr->get(), &size, &octets, error.out()))
      return Bytes();
    return Bytes(octets, octets + size);
  }

 private:
  // Takes the request over. LocalFault: the modem refuses; TransportFault: no answer came.
  Result<MessagePtr> ask(MbimMessage* request, const char* what) {
    EIDER_TRY(answer, exchange(request, what));
    GlibError error;
    if (!mbim_message_response_get_result(answer.get(), MBIM_MESSAGE_TYPE_COMMAND_DONE, error.out()))
      return fail_local(std::string("the modem refuses (") + what + "): " + error.text(), remedy_of(error));
    return answer;
  }
  Result<MessagePtr> exchange(MbimMessage* request, const char* what) {
    const MessagePtr owned(request);
    if (!request) return fail_local(std::string("no MBIM message can be made for ") + what);
    const auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      mbim_device_command(device_.get(), request, seconds(config_.response_timeout), nullptr, callback, data);
    });
    GlibError error;
    MessagePtr answer(mbim_device_command_finish(device_.get(), result.get(), error.out()));
    if (!answer) return fail(TransportFault{true, std::string(what) + ": " + error.text()});
    return answer;
  }
  static const char* remedy_of(const GlibError& error) {
    if (error.is(MBIM_STATUS_ERROR, MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT))
      return "The modem has no low-level access to the UICC: try --at or --qmi.";
    if (error.is(MBIM_STATUS_ERROR, MBIM_STATUS_ERROR_SIM_NOT_INSERTED))
      return "Is the card in this slot? --slot N";
    return "";
  }

  Status use_slot() {
    if (config_.slot > kMaxSlot) return fail_local("there is no slot " + std::to_string(config_.slot));
    const auto wanted = static_cast<guint32>(config_.slot - 1);
    GlibError error;
    EIDER_TRY(
        answer,
        ask(mbim_message_ms_basic_connect_extensions_device_slot_mappings_query_new(error.out()), "slots"));
    guint32 count = 0;
    MbimSlotArray* map = nullptr;
    if (!mbim_message_ms_basic_connect_extensions_device_slot_mappings_response_parse(answer.get(), &count,
                                                                                      &map, error.out()))
      return fail(TransportFault{true, "slots: " + error.text()});
    const bool there = count > 0 && map[0]->slot == wanted;
    mbim_slot_array_free(map);
    if (there) return {};
    MbimSlot slot{wanted};
    const MbimSlot* const slots[] = {&slot, nullptr};
    EIDER_CHECK(
        ask(mbim_message_ms_basic_connect_extensions_device_slot_mappings_set_new(1, slots, error.out()),
            "change of the slot"));
    return {};
  }

  Result<Opened> open_channel(ByteView aid, guint32 p2) {
    GlibError error;
    EIDER_TRY(answer,
              exchange(mbim_message_ms_uicc_low_level_access_open_channel_set_new(
                           static_cast<guint32>(aid.size()), aid.data(), p2, kChannelGroup, error.out()),
                       "opening a channel"));
    guint32 status = 0, channel = 0, size = 0;
    const guint8* response = nullptr;
    const bool good =
        mbim_message_response_get_result(answer.get(), MBIM_MESSAGE_TYPE_COMMAND_DONE, error.out());
    GlibError unread;
    const bool told = mbim_message_get_message_type(answer.get()) == MBIM_MESSAGE_TYPE_COMMAND_DONE &&
                      mbim_message_ms_uicc_low_level_access_open_channel_response_parse(
                          answer.get(), &status, &channel, &size, &response, unread.out());
    const auto sw = status_word_of(status);
    if (!good) {
      if (told && (sw == 0x6A82 || sw == 0x6A81)) return fail(StatusWord{sw});
      return fail_local("the modem opens no channel to " + to_hex(aid) + ": " + error.text(),
                        remedy_of(error));
    }
    if (!told) return fail(TransportFault{true, "opening a channel: " + unread.text()});
    if (channel == 0 || channel > 19) return fail(TransportFault{true, "the modem named no logical channel"});
    return Opened{std::to_string(channel), with_status({response, size}, sw)};
  }

  Result<Bytes> apdu(guint32 channel, ByteView command) {
    Bytes octets = to_bytes(command);
    // Written here too: not every modem does it.
    if (channel >= 1 && channel <= 3) octets[0] = static_cast<std::uint8_t>((octets[0] & 0xFC) | channel);
    GlibError error;
    auto asked = ask(mbim_message_ms_uicc_low_level_access_apdu_set_new(
                         channel, MBIM_UICC_SECURE_MESSAGING_NONE, MBIM_UICC_CLASS_BYTE_TYPE_EXTENDED,
                         static_cast<guint32>(octets.size()), octets.data(), error.out()),
                     "APDU");
    if (!asked && channel != 0 && asked.error().as<LocalFault>())
      return fail(TransportFault{true, asked.error().message()});
    EIDER_TRY(answer, std::move(asked));
    guint32 status = 0, size = 0;
    const guint8* response = nullptr;
    if (!mbim_message_ms_uicc_low_level_access_apdu_response_parse(answer.get(), &status, &size, &response,
                                                                   error.out()))
      return fail(TransportFault{true, "APDU: " + error.text()});
    return with_status({response, size}, status_word_of(status));
  }

  Status close(guint32 channel, guint32 group) {
    GlibError error;
    EIDER_CHECK(ask(mbim_message_ms_uicc_low_level_access_close_channel_set_new(channel, group, error.out()),
                    "closing a channel"));
    return {};
  }

  MbimCardConfig config_;
  GlibLoop loop_;
  GObjectPtr<MbimDevice> device_;
  bool opened_ = false;
};
}  // namespace

Result<std::unique_ptr<MbimCard>> MbimCard::open(MbimCardConfig config) {
  detail::quieten_glib("Mbim");
  auto channels = std::make_unique<MbimChannels>(std::move(config));
  EIDER_CHECK(channels->open());
  return std::unique_ptr<MbimCard>(new MbimCard(std::make_unique<device::ChannelCard>(std::move(channels))));
}

MbimCard::MbimCard(std::unique_ptr<CardPort> card) : card_(std::move(card)) {}
MbimCard::~MbimCard() = default;
Result<Bytes> MbimCard::reset() {
  return card_->reset();
}
Result<Bytes> MbimCard::transmit(ByteView command) {
  return card_->transmit(command);
}

}  // namespace eider::net
