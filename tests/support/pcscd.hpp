// A pcscd of the test's own with Debian's vpcd driver: in a mount namespace with a private /run/pcscd, so
// that it neither meets another pcscd nor needs systemd. Needs root (or the right to unshare); tests skip
// where it fails.
#pragma once
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <optional>
#include <signal.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "net/pcsc_port.hpp"

namespace eider::test {

// Points libpcsclite to another daemon while it lives.
class PcscdSocket {
 public:
  explicit PcscdSocket(const std::string& path) { ::setenv("PCSCLITE_CSOCK_NAME", path.c_str(), 1); }
  ~PcscdSocket() { ::unsetenv("PCSCLITE_CSOCK_NAME"); }
  PcscdSocket(const PcscdSocket&) = delete;
  PcscdSocket& operator=(const PcscdSocket&) = delete;
};

class Pcscd {
 public:
  // Two readers, "Virtual PCD 00 00" and "… 00 01", whose cards connect to `port` and `port` + 1 (0: free
  // ones).
  explicit Pcscd(std::uint16_t port = 0) : port_(port != 0 ? port : free_pair()) { set_up(); }
  ~Pcscd() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      for (int i = 0; i < 300 && ::waitpid(pid_, nullptr, WNOHANG) == 0; ++i) pause();
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    if (folder_.empty()) return;
    std::filesystem::remove_all(folder_ / "run", ignored);
    std::filesystem::remove_all(folder_ / "conf", ignored);
  }
  Pcscd(const Pcscd&) = delete;
  Pcscd& operator=(const Pcscd&) = delete;
  bool running() const { return why_not_.empty(); }
  const std::string& why_not() const { return why_not_; }
  std::uint16_t port() const { return port_; }
  std::string socket_path() const { return (folder_ / "run" / "pcscd.comm").string(); }

 private:
  static constexpr const char* kDriver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

  void refuse(const std::string& why) { why_not_ = "pcscd: " + why; }

  void set_up() {
    if (!std::filesystem::exists(kDriver)) return refuse("vsmartcard-vpcd is not installed");
    folder_ = process_folder();
    if (folder_.empty()) return refuse("no temporary folder");
    std::filesystem::create_directories(folder_ / "run");
    std::filesystem::create_directories(folder_ / "conf");
    std::ofstream(folder_ / "conf" / "vpcd") << "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:" << port_
                                             << "\nLIBPATH " << kDriver << "\nCHANNELID " << port_ << "\n";
    start();
  }

  // One for the process: libpcsclite keeps the socket's path from its first use on.
  static std::filesystem::path process_folder() {
    struct Folder {
      std::string path = (std::filesystem::temp_directory_path() / "eider-pcscd-XXXXXX").string();
      bool made = ::mkdtemp(path.data()) != nullptr;
      ~Folder() {
        std::error_code ignored;
        if (made) std::filesystem::remove_all(path, ignored);
      }
    };
    static const Folder folder;
    return folder.made ? folder.path : std::string();
  }

  void start() {
    const std::string script = "mkdir -p /run/pcscd && mount --bind '" + (folder_ / "run").string() +
                               "' /run/pcscd && exec pcscd --foreground --config '" +
                               (folder_ / "conf").string() + "'";
    pid_ = ::fork();
    if (pid_ == 0) {
      const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, 1);
      ::dup2(log, 2);
      ::execlp("unshare", "unshare", "--mount", "sh", "-c", script.c_str(), nullptr);
      ::_exit(127);
    }
    if (pid_ < 0) return refuse("fork failed");
    env_.emplace(socket_path());
    for (int i = 0; i < 500; ++i) {
      if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
        pid_ = -1;
        return refuse("does not start here (it needs root and unshare)");
      }
      if (std::filesystem::exists(socket_path())) {
        if (const auto readers = net::list_pcsc_readers(); readers && readers->size() == 2) return;
      }
      pause();
    }
    refuse("shows no reader of vpcd");
  }

  // Two neighbouring ports that nobody listens on.
  static std::uint16_t free_pair() {
    for (int i = 0; i < 50; ++i) {
      const int first = ::socket(AF_INET, SOCK_STREAM, 0), second = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      socklen_t size = sizeof address;
      bool ok = ::bind(first, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                ::getsockname(first, reinterpret_cast<sockaddr*>(&address), &size) == 0;
      const std::uint16_t port = ntohs(address.sin_port);
      address.sin_port = htons(static_cast<std::uint16_t>(port + 1));
      ok = ok && port < 65535 && ::bind(second, reinterpret_cast<sockaddr*>(&address), size) == 0;
      ::close(first);
      ::close(second);
      if (ok) return port;
    }
    return 0;
  }

  std::uint16_t port_;
  std::filesystem::path folder_;
  std::string why_not_;
  pid_t pid_ = -1;
  std::optional<PcscdSocket> env_;
};

// pcscd looks for a card once in a while: tries until it has seen the one just attached.
inline Result<std::unique_ptr<net::PcscPort>> eventually_open(std::string_view reader) {
  for (int i = 0; i < 100; ++i) {
    auto port = net::PcscPort::open(reader);
    if (port) return port;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return net::PcscPort::open(reader);
}

}  // namespace eider::test
