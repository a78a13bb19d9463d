// Processes of a benchmark: started, watched through /proc, stopped by their id.
#pragma once
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace eider::bench {

class Child {
 public:
  // What it prints goes to the file `log`.
  Child(const std::vector<std::string>& command, const std::string& log) : pid_(::fork()) {
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ > 0) return;
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const auto& a : command) arguments.push_back(const_cast<char*>(a.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  // `body` in a process of its own. Before any thread is started.
  template <class Body>
  static Child of(Body&& body) {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(body());
    return Child(pid);
  }
  Child(Child&& o) noexcept : pid_(std::exchange(o.pid_, 0)) {}
  Child& operator=(Child&&) = delete;
  ~Child() { stop(); }

  pid_t pid() const { return pid_; }
  // Its exit status, after SIGINT.
  int stop() {
    if (pid_ <= 0) return 0;
    ::kill(pid_, SIGINT);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  double cpu_seconds() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/stat");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  // As resident_kb() of measure.hpp.
  long resident_kb() const {
    std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
    for (std::string name; in >> name; in.ignore(256, '\n')) {
      long kb = 0;
      if (name == "RssAnon:" && in >> kb) return kb;
    }
    return 0;
  }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

inline void run(const std::vector<std::string>& command, const std::string& log) {
  Child child(command, log);
  if (child.wait() == 0) return;
  std::ifstream in(log);
  throw std::runtime_error(command[0] + " " + command[1] + ": " +
                           std::string((std::istreambuf_iterator<char>(in)), {}));
}

// Until the file holds the text.
inline void await(const std::string& log, std::string_view text) {
  for (int i = 0; i < 600; ++i) {
    std::ifstream in(log);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    if (all.find(text) != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error(log + " does not say \"" + std::string(text) + "\"");
}

}  // namespace eider::bench
