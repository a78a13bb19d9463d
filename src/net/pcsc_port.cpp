#include "net/pcsc_port.hpp"

#include <utility>
#include <winscard.h>

#include "net/card_frames.hpp"

namespace eider::net {
namespace {

std::string hex_code(LONG code) {
  const auto value = static_cast<std::uint32_t>(code);
  return "0x" + to_hex(Bytes{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                             static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}

tl::unexpected<Fault> pcsc_fault(const char* doing, LONG code, bool sent = false) {
  const std::string what =
      std::string(doing) + ": " + pcsc_stringify_error(code) + " (" + hex_code(code) + ")";
  switch (static_cast<std::uint32_t>(code)) {
    case static_cast<std::uint32_t>(SCARD_E_NO_SERVICE):
    case static_cast<std::uint32_t>(SCARD_E_SERVICE_STOPPED):
      return fail_local(what, "start pcscd");
    case static_cast<std::uint32_t>(SCARD_E_SHARING_VIOLATION):
      return fail_local(what, "another program uses the reader: end it");
    case static_cast<std::uint32_t>(SCARD_E_UNKNOWN_READER):
    case static_cast<std::uint32_t>(SCARD_E_NO_READERS_AVAILABLE):
    case static_cast<std::uint32_t>(SCARD_E_READER_UNAVAILABLE):
      return fail_local(what, "plug the reader in");
    default:
      return fail(TransportFault{sent, what});
  }
}

class Context {
 public:
  Context() = default;
  Context(Context&& o) noexcept : handle_(std::exchange(o.handle_, 0)) {}
  Context& operator=(Context&&) = delete;
  ~Context() {
    if (handle_ != 0) SCardReleaseContext(handle_);
  }
  static Result<Context> establish() {
    Context out;
    const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &out.handle_);
    if (code != SCARD_S_SUCCESS) return pcsc_fault("PC/SC", code);
    return out;
  }
  SCARDCONTEXT get() const { return handle_; }

 private:
  SCARDCONTEXT handle_ = 0;
};

Result<std::vector<std::string>> readers_of(const Context& context) {
  DWORD size = 0;
  LONG code = SCardListReaders(context.get(), nullptr, nullptr, &size);
  std::string names(size, '\0');
  if (code == SCARD_S_SUCCESS) code = SCardListReaders(context.get(), nullptr, names.data(), &size);
  std::vector<std::string> out;
  if (static_cast<std::uint32_t>(code) == static_cast<std::uint32_t>(SCARD_E_NO_READERS_AVAILABLE))
    return out;
  if (code != SCARD_S_SUCCESS) return pcsc_fault("list of readers", code);
  for (std::string_view rest(names.data(), size); !rest.empty() && rest.front() != '\0';) {
    const auto end = rest.find('\0');
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return out;
}

Result<std::string> select_reader(const std::vector<std::string>& readers, std::string_view part) {
  std::string all, found;
  int matches = 0;
  for (const auto& name : readers) {
    all += (all.empty() ? "" : ", ") + name;
    if (name == part) return name;
    if (name.find(part) == std::string::npos) continue;
    found = name;
    ++matches;
  }
  if (matches == 1) return found;
  const std::string which = part.empty() ? "" : " called " + std::string(part);
  return fail_local((matches == 0 ? "no reader" : "several readers") + which,
                    readers.empty() ? "no reader is plugged in" : "there are: " + all);
}

}  // namespace

Result<Bytes> t0_command(ByteView apdu) {
  if (apdu.size() < 4) return fail_local("a command APDU has at least 4 octets");
  Bytes out = to_bytes(apdu);
  if (apdu.size() == 4) out.push_back(0);
  if (apdu.size() <= 5) return out;
  const std::size_t lc = apdu[4];
  if (lc == 0) return fail_local("an extended-length APDU on a T=0 card", "send it in short APDUs");
  if (apdu.size() == 5 + lc + 1) out.pop_back();
  if (out.size() != 5 + lc) return fail_local("a command APDU whose Lc is not the length of its data");
  return out;
}

Result<std::vector<std::string>> list_pcsc_readers() {
  EIDER_TRY(context, Context::establish());
  return readers_of(context);
}

class PcscPort::Impl {
 public:
  Impl(Context context, std::string reader) : context_(std::move(context)), reader_(std::move(reader)) {}
  ~Impl() {
    if (connected_) SCardDisconnect(card_, SCARD_LEAVE_CARD);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status connect() {
    const LONG code =
        SCardConnect(context_.get(), reader_.c_str(), SCARD_SHARE_EXCLUSIVE, kProtocols, &card_, &protocol_);
    if (code != SCARD_S_SUCCESS) return pcsc_fault("connecting to the card", code);
    connected_ = true;
    return {};
  }

  Result<Bytes> reset() {
    if (!connected_) EIDER_CHECK(connect());
    const LONG code = SCardReconnect(card_, SCARD_SHARE_EXCLUSIVE, kProtocols, SCARD_RESET_CARD, &protocol_);
    if (code != SCARD_S_SUCCESS) {
      // Handles of a card that was taken out stay dead: begin anew.
      SCardDisconnect(card_, SCARD_UNPOWER_CARD);
      connected_ = false;
      EIDER_CHECK(connect());
    }
    return atr();
  }

  Result<Bytes> transmit(ByteView command) {
    if (command.size() < 4 || command.size() > kMaxCommandApdu)
      return fail_local("a command APDU has 4 to 65544 octets");
    if (!connected_) return fail(TransportFault{false, "the card is not connected: reset it first"});
    Bytes out = to_bytes(command);
    if (is_t0()) {
      EIDER_TRY(t0, t0_command(command));
      out = std::move(t0);
    }
    Bytes response(kMaxResponseApdu);
    DWORD size = response.size();
    const LONG code = SCardTransmit(card_, is_t0() ? SCARD_PCI_T0 : SCARD_PCI_T1, out.data(), out.size(),
                                    nullptr, response.data(), &size);
    if (code != SCARD_S_SUCCESS) return pcsc_fault("command to the card", code, true);
    if (size < 2) return fail(TransportFault{true, "the card answered without a status word"});
    response.resize(size);
    return response;
  }

  const std::string& reader() const { return reader_; }
  bool is_t0() const { return protocol_ == SCARD_PROTOCOL_T0; }

 private:
  static constexpr DWORD kProtocols = SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1;

  Result<Bytes> atr() {
    Bytes out(MAX_ATR_SIZE);
    DWORD size = out.size(), state = 0, name_size = 0;
    const LONG code = SCardStatus(card_, nullptr, &name_size, &state, &protocol_, out.data(), &size);
    if (code != SCARD_S_SUCCESS) return pcsc_fault("the card's ATR", code);
    out.resize(size);
    return out;
  }

  Context context_;
  std::string reader_;
  SCARDHANDLE card_ = 0;
  DWORD protocol_ = 0;
  bool connected_ = false;
};

Result<std::unique_ptr<PcscPort>> PcscPort::open(std::string_view reader) {
  EIDER_TRY(context, Context::establish());
  EIDER_TRY(readers, readers_of(context));
  EIDER_TRY(name, select_reader(readers, reader));
  auto impl = std::make_unique<Impl>(std::move(context), std::move(name));
  EIDER_CHECK(impl->connect());
  return std::unique_ptr<PcscPort>(new PcscPort(std::move(impl)));
}

PcscPort::PcscPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PcscPort::~PcscPort() = default;
Result<Bytes> PcscPort::reset() {
  return impl_->reset();
}
Result<Bytes> PcscPort::transmit(ByteView command) {
  return impl_->transmit(command);
}
const std::string& PcscPort::reader() const {
  return impl_->reader();
}
bool PcscPort::is_t0() const {
  return impl_->is_t0();
}

}  // namespace eider::net
