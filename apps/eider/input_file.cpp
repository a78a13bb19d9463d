#include "input_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace eider::app {
namespace {
[[noreturn]] void refuse(const std::string& name, int error) {
  const char* remedy = error == EISDIR ? "name a file in it" : "check the path and its permissions";
  throw CommandError{1, "cannot read " + name + ": " + std::strerror(error) + "\n  remedy  " + remedy};
}

struct Closing {
  int fd;
  ~Closing() {
    if (fd > STDERR_FILENO) ::close(fd);
  }
};
}  // namespace

std::string read_input(const std::string& path, std::size_t most) {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  const Closing file{standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) refuse(name, errno);
  std::string out;
  for (;;) {
    char part[16384];
    const auto n = ::read(file.fd, part, sizeof part);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) refuse(name, errno);
    if (n == 0) return out;
    out.append(part, static_cast<std::size_t>(n));
    if (out.size() > most)
      throw CommandError{1, name + " is larger than " + std::to_string(most >> 20) +
                                " MB: nothing that this command reads is\n  remedy  name another file"};
  }
}

}  // namespace eider::app
