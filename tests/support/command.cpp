#include "support/command.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <stdlib.h>
#include <sys/wait.h>

#include "support/paths.hpp"

namespace eider::test {

Outcome shell(const std::string& line) {
  Outcome out;
  FILE* pipe = ::popen(("{ " + line + "\n} 2>&1").c_str(), "r");
  if (!pipe) return out;
  char buffer[4096];
  while (const auto n = std::fread(buffer, 1, sizeof buffer, pipe)) out.text.append(buffer, n);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) out.code = WEXITSTATUS(status);
  return out;
}

Workplace::Workplace() {
  auto name = (std::filesystem::temp_directory_path() / "eider-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary directory");
  path_ = name;
}
Workplace::~Workplace() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Outcome Workplace::sh(const std::string& line) const {
  return shell("cd '" + path_.string() + "' && EIDER='" + eider_binary() + "' && { " + line + "\n}");
}
Outcome Workplace::eider(const std::string& arguments, const std::string& input) const {
  if (input.empty()) return sh("\"$EIDER\" " + arguments);
  write("standard-input", input);
  return sh("\"$EIDER\" " + arguments + " <standard-input");
}

void Workplace::write(std::string_view name, std::string_view content) const {
  std::ofstream(path_ / name, std::ios::binary) << content;
}
std::string Workplace::read(std::string_view name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace eider::test
