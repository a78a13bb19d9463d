#include "device/bip_channels.hpp"

namespace eider::device {
namespace {
using namespace etsi::cat;

constexpr std::uint8_t kImmediate = 0x01, kBackground = 0x04, kSendNow = 0x01;
constexpr std::uint8_t kLinkBit = 0x80, kLinkDropped = 0x05;
constexpr std::uint8_t kUdpRemote = 0x01, kTcpRemote = 0x02, kIpv4 = 0x21, kIpv6 = 0x57;
// Channel data that fits a TERMINAL RESPONSE beside details, identities, result and the length that is left.
constexpr std::size_t kMostReceived = 255 - 5 - 4 - 3 - 3 - 3;
// Of one channel in one poll: a peer that never stops sending must not hold the terminal.
constexpr int kMaxReads = 64;

std::uint8_t up_to_255(std::size_t n) {
  return static_cast<std::uint8_t>(std::min<std::size_t>(n, 255));
}

// Packet services, whatever carries them, and the default bearer (section 8.52).
bool known_bearer(std::uint8_t type) {
  constexpr std::uint8_t kBearers[] = {0x02, 0x03, 0x09, 0x0B, 0x0C};
  return std::ranges::find(kBearers, type) != std::end(kBearers);
}

// Labels with their lengths in front to text with dots; as it is when it does not fit.
std::string access_name(ByteView v) {
  std::string out;
  for (std::size_t at = 0; at < v.size(); at += 1u + v[at]) {
    if (v.size() - at - 1 < v[at]) return std::string(as_text(v));
    out += (out.empty() ? "" : ".") + std::string(as_text(v.subspan(at + 1, v[at])));
  }
  return out;
}

// Nothing in `answer` of this: where to go. An address in front of the transport level is the terminal's own.
std::optional<BipEndpoint> endpoint_of(const ProactiveCommand& c, TerminalAnswer& refusal) {
  const auto level = std::ranges::find(c.objects, tag::kTransportLevel, &Object::tag);
  if (level == c.objects.end() || (level->value[0] != kUdpRemote && level->value[0] != kTcpRemote)) {
    refusal = BipError::kTransportLevel;
    return std::nullopt;
  }
  const auto address = std::ranges::find(level, c.objects.end(), tag::kOtherAddress, &Object::tag);
  if (address == c.objects.end() || address->value.empty()) {
    refusal = GeneralResult::kValuesMissing;
    return std::nullopt;
  }
  const auto& a = address->value;
  if (!(a[0] == kIpv4 && a.size() == 5) && !(a[0] == kIpv6 && a.size() == 17)) {
    refusal = GeneralResult::kDataNotUnderstood;
    return std::nullopt;
  }
  BipEndpoint out{level->value[0] == kTcpRemote,
                  Bytes(a.begin() + 1, a.end()),
                  static_cast<std::uint16_t>(level->value[1] << 8 | level->value[2]),
                  {}};
  if (const auto* name = c.find(tag::kNetworkAccessName)) out.access_name = access_name(name->value);
  return out;
}

// Every answer to OPEN CHANNEL says which bearer and buffer it is about (section 6.8).
TerminalAnswer with_parameters(TerminalAnswer answer, const ProactiveCommand& c, std::size_t size) {
  return answer.add(tag::kBearerDescription, false, c.find(tag::kBearerDescription)->value)
      .add(tag::kBufferSize, false, {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
}
}  // namespace

BipChannels::BipChannels(BipPort& port, std::uint8_t channels, std::size_t buffer)
    : port_(port),
      buffer_(std::clamp<std::size_t>(buffer, 1, 0xFFFF)),
      count_(std::min(channels, kMaxChannels)) {}

BipChannels::~BipChannels() {
  close_all();
}

BipChannels::Channel* BipChannels::of(std::uint8_t device) {
  const unsigned n = device - static_cast<unsigned>(kChannel);
  return n >= 1 && n <= count_ ? &channels_[n - 1] : nullptr;
}

Bytes BipChannels::status_of(const Channel& c) const {
  const auto number = static_cast<unsigned>(&c - channels_.data()) + 1;
  return {static_cast<std::uint8_t>(number | (c.state == State::kLinked ? kLinkBit : 0u)),
          c.state == State::kDropped ? kLinkDropped : std::uint8_t{0}};
}

bool BipChannels::make_link(Channel& c) {
  const auto link = port_.open(c.endpoint);
  if (!link) return false;
  c.link = *link;
  c.state = State::kLinked;
  return true;
}

void BipChannels::drop(Channel& c) {
  if (c.state == State::kLinked) port_.close(c.link);
  c.state = State::kDropped;
  c.tx.clear();
  happened_.push_back({Event::kChannelStatus, status_of(c), 0});
}

void BipChannels::release(Channel& c, State next) {
  if (c.state == State::kLinked) port_.close(c.link);
  c = {};
  c.state = next;
}

TerminalAnswer BipChannels::open(const ProactiveCommand& c) {
  const auto& wanted = c.find(tag::kBufferSize)->value;
  const std::size_t asked = static_cast<std::size_t>(wanted[0]) << 8 | wanted[1];
  const auto size = asked == 0 ? buffer_ : std::min(asked, buffer_);
  if (!known_bearer(c.find(tag::kBearerDescription)->value[0]))
    return with_parameters(GeneralResult::kBeyondCapabilities, c, size);
  TerminalAnswer refusal;
  auto endpoint = endpoint_of(c, refusal);
  if (!endpoint) return with_parameters(std::move(refusal), c, size);
  const auto free = std::ranges::find_if(channels_.begin(), channels_.begin() + count_,
                                         [](const Channel& each) { return !is_open(each); });
  if (free == channels_.begin() + count_) return with_parameters(BipError::kNoChannel, c, size);

  Channel next;
  next.endpoint = *std::move(endpoint);
  next.size = size;
  const bool immediate = (c.details.qualifier & kImmediate) != 0;
  const bool background = (c.details.qualifier & kBackground) != 0;
  next.state = immediate && background ? State::kWaiting : State::kOnDemand;
  if (immediate && !background && !make_link(next)) return with_parameters(BipError::kNotReachable, c, size);
  *free = std::move(next);
  TerminalAnswer out(asked == size || asked == 0 ? GeneralResult::kPerformed
                                                 : GeneralResult::kWithModification);
  return with_parameters(std::move(out.add(tag::kChannelStatus, false, status_of(*free))), c, size);
}

TerminalAnswer BipChannels::close(const ProactiveCommand& c) {
  auto* channel = of(c.destination);
  if (!channel || channel->state == State::kNever) return BipError::kChannelInvalid;
  const bool gone = channel->state == State::kClosed || channel->state == State::kDropped;
  release(*channel, State::kClosed);
  return gone ? TerminalAnswer(BipError::kChannelClosed) : TerminalAnswer();
}

TerminalAnswer BipChannels::send(const ProactiveCommand& c) {
  auto* channel = of(c.destination);
  if (!channel || channel->state == State::kNever) return BipError::kChannelInvalid;
  if (!is_open(*channel) || channel->state == State::kDropped) return BipError::kChannelClosed;
  const auto& data = c.find(tag::kChannelData)->value;
  if (channel->tx.size() + data.size() > channel->size) return BipError::kBufferSize;
  append(channel->tx, data);
  if ((c.details.qualifier & kSendNow) != 0) {
    if (channel->state != State::kLinked && !make_link(*channel)) {
      drop(*channel);
      return BipError::kNotReachable;
    }
    if (!port_.send(channel->link, channel->tx)) {
      drop(*channel);
      return BipError::kChannelClosed;
    }
    channel->tx.clear();
  }
  TerminalAnswer out;
  out.add(tag::kChannelDataLength, true, {up_to_255(channel->size - channel->tx.size())});
  return out;
}

// A stream fills the buffer; of datagrams one at a time stands in it.
void BipChannels::fill(Channel& c) {
  for (int i = 0; i < kMaxReads && c.state == State::kLinked; ++i) {
    const auto room = c.endpoint.tcp ? c.size - c.rx.size() : c.rx.empty() ? c.size : 0;
    if (room == 0) return;
    const auto got = port_.receive(c.link, room);
    if (!got) return drop(c);
    if (!*got) return;
    append(c.rx, ByteView(**got).first(std::min((*got)->size(), room)));
  }
}

TerminalAnswer BipChannels::receive(const ProactiveCommand& c) {
  auto* channel = of(c.destination);
  if (!channel || channel->state == State::kNever) return BipError::kChannelInvalid;
  if (!is_open(*channel)) return BipError::kChannelClosed;
  fill(*channel);
  if (channel->state == State::kDropped && channel->rx.empty()) return BipError::kChannelClosed;
  const std::size_t asked = c.find(tag::kChannelDataLength)->value[0];
  const auto n = std::min({asked, channel->rx.size(), kMostReceived});
  TerminalAnswer out(channel->rx.size() < asked ? GeneralResult::kMissingInformation
                                                : GeneralResult::kPerformed);
  const auto end = channel->rx.begin() + static_cast<std::ptrdiff_t>(n);
  out.add(tag::kChannelData, true, Bytes(channel->rx.begin(), end));
  channel->rx.erase(channel->rx.begin(), end);
  if (channel->rx.empty()) channel->announced = false;
  out.add(tag::kChannelDataLength, true, {up_to_255(channel->rx.size())});
  return out;
}

TerminalAnswer BipChannels::status() const {
  TerminalAnswer out;
  for (const auto& c : channels_)
    if (is_open(c)) out.add(tag::kChannelStatus, true, status_of(c));
  if (out.objects.empty()) out.add(tag::kChannelStatus, true, {0x00, 0x00});
  return out;
}

std::vector<BipChannels::Happening> BipChannels::poll() {
  for (auto& c : channels_) {
    if (c.state == State::kWaiting) {
      if (make_link(c)) {
        happened_.push_back({Event::kChannelStatus, status_of(c), 0});
      } else {
        drop(c);
      }
    }
    // What came before the link broke is told first.
    const auto before = happened_.size();
    fill(c);
    if (c.rx.empty() || c.announced) continue;
    c.announced = true;
    happened_.insert(happened_.begin() + static_cast<std::ptrdiff_t>(before),
                     {Event::kDataAvailable, status_of(c), up_to_255(c.rx.size())});
  }
  return std::exchange(happened_, {});
}

void BipChannels::drop_links() {
  for (auto& c : channels_)
    if (c.state == State::kLinked || c.state == State::kWaiting) drop(c);
}

void BipChannels::close_all() {
  for (auto& c : channels_) release(c, State::kNever);
  happened_.clear();
}

bool BipChannels::any_open() const {
  return std::ranges::any_of(channels_, [](const Channel& c) { return is_open(c); });
}

}  // namespace eider::device
