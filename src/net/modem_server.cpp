#include "net/modem_server.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

#include "net/detail/wire.hpp"

namespace eider::net {

using detail::after;
using detail::FileHandle;
using detail::Ready;
using detail::StopSignal;

class ModemServer::Impl {
 public:
  Impl(device::EmulatedModem& modem, ModemServerConfig config) : modem_(modem), config_(std::move(config)) {}
  ~Impl() { stop(); }

  Status start() {
    if (master_) return fail_local("the modem was started before");
    FileHandle master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    std::array<char, 128> name{};
    if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
        ::ptsname_r(master.get(), name.data(), name.size()) != 0)
      return fail_local(std::string("no pseudo terminal: ") + std::strerror(errno));
    device_ = name.data();
    // Raw from the beginning: a terminal would echo what the modem says back to it. The settings outlive this
    // handle.
    const FileHandle other(::open(device_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios t{};
    if (!other || ::tcgetattr(other.get(), &t) != 0) return fail_local(device_ + ": " + std::strerror(errno));
    ::cfmakeraw(&t);
    if (::tcsetattr(other.get(), TCSANOW, &t) != 0) return fail_local(device_ + ": " + std::strerror(errno));
    EIDER_CHECK(make_link());
    master_ = std::move(master);
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void stop() {
    stop_.set();
    if (thread_.joinable()) thread_.join();
    if (linked_) {
      std::error_code ignored;
      std::filesystem::remove(config_.link, ignored);
      linked_ = false;
    }
  }

  const std::string& device() const { return device_; }

 private:
  // In the place of a link that an earlier run left, but of nothing else.
  Status make_link() {
    if (config_.link.empty()) return {};
    std::error_code error;
    if (std::filesystem::is_symlink(config_.link, error)) std::filesystem::remove(config_.link, error);
    std::filesystem::create_symlink(device_, config_.link, error);
    if (error) return fail_local(config_.link + ": " + error.message(), "Give --link a name that is free.");
    linked_ = true;
    return {};
  }

  void run() {
    std::array<std::uint8_t, 4096> buffer{};
    while (detail::wait_ready(master_.get(), POLLIN, detail::kNoDeadline, &stop_) == Ready::kYes) {
      const auto n = ::read(master_.get(), buffer.data(), buffer.size());
      if (n > 0) {
        write(modem_.receive(ByteView(buffer).first(static_cast<std::size_t>(n))));
      } else {  // nobody has the device open
        modem_.hang_up();
        if (stop_.wait(Duration{20})) return;
      }
    }
  }

  void write(std::string_view text) {
    const auto deadline = after(config_.write_timeout);
    while (!text.empty()) {
      const auto n = ::write(master_.get(), text.data(), text.size());
      if (n > 0) {
        text.remove_prefix(static_cast<std::size_t>(n));
      } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        return;
      } else if (detail::wait_ready(master_.get(), POLLOUT, deadline, &stop_) != Ready::kYes) {
        return;
      }
    }
  }

  device::EmulatedModem& modem_;
  ModemServerConfig config_;
  std::string device_;
  bool linked_ = false;
  FileHandle master_;
  StopSignal stop_;
  std::thread thread_;
};

ModemServer::ModemServer(device::EmulatedModem& modem, ModemServerConfig config)
    : impl_(std::make_unique<Impl>(modem, std::move(config))) {}
ModemServer::~ModemServer() = default;
Status ModemServer::start() {
  return impl_->start();
}
void ModemServer::stop() {
  impl_->stop();
}
const std::string& ModemServer::device() const {
  return impl_->device();
}

}  // namespace eider::net
