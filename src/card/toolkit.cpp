#include "card/toolkit.hpp"

namespace eider::card {
namespace {
namespace cat = etsi::cat;

cat::ProactiveCommand command_of(cat::CommandType type, std::uint8_t qualifier, std::uint8_t destination) {
  return {{1, static_cast<std::uint8_t>(type), qualifier}, cat::kUicc, destination, {}};
}
}  // namespace

void Toolkit::send_refresh(cat::RefreshMode mode, Owner owner) {
  send(command_of(cat::CommandType::kRefresh, static_cast<std::uint8_t>(mode), cat::kTerminal).encode(),
       owner);
}

bool Toolkit::send_short_message(ByteView service_centre, ByteView tpdu, Owner owner) {
  if (waiting_.size() >= kMaxWaiting) return false;
  constexpr std::uint8_t kNoPacking = 0x00;
  auto command = command_of(cat::CommandType::kSendShortMessage, kNoPacking, cat::kNetwork);
  if (!service_centre.empty())
    command.objects.push_back({cat::tag::kAddress, true, to_bytes(service_centre)});
  command.objects.push_back({cat::tag::kSmsTpdu, true, to_bytes(tpdu)});
  send(command.encode(), owner);
  return true;
}

bool Toolkit::refresh_outstanding() const {
  const auto is_refresh = [](const Waiting& waiting) {
    const auto read = cat::read_command(waiting.command);
    return read && read->type() == cat::CommandType::kRefresh;
  };
  return (running_ && is_refresh(*running_)) || std::ranges::any_of(waiting_, is_refresh);
}

std::optional<std::size_t> Toolkit::pending() const {
  if (profile_.octets().empty() || running_ || waiting_.empty()) return std::nullopt;
  return waiting_.front().command.size();
}

std::optional<Bytes> Toolkit::fetch() {
  if (!pending()) return std::nullopt;
  running_ = std::move(waiting_.front());
  waiting_.pop_front();
  return running_->command;
}

std::optional<cat::ReadAnswer> Toolkit::terminal_response(ByteView data) {
  if (!running_) return std::nullopt;
  auto answer = cat::read_answer(data);
  if (answer) {
    answered_ = running_->owner;
    running_.reset();
  }
  return answer;
}

}  // namespace eider::card
