// eider profile: profile packages (TCA PPIF) without a card or a server.
#include "cmd_profile.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <sys/stat.h>
#include <unistd.h>

#include "input_file.hpp"

namespace eider::app::profile_command {

Bytes read_package_file(const std::string& path) {
  const auto raw = read_input(path);
  if (raw.empty())
    throw CommandError{1,
                       (path == "-" ? "standard input" : path) +
                           " is empty: no profile package\n  remedy  name a package in DER or hexadecimal"};
  if (!raw.empty() && static_cast<unsigned char>(raw[0]) < 0x80)
    if (auto octets = from_hex(raw)) return *std::move(octets);
  return to_bytes(as_bytes(raw));
}

void write_file(const std::string& path, ByteView octets) {
  if (path == "-") {
    std::cout.write(reinterpret_cast<const char*>(octets.data()),
                    static_cast<std::streamsize>(octets.size()));
    if (!std::cout.flush()) throw CommandError{1, "cannot write to standard output"};
    return;
  }
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) throw CommandError{1, "cannot write " + path + ": " + std::strerror(errno)};
  struct stat kind{};  // a file that was there before may have been open to everybody
  if (::fstat(fd, &kind) == 0 && S_ISREG(kind.st_mode)) ::fchmod(fd, 0600);
  for (std::size_t done = 0; done < octets.size();) {
    const auto n = ::write(fd, octets.data() + done, octets.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const int error = errno;
      ::close(fd);
      throw CommandError{1, "cannot write " + path + ": " + std::strerror(error)};
    }
    done += static_cast<std::size_t>(n);
  }
  if (::close(fd) != 0) throw CommandError{1, "cannot write " + path + ": " + std::strerror(errno)};
}

void refuse(const Fault& fault, const std::string& subject) {
  const std::string prefix = subject.empty() ? "" : subject + ": ";
  if (const auto* local = fault.as<LocalFault>())
    throw CommandError{1,
                       prefix + local->what + (local->remedy.empty() ? "" : "\n  remedy: " + local->remedy)};
  throw CommandError{1, prefix + fault.message()};
}

namespace {
const RegisterCommand kRegister({.order = 40,
                                 .name = "profile",
                                 .summary = "Read, check, compare, make and personalise profile packages",
                                 .declare = [](CLI::App& sub) {
                                   sub.require_subcommand(1);
                                   declare_inspect(sub);
                                   declare_lint(sub);
                                   declare_extract(sub);
                                   declare_personalise(sub);
                                   declare_create(sub);
                                   declare_export(sub);
                                   declare_diff(sub);
                                   declare_fit(sub);
                                 }});
}  // namespace

}  // namespace eider::app::profile_command
