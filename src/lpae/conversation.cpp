#include "lpae/conversation.hpp"

#include "device/toolkit_timers.hpp"

namespace eider::lpae {
namespace {
constexpr std::uint8_t kStart = 0x00, kStop = 0x01;
}  // namespace

cat::ProactiveCommand timer_command(std::uint8_t timer, std::optional<Duration> start) {
  cat::ProactiveCommand out{
      {1, static_cast<std::uint8_t>(cat::CommandType::kTimerManagement), start ? kStart : kStop},
      cat::kUicc,
      cat::kTerminal,
      {{cat::tag::kTimerIdentifier, true, {timer}}}};
  if (start) out.objects.push_back({cat::tag::kTimerValue, true, device::encode_timer_value(*start)});
  return out;
}

cat::TerminalAnswer Conversation::ask(const cat::ProactiveCommand& command) {
  answer_.reset();
  toolkit_.send(command.encode(), card::Toolkit::kLpae);
  wants_answer_ = true;
  while (!answer_) fiber_.suspend();
  wants_answer_ = false;
  return *std::exchange(answer_, std::nullopt);
}

cat::TerminalAnswer Conversation::ask(cat::CommandType type, std::uint8_t qualifier,
                                      std::vector<cat::Object> objects) {
  return ask(
      {{1, static_cast<std::uint8_t>(type), qualifier}, cat::kUicc, cat::kTerminal, std::move(objects)});
}

Conversation::Event Conversation::wait() {
  wants_event_ = true;
  while (!data_ && !lost_ && !time_ && !refused_) fiber_.suspend();
  wants_event_ = false;
  if (std::exchange(data_, false)) return Event::kData;
  if (std::exchange(lost_, false)) return Event::kLinkLost;
  if (std::exchange(refused_, false)) return Event::kRefreshRefused;
  time_ = false;
  return Event::kTime;
}

void Conversation::start_timer(Duration longest) {
  data_ = lost_ = time_ = refused_ = false;
  if (!has(etsi::profile_bit::kTimerStartStop)) return;
  timer_runs_ = ask(timer_command(kWaitTimer, longest)).performed();
}

void Conversation::stop_timer() {
  if (!std::exchange(timer_runs_, false) || time_) return;
  ask(timer_command(kWaitTimer, std::nullopt));
  time_ = false;
}

void Conversation::begin(std::function<void()> body) {
  end();
  toolkit_.set_dialogue(true);
  fiber_.start(std::move(body));
  settle();
}

void Conversation::end() {
  fiber_.cancel();
  answer_.reset();
  wants_answer_ = wants_event_ = data_ = lost_ = time_ = refused_ = timer_runs_ = false;
  toolkit_.set_dialogue(false);
}

void Conversation::answered(const cat::ReadAnswer& answer) {
  if (!wants_answer_) return;
  answer_ = answer.answer;
  fiber_.resume();
  settle();
}

void Conversation::happened(Event event) {
  switch (event) {
    case Event::kData:
      data_ = true;
      break;
    case Event::kLinkLost:
      lost_ = true;
      break;
    case Event::kTime:
      time_ = true;
      break;
    case Event::kRefreshRefused:
      refused_ = true;
      break;
  }
  if (!wants_event_) return;
  fiber_.resume();
  settle();
}

void Conversation::settle() {
  if (!fiber_.running()) toolkit_.set_dialogue(false);
}

}  // namespace eider::lpae
