#include "net/qmi_card.hpp"

#include <libqmi-glib.h>
#include <thread>

#include "channel/qmi.hpp"
#include "device/channel_card.hpp"
#include "net/detail/glib_loop.hpp"

namespace eider::net {
namespace {
using detail::GlibError;
using detail::GlibLoop;
using detail::GObjectPtr;

struct QmiMessageFree {
  void operator()(QmiMessage* m) const { qmi_message_unref(m); }
};
using QmiMessagePtr = std::unique_ptr<QmiMessage, QmiMessageFree>;

constexpr int kHighestSlot = 5;
constexpr int kPowerTries = 20;
constexpr Duration kPowerStep{500};

guint qmi_seconds(Duration d) {
  return static_cast<guint>(std::max<std::int64_t>(1, d.count() / 1000));
}
Bytes counted(std::size_t width, ByteView octets) {
  Bytes out{static_cast<std::uint8_t>(octets.size())};
  if (width == 2) out.push_back(static_cast<std::uint8_t>(octets.size() >> 8));
  append(out, octets);
  return out;
}

class QmiChannels final : public device::ModemChannels {
 public:
  explicit QmiChannels(QmiCardConfig config) : config_(std::move(config)) {}
  ~QmiChannels() override {
    if (client_) {
      const auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
        qmi_device_release_client(device_.get(), client_.get(), QMI_DEVICE_RELEASE_CLIENT_FLAGS_RELEASE_CID,
                                  qmi_seconds(config_.open_timeout), nullptr, callback, data);
      });
      (void)qmi_device_release_client_finish(device_.get(), result.get(), GlibError().out());
    }
    client_.reset();
    if (opened_) {
      const auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
        qmi_device_close_async(device_.get(), qmi_seconds(config_.open_timeout), nullptr, callback, data);
      });
      (void)qmi_device_close_finish(device_.get(), result.get(), GlibError().out());
    }
    device_.reset();
    loop_.settle();
  }
  QmiChannels(const QmiChannels&) = delete;
  QmiChannels& operator=(const QmiChannels&) = delete;

  Status open() {
    if (config_.slot < 1 || config_.slot > kHighestSlot)
      return fail_local("a modem that speaks QMI has slots from 1 to 5");
    const GObjectPtr<GFile> file(g_file_new_for_path(config_.device.c_str()));
    GlibError error;
    auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      qmi_device_new(file.get(), nullptr, callback, data);
    });
    device_.reset(qmi_device_new_finish(result.get(), error.out()));
    if (!device_)
      return fail_local(config_.device + ": " + error.text(),
                        "Name the control device of a QMI modem: ls /dev/cdc-wdm*");
    // The kernel tells of its own devices whether QMI goes as it is or in MBIM; of others it knows nothing.
    const bool told = config_.device.find("cdc-wdm") != std::string::npos ||
                      config_.device.find("wwan") != std::string::npos;
    int flags = told ? QMI_DEVICE_OPEN_FLAGS_AUTO : QMI_DEVICE_OPEN_FLAGS_NONE;
    if (config_.proxy) flags |= QMI_DEVICE_OPEN_FLAGS_PROXY;
    result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      qmi_device_open(device_.get(), static_cast<QmiDeviceOpenFlags>(flags),
                      qmi_seconds(config_.open_timeout), nullptr, callback, data);
    });
    opened_ = qmi_device_open_finish(device_.get(), result.get(), error.out());
    if (!opened_)
      return fail(TransportFault{false, config_.device +
                                            ": the modem does not speak QMI, or another program has it (" +
                                            error.text() + ")"});
    result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      qmi_device_allocate_client(device_.get(), QMI_SERVICE_UIM, QMI_CID_NONE,
                                 qmi_seconds(config_.open_timeout), nullptr, callback, data);
    });
    client_.reset(qmi_device_allocate_client_finish(device_.get(), result.get(), error.out()));
    if (!client_)
      return fail(
          TransportFault{false, config_.device + ": the modem gives no access to its card: " + error.text()});
    return {};
  }

  Result<Opened> open_channel(ByteView aid) override {
    EIDER_TRY(answer,
              exchange(qmi::Uim::kOpenLogicalChannel, {{0x10, counted(1, aid)}}, "opening a channel"));
    GlibError error;
    const auto result = octets_of(answer.get(), 0x11);
    const auto sw =
        result && result->size() == 2 ? static_cast<std::uint16_t>((*result)[0] << 8 | (*result)[1]) : 0;
    if (!succeeded(answer.get(), error)) {
      if (sw == 0x6A82 || sw == 0x6A81) return fail(StatusWord{static_cast<std::uint16_t>(sw)});
      return refused("opening a channel to " + to_hex(aid), error);
    }
    const auto channel = octets_of(answer.get(), 0x10);
    if (!channel || channel->size() != 1 || (*channel)[0] == 0 || (*channel)[0] > 19)
      return fail(TransportFault{true, "the modem named no logical channel"});
    Bytes response;
    if (const auto select = octets_of(answer.get(), 0x12);
        select && !select->empty() && (*select)[0] == select->size() - 1)
      response.assign(select->begin() + 1, select->end());
    if (sw != 0) append(response, *result);
    return Opened{std::to_string((*channel)[0]), sw != 0 ? std::move(response) : Bytes()};
  }

  Result<Bytes> transmit(const Session& session, ByteView command) override {
    return apdu(static_cast<std::uint8_t>(std::stoul(session)), command);
  }
  Result<Bytes> transmit_basic(ByteView command) override { return apdu(0, command); }
  Status close_channel(const Session& session) override {
    return close(static_cast<std::uint8_t>(std::stoul(session)));
  }
  Status close_leaked(int channel) override { return close(static_cast<std::uint8_t>(channel)); }

  Result<Bytes> reset() override {
    EIDER_CHECK(ask(qmi::Uim::kPowerOff, {}, "power off"));
    EIDER_CHECK(ask(qmi::Uim::kPowerOn, {}, "power on"));
    // Until the card is there again.
    for (int i = 0; i < kPowerTries; ++i) {
      const auto atr = ask(qmi::Uim::kGetAtr, {}, "ATR");
      const auto octets = atr ? octets_of(atr->get(), 0x10) : std::nullopt;
      if (octets && octets->size() > 1) return Bytes(octets->begin() + 1, octets->end());
      if (!atr && !atr.error().as<LocalFault>()) return fail(atr.error());
      std::this_thread::sleep_for(i == 0 ? Duration{0} : kPowerStep);
      if (!atr && i > 3) return Bytes();  // it does not know this message
    }
    return Bytes();
  }

 private:
  using Tlvs = std::vector<std::pair<std::uint8_t, Bytes>>;

  Result<QmiMessagePtr> exchange(qmi::Uim id, const Tlvs& tlvs, const char* what) {
    const QmiMessagePtr request(qmi_message_new(QMI_SERVICE_UIM, qmi_client_get_cid(client_.get()),
                                                qmi_client_get_next_transaction_id(client_.get()),
                                                static_cast<guint16>(id)));
    GlibError error;
    const auto slot = static_cast<guint8>(config_.slot);
    bool made = qmi_message_add_raw_tlv(request.get(), 0x01, &slot, 1, error.out());
    for (const auto& [type, value] : tlvs)
      made = made && qmi_message_add_raw_tlv(request.get(), type, value.data(), value.size(), error.out());
    if (!made) return fail_local(std::string("no QMI message can be made for ") + what + ": " + error.text());
    const auto result = loop_.wait([&](GAsyncReadyCallback callback, gpointer data) {
      qmi_device_command_full(device_.get(), request.get(), nullptr, qmi_seconds(config_.response_timeout),
                              nullptr, callback, data);
    });
    QmiMessagePtr answer(qmi_device_command_full_finish(device_.get(), result.get(), error.out()));
    if (!answer) return fail(TransportFault{true, std::string(what) + ": " + error.text()});
    return answer;
  }

  static std::optional<Bytes> octets_of(QmiMessage* message, guint8 tlv) {
    guint16 size = 0;
    const guint8* octets = qmi_message_get_raw_tlv(message, tlv, &size);
    if (!octets) return std::nullopt;
    return Bytes(octets, octets + size);
  }

  // The result of a response (TLV 02): whether, and why not.
  static bool succeeded(QmiMessage* message, GlibError& error) {
    const auto result = octets_of(message, 0x02);
    if (!result || result->size() != 4) {
      g_set_error_literal(error.out(), QMI_CORE_ERROR, QMI_CORE_ERROR_INVALID_MESSAGE,
                          "the response has no result");
      return false;
    }
    if ((*result)[0] == 0 && (*result)[1] == 0) return true;
    const auto code = static_cast<QmiProtocolError>((*result)[2] | (*result)[3] << 8);
    const char* name = qmi_protocol_error_get_string(code);
    g_set_error_literal(error.out(), QMI_PROTOCOL_ERROR, code,
                        name ? name : std::to_string(static_cast<int>(code)).c_str());
    return false;
  }
  static tl::unexpected<Fault> refused(const std::string& what, const GlibError& error) {
    const char* remedy =
        error.is(QMI_PROTOCOL_ERROR, QMI_PROTOCOL_ERROR_NO_SIM) ? "Is the card in this slot? --slot N"
        : error.is(QMI_PROTOCOL_ERROR, QMI_PROTOCOL_ERROR_ACCESS_DENIED)
            ? "The modem keeps its channels to itself; some maker's settings open them. Try --at."
            : "";
    return fail_local("the modem refuses (" + what + "): " + error.text(), remedy);
  }
  Result<QmiMessagePtr> ask(qmi::Uim id, const Tlvs& tlvs, const char* what) {
    EIDER_TRY(answer, exchange(id, tlvs, what));
    GlibError error;
    if (!succeeded(answer.get(), error)) return refused(what, error);
    return answer;
  }

  Result<Bytes> apdu(std::uint8_t channel, ByteView command) {
    Bytes octets = to_bytes(command);
    // Written here too: not every modem does it.
    if (channel >= 1 && channel <= 3) octets[0] = static_cast<std::uint8_t>((octets[0] & 0xFC) | channel);
    auto answer = ask(qmi::Uim::kSendApdu, {{0x02, counted(2, octets)}, {0x10, Bytes{channel}}}, "APDU");
    if (!answer) {
      if (channel == 0 || !answer.error().as<LocalFault>()) return fail(std::move(answer).error());
      return fail(TransportFault{true, answer.error().message()});
    }
    const auto response = octets_of(answer->get(), 0x10);
    if (!response || response->size() < 4 ||
        static_cast<std::size_t>((*response)[0] | (*response)[1] << 8) != response->size() - 2)
      return fail(TransportFault{true, "the modem gave no response APDU"});
    return Bytes(response->begin() + 2, response->end());
  }

  Status close(std::uint8_t channel) {
    EIDER_CHECK(ask(qmi::Uim::kLogicalChannel, {{0x11, Bytes{channel}}}, "closing a channel"));
    return {};
  }

  QmiCardConfig config_;
  GlibLoop loop_;
  GObjectPtr<QmiDevice> device_;
  GObjectPtr<QmiClient> client_;
  bool opened_ = false;
};
}  // namespace

Result<std::unique_ptr<QmiCard>> QmiCard::open(QmiCardConfig config) {
  detail::quieten_glib("Qmi");
  auto channels = std::make_unique<QmiChannels>(std::move(config));
  EIDER_CHECK(channels->open());
  return std::unique_ptr<QmiCard>(new QmiCard(std::make_unique<device::ChannelCard>(std::move(channels))));
}

QmiCard::QmiCard(std::unique_ptr<CardPort> card) : card_(std::move(card)) {}
QmiCard::~QmiCard() = default;
Result<Bytes> QmiCard::reset() {
  return card_->reset();
}
Result<Bytes> QmiCard::transmit(ByteView command) {
  return card_->transmit(command);
}

}  // namespace eider::net
