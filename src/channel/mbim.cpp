#include "channel/mbim.hpp"

namespace eider::mbim {
namespace {
constexpr std::uint32_t kMaxFragments = 1024;

DecodeFault malformed(std::size_t offset, std::string what) {
  return {"MBIM", offset, std::move(what)};
}
bool fragmented(Type type) {
  return type == Type::kCommand || type == Type::kCommandDone || type == Type::kIndicateStatus;
}
}  // namespace

const Service kUiccLowLevelAccess = {0xC2, 0xF6, 0x58, 0x8E, 0xF0, 0x37, 0x4B, 0xC9,
                                     0x86, 0x65, 0xF4, 0xD4, 0x4B, 0xD0, 0x93, 0x67};
const Service kBasicConnectExtensions = {0x3D, 0x01, 0xDC, 0xC5, 0xFE, 0xF5, 0x4D, 0x05,
                                         0x0D, 0x3A, 0xBE, 0xF7, 0x05, 0x8E, 0x9A, 0xAF};

void put_u32(Bytes& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
std::uint32_t get_u32(ByteView octets, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 4; i-- > 0;) out = out << 8 | octets[at + i];
  return out;
}

std::vector<Bytes> encode(const Message& message, std::size_t longest) {
  const bool parts = fragmented(message.type);
  const std::size_t head = kHeader + (parts ? kFragmentHeader : 0);
  const std::size_t room = std::max(longest, head + 4) - head;
  const std::size_t count = parts ? std::max<std::size_t>(1, (message.body.size() + room - 1) / room) : 1;
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = parts ? i * room : 0;
    const auto piece =
        ByteView(message.body)
            .subspan(first, parts ? std::min(room, message.body.size() - first) : message.body.size());
    Bytes frame;
    put_u32(frame, static_cast<std::uint32_t>(message.type));
    put_u32(frame, static_cast<std::uint32_t>(head + piece.size()));
    put_u32(frame, message.transaction);
    if (parts) {
      put_u32(frame, static_cast<std::uint32_t>(count));
      put_u32(frame, static_cast<std::uint32_t>(i));
    }
    append(frame, piece);
    out.push_back(std::move(frame));
  }
  return out;
}

Result<std::optional<Message>> Reader::take(ByteView frame) {
  const auto type = static_cast<Type>(get_u32(frame, 0));
  const auto transaction = get_u32(frame, 8);
  if (!fragmented(type)) return Message{type, transaction, to_bytes(frame.subspan(kHeader))};
  if (frame.size() < kHeader + kFragmentHeader) return fail(malformed(frame.size(), "no fragment header"));
  const auto total = get_u32(frame, kHeader), current = get_u32(frame, kHeader + 4);
  const auto piece = frame.subspan(kHeader + kFragmentHeader);
  if (current == 0) {
    if (total == 0 || total > kMaxFragments) return fail(malformed(kHeader, "no or too many fragments"));
    partial_ = Message{type, transaction, {}};
    total_ = total;
    next_ = 0;
  }
  if (!partial_ || current != next_ || total != total_ || partial_->type != type ||
      partial_->transaction != transaction)
    return fail(malformed(kHeader + 4, "a fragment out of turn"));
  if (partial_->body.size() + piece.size() > kMaxMessage)
    return fail(malformed(4, "a message that is too long"));
  append(partial_->body, piece);
  if (++next_ < total_) return std::nullopt;
  return std::exchange(partial_, std::nullopt);
}

Result<std::vector<Message>> Reader::feed(ByteView octets) {
  append(buffer_, octets);
  std::vector<Message> out;
  std::size_t used = 0;
  while (buffer_.size() - used >= kHeader) {
    const ByteView rest = ByteView(buffer_).subspan(used);
    const auto length = get_u32(rest, 4);
    if (length < kHeader || length > kMaxFragment)
      return fail(malformed(4, "a message of " + std::to_string(length) + " octets"));
    if (rest.size() < length) break;
    EIDER_TRY(message, take(rest.first(length)));
    used += length;
    if (message) out.push_back(*std::move(message));
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used));
  return out;
}

Result<Command> read_command(ByteView body) {
  if (body.size() < kCommandHeader) return fail(malformed(body.size(), "a command without its header"));
  Command out;
  std::copy_n(body.begin(), out.service.size(), out.service.begin());
  out.cid = get_u32(body, 16);
  out.set = get_u32(body, 20) == 1;
  const auto length = get_u32(body, 24);
  if (length > body.size() - kCommandHeader)
    return fail(malformed(24, "an information buffer that is not there"));
  out.information = to_bytes(body.subspan(kCommandHeader, length));
  return out;
}

Bytes write_command_done(const Command& command, StatusCode status, ByteView information) {
  Bytes out(command.service.begin(), command.service.end());
  put_u32(out, command.cid);
  put_u32(out, static_cast<std::uint32_t>(status));
  put_u32(out, static_cast<std::uint32_t>(information.size()));
  append(out, information);
  return out;
}

Result<std::uint32_t> InformationReader::number() {
  if (buffer_.size() < 4 || at_ > buffer_.size() - 4) return fail(malformed(at_, "a field is missing"));
  const auto value = get_u32(buffer_, at_);
  at_ += 4;
  return value;
}

Result<ByteView> InformationReader::counted_octets() {
  EIDER_TRY(count, number());
  EIDER_TRY(place, number());
  if (count == 0) return ByteView();
  if (place > buffer_.size() || count > buffer_.size() - place)
    return fail(malformed(at_ - 4, "octets that lie outside the message"));
  return buffer_.subspan(place, count);
}

InformationWriter& InformationWriter::number(std::uint32_t value) {
  put_u32(fields_, value);
  return *this;
}

InformationWriter& InformationWriter::counted_octets(ByteView octets) {
  put_u32(fields_, static_cast<std::uint32_t>(octets.size()));
  octets_.push_back({fields_.size(), to_bytes(octets)});
  put_u32(fields_, 0);
  return *this;
}

Bytes InformationWriter::finish() const {
  Bytes out = fields_;
  for (const auto& part : octets_) {
    Bytes place;
    put_u32(place, part.octets.empty() ? 0 : static_cast<std::uint32_t>(out.size()));
    std::ranges::copy(place, out.begin() + static_cast<std::ptrdiff_t>(part.field));
    append(out, part.octets);
    while (out.size() % 4 != 0) out.push_back(0);  // section 10.3
  }
  return out;
}

}  // namespace eider::mbim
