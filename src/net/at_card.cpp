#include "net/at_card.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

#include "net/detail/wire.hpp"

namespace eider::net {
namespace {
using detail::after;
using detail::FileHandle;
using detail::Ready;
using detail::WireTime;

struct Baud {
  unsigned rate;
  speed_t code;
};
constexpr Baud kBauds[] = {{9600, B9600},       {19200, B19200},     {38400, B38400},
                           {57600, B57600},     {115200, B115200},   {230400, B230400},
                           {460800, B460800},   {921600, B921600},   {1000000, B1000000},
                           {2000000, B2000000}, {3000000, B3000000}, {4000000, B4000000}};

Status set_raw(int fd, speed_t speed) {
  termios t{};
  if (::tcgetattr(fd, &t) != 0) return fail_local("it is no serial device");
  ::cfmakeraw(&t);
  t.c_cflag |= CLOCAL | CREAD;
  t.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | PARENB);
  t.c_cc[VMIN] = 0;
  t.c_cc[VTIME] = 0;
  ::cfsetispeed(&t, speed);
  ::cfsetospeed(&t, speed);
  if (::tcsetattr(fd, TCSANOW, &t) != 0) return fail_local(std::string("tcsetattr: ") + std::strerror(errno));
  return {};
}

Result<FileHandle> open_serial(const AtCardConfig& config) {
  const Baud* baud = nullptr;
  for (const auto& row : kBauds)
    if (row.rate == config.baud) baud = &row;
  if (!baud)
    return fail_local(std::to_string(config.baud) + " baud is not a rate of serial lines",
                      "115200 is usual.");
  FileHandle out(::open(config.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!out) {
    const int error = errno;
    const char* remedy = error == ENOENT
                             ? "Plug the modem in; `ls /dev/ttyUSB* /dev/ttyACM*` shows what is there."
                         : error == EACCES ? "Serial devices are for the group dialout: join it."
                         : error == EBUSY  ? "Another program holds the device: end it (ModemManager is one)."
                                           : "";
    return fail_local(config.device + ": " + std::strerror(error), remedy);
  }
  if (::flock(out.get(), LOCK_EX | LOCK_NB) != 0)
    return fail_local(config.device + " is in use by another program", "End it, or wait until it is done.");
  (void)::ioctl(out.get(), TIOCEXCL);  // who does not ask for the lock is kept away too, root excepted
  const auto raw = set_raw(out.get(), baud->code);
  if (!raw) return fail_local(config.device + ": " + raw.error().message(), "Name the AT port of the modem.");
  return out;
}

// The last words of the process. One line at a time has some.
struct Farewell {
  volatile std::sig_atomic_t fd = -1;
  std::array<char, 64> text{};
  volatile std::sig_atomic_t size = 0;
};
Farewell farewell;

// Only what a signal handler may do (signal-safety(7)).
extern "C" void say_farewell(int signal) {
  if (farewell.fd >= 0 && farewell.size > 0) {
    [[maybe_unused]] const auto n =
        ::write(farewell.fd, farewell.text.data(), static_cast<std::size_t>(farewell.size));
  }
  ::raise(signal);  // to whoever had it before: SA_RESETHAND
}

void close_on_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now{};
    if (::sigaction(signal, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    struct sigaction ours{};
    ours.sa_handler = &say_farewell;
    ours.sa_flags = SA_RESETHAND;
    ::sigaction(signal, &ours, nullptr);
  }
}

constexpr Duration kStepTime{2000};

class SerialLine final : public device::AtLine {
 public:
  explicit SerialLine(FileHandle device) : device_(std::move(device)) {}
  ~SerialLine() override {
    SerialLine::set_farewell({});
    (void)::ioctl(device_.get(), TIOCNXCL);
  }
  SerialLine(const SerialLine&) = delete;
  SerialLine& operator=(const SerialLine&) = delete;

  Result<at::Reply> exchange(const std::string& command, Duration timeout) override {
    if (out_of_step_) EIDER_CHECK(find_step(std::min(timeout, kStepTime)));
    drop_input();
    auto reply = converse(command, after(timeout));
    out_of_step_ = !reply;
    return reply;
  }
  void wait(Duration time) override { std::this_thread::sleep_for(time); }
  void set_farewell(const std::string& command) override {
    farewell.size = 0;
    if (command.empty() || command.size() >= farewell.text.size()) return;
    std::ranges::copy(command, farewell.text.begin());
    farewell.text[command.size()] = '\r';
    farewell.fd = device_.get();
    farewell.size = static_cast<int>(command.size() + 1);
  }

 private:
  Result<at::Reply> converse(const std::string& command, WireTime deadline) {
    EIDER_CHECK(write(command + "\r", deadline));
    at::ReplyReader reader(command);
    std::array<std::uint8_t, 4096> buffer{};
    while (true) {
      if (detail::wait_ready(device_.get(), POLLIN, deadline, nullptr) != Ready::kYes)
        return sent("the modem does not answer " + command.substr(0, command.find('=')));
      const auto n = ::read(device_.get(), buffer.data(), buffer.size());
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (n <= 0) return sent("the modem is gone");
      auto reply = reader.feed(ByteView(buffer).first(static_cast<std::size_t>(n)));
      if (!reply) return sent(reply.error().message());
      if (*reply) return **std::move(reply);
      // Something without end arrives fast enough never to wait.
      if (std::chrono::steady_clock::now() > deadline) return sent("the modem's answer does not end in time");
    }
  }

  Status write(std::string_view text, WireTime deadline) {
    while (!text.empty()) {
      const auto n = ::write(device_.get(), text.data(), text.size());
      if (n > 0) {
        text.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno == EAGAIN || errno == EINTR) {
        if (detail::wait_ready(device_.get(), POLLOUT, deadline, nullptr) != Ready::kYes)
          return fail(TransportFault{false, "the modem takes no command"});
      } else {
        return fail(TransportFault{false, std::string("the modem is gone: ") + std::strerror(errno)});
      }
    }
    return {};
  }

  // An answer that came late must not be taken for that of the next command.
  Status find_step(Duration time) {
    for (int i = 0; i < 3; ++i) {
      const auto deadline = after(time);
      while (detail::wait_ready(device_.get(), POLLIN, after(Duration{300}), nullptr) == Ready::kYes &&
             std::chrono::steady_clock::now() < deadline)
        if (drop_input() == 0) return fail(TransportFault{false, "the modem is gone"});
      const auto reply = converse("AT", after(time));
      if (reply && reply->ok() && reply->lines.empty()) {
        out_of_step_ = false;
        return {};
      }
    }
    return fail(TransportFault{false, "the modem does not answer any more"});
  }

  // What was not asked for: unsolicited result codes. At most what a modem may say; 0: there was nothing.
  std::size_t drop_input() {
    std::array<std::uint8_t, 4096> buffer{};
    std::size_t dropped = 0;
    while (dropped < at::kMaxReply) {
      const auto n = ::read(device_.get(), buffer.data(), buffer.size());
      if (n <= 0) break;
      dropped += static_cast<std::size_t>(n);
    }
    return dropped;
  }

  static tl::unexpected<Fault> sent(std::string what) { return fail(TransportFault{true, std::move(what)}); }

  FileHandle device_;
  bool out_of_step_ = false;
};
}  // namespace

class AtCard::Impl {
 public:
  explicit Impl(FileHandle device) : line(std::move(device)) {}
  SerialLine line;
  std::unique_ptr<CardPort> card;  // goes first: it closes its channel over the line
};

Result<std::unique_ptr<AtCard>> AtCard::open(AtCardConfig config) {
  EIDER_TRY(device, open_serial(config));
  if (config.close_on_signal) close_on_signals();
  auto impl = std::make_unique<Impl>(std::move(device));
  auto card = device::open_at_card(impl->line, config.options);
  if (!card) {
    if (card.error().not_reached())
      return fail(TransportFault{false, config.device + ": " + card.error().message()});
    return fail(std::move(card).error());
  }
  impl->card = *std::move(card);
  return std::unique_ptr<AtCard>(new AtCard(std::move(impl)));
}

AtCard::AtCard(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AtCard::~AtCard() = default;
Result<Bytes> AtCard::reset() {
  return impl_->card->reset();
}
Result<Bytes> AtCard::transmit(ByteView command) {
  return impl_->card->transmit(command);
}

}  // namespace eider::net
